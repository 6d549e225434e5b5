"""Accounts: made, changed, disabled by whoever manages the unit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from research import policies, searchables
from research.enums import ADMINISTRATORS, Role
from research.errors import ResearchError
from research.models import Appointment, EntryCode, Person, Unit
from research.services import access, audit

CHANGEABLE = ("name", "staff_number", "mobile", "email", "subject", "unit")


@contextmanager
def numbers_given_once() -> Iterator[None]:
    """The form found the number free, and somebody else was quicker: a sentence, not a fault of ours."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise ResearchError(
            _("Somebody else was given this number or address at the same moment.")
        ) from error


@transaction.atomic
def create_person(*, by: Person | None, unit: Unit, staff_number: str, name: str, **columns: Any) -> Person:
    """An account without a password (新增人员); an entry code lets its owner in."""
    person = Person(unit=unit, staff_number=staff_number, name=name, **columns)
    person.set_unusable_password()
    with numbers_given_once():
        person.save(force_insert=True)
    audit.record("person.created", by=by, target=person, unit=unit.pk)
    searchables.people_changed([person.pk])
    return person


@transaction.atomic
def change_person(*, by: Person, person: Person, **columns: Any) -> list[str]:
    """Change what is known of somebody; which columns differ now. Another unit means other rights."""
    kept = Person.objects.select_for_update().get(pk=person.pk)
    changed = [name for name, value in columns.items() if name in CHANGEABLE and getattr(kept, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(kept, name, columns[name])
    with numbers_given_once():
        kept.save(update_fields=changed)
    if "unit" in changed:
        access.changed()
    searchables.people_changed([kept.pk], narrows="unit" in changed, is_renamed="name" in changed)
    audit.record("person.changed", by=by, target=kept, columns=changed)
    return changed


@transaction.atomic
def set_active(*, by: Person, person: Person, is_active: bool) -> None:
    """Disable an account (停用), which signs its owner out everywhere, or enable it again (启用)."""
    if person.pk == by.pk:
        raise ResearchError(_("You cannot disable your own account."))
    if not Person.objects.filter(pk=person.pk, is_active=not is_active).update(is_active=is_active):
        return
    access.changed()
    searchables.people_came_or_went([person.pk], narrows=not is_active)
    audit.record("person.enabled" if is_active else "person.disabled", by=by, target=person)


@transaction.atomic
def appoint(*, by: Person, person: Person, role: Role, unit: Unit) -> Appointment:
    """Entrust somebody with a role (任命). The three administrators are made on the server's console alone, so
    that none of them can make another.
    """
    if person.pk == by.pk:
        raise ResearchError(_("Nobody gives a role to themselves."))
    if not person.is_active:
        raise ResearchError(_("This account is disabled."))
    if role in ADMINISTRATORS:
        raise ResearchError(_("The three administrators are appointed on the server's console."))
    appointment, created = Appointment.objects.get_or_create(person=person, role=role, unit=unit)
    if created:
        end_code_of_others(person)
        access.changed()
        searchables.people_changed([person.pk])
        audit.record("appointment.created", by=by, target=person, role=role, unit=unit.pk)
    return appointment


def end_code_of_others(person: Person) -> None:
    """With a new role an entry code ends that somebody printed who no longer manages this account."""
    code = EntryCode.objects.select_related("created_by").filter(person=person).first()
    if code and code.created_by and not policies.can_manage_person(code.created_by, person):
        code.delete()
        audit.record("entry_code.ended", by=None, target=person)


@transaction.atomic
def dismiss(*, by: Person, appointment: Appointment) -> None:
    """Take a role back (免任)."""
    if appointment.person_id == by.pk:
        raise ResearchError(_("Nobody takes a role from themselves."))
    audit.record(
        "appointment.ended",
        by=by,
        target=appointment.person,
        role=appointment.role,
        unit=appointment.unit_id,
    )
    searchables.people_changed([appointment.person_id])
    appointment.delete()
    access.changed()


@transaction.atomic
def end_second_step(*, by: Person, person: Person) -> bool:
    """Take the authenticator app away from somebody who lost it; whether there was one."""
    from allauth.mfa.models import Authenticator  # its models are there only when apps are loaded

    gone = Authenticator.objects.filter(user=person).delete()[0]
    if gone:
        audit.record("second_step.ended", by=by, target=person)
    return bool(gone)
