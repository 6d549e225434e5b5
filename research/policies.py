"""May this person do that? Asked by views and shown by buttons.

Three administrators divide the powers (三员分立): the system administrator keeps accounts and machines, the security
administrator says who holds which role, the audit administrator reads the record. None of them reads lessons by it.
"""

from django.conf import settings

from research.enums import ADMINISTRATORS, GroupRole, Role
from research.models import Group, Membership, Person, Unit
from research.models.scopes import Scope, managed


def holds(person: Person, role: Role) -> bool:
    return person.is_active and role in person.roles


def can_manage_unit(person: Person, unit: Unit) -> bool:
    """Keep the accounts and groups of a unit: its administrator, its county's or the city's, the system's."""
    return managed(person).holds(unit)


def can_manage_person(person: Person, other: Person) -> bool:
    """Change an account. Nobody may so come to more power: whoever holds a role elsewhere is managed from there.

    The three administrators' accounts are kept on the server's own console alone.
    """
    scope = managed(person)
    return scope.holds(other.unit) and not is_above(other, scope)


def is_above(other: Person, scope: Scope) -> bool:
    """Whether somebody is one of the three administrators, or is entrusted with a unit outside of the scope."""
    held = other.appointments.select_related("unit")
    return any(one.role in ADMINISTRATORS or not scope.holds(one.unit) for one in held)


def can_import_people(person: Person) -> bool:
    """Bring in a list: everybody who manages a unit, for the units that they manage."""
    return bool(managed(person))


def can_issue_code(person: Person, other: Person) -> bool:
    """Give somebody a new entry code: whoever manages the account, where no letter could do it instead."""
    return can_manage_person(person, other) and other.is_active and not can_reset_by_letter(other)


def can_reset_by_letter(person: Person) -> bool:
    """Whether somebody with a password could ask for a letter with a link."""
    return settings.MAIL_WORKS and bool(person.email) and person.has_usable_password()


def can_appoint(person: Person) -> bool:
    """Say who holds which role: the security administrator."""
    return holds(person, Role.SECURITY_ADMIN)


def can_read_audit(person: Person) -> bool:
    """Read the record: the audit administrator."""
    return holds(person, Role.AUDIT_ADMIN)


def can_run_machines(person: Person) -> bool:
    """See workers and regular jobs, and have given-up tasks tried again: the system administrator."""
    return holds(person, Role.SYSTEM_ADMIN)


def can_create_group(person: Person, unit: Unit) -> bool:
    """Found a group: who manages the unit, and the officers of an office in their own."""
    officer = person.appointments.filter(role=Role.OFFICER, unit=unit).exists()
    return person.is_active and (officer or can_manage_unit(person, unit))


def can_manage_group(person: Person, group: Group) -> bool:
    """Add and remove members, say who leads: its leaders, and who manages its unit."""
    leads = Membership.objects.filter(group=group, person=person, role=GroupRole.LEADER).exists()
    return person.is_active and (leads or can_manage_unit(person, group.unit))
