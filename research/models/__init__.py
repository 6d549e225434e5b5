"""People, units, groups, and the record of who did what."""

from research.models.audit import AuditEvent
from research.models.groups import Group, Membership
from research.models.people import Appointment, Person
from research.models.units import County, Unit

__all__ = ["Appointment", "AuditEvent", "County", "Group", "Membership", "Person", "Unit"]
