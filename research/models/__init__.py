"""People, units, groups, the record of who did what, and background work."""

from research.models.audit import AuditEvent, AuditSeal
from research.models.background import PeriodicRun, WorkerBeat
from research.models.groups import Group, Membership
from research.models.imports import ImportRow, PeopleImport
from research.models.people import Appointment, EntryCode, Person
from research.models.units import County, Unit

__all__ = [
    "Appointment",
    "AuditEvent",
    "AuditSeal",
    "County",
    "EntryCode",
    "Group",
    "ImportRow",
    "Membership",
    "PeopleImport",
    "PeriodicRun",
    "Person",
    "Unit",
    "WorkerBeat",
]
