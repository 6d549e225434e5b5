"""Accounts and roles; whoever loses a right loses it everywhere."""

import pytest

from realtime.models import AccessChange
from research.enums import ADMINISTRATORS, Role
from research.errors import ResearchError
from research.models import AuditEvent, Person
from research.services import people
from tests.factories.research import AppointmentFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db


def test_create_person_has_no_usable_password() -> None:
    admin = PersonFactory.create()

    person = people.create_person(by=admin, unit=admin.unit, staff_number="300001", name="𠮷野")

    assert not person.has_usable_password()
    assert (person.name_pinyin, person.unit_id) == ("𠮷 ye", admin.unit_id)


def test_change_person_changes_what_may_be_changed() -> None:
    admin, person = PersonFactory.create(), PersonFactory.create()

    changed = people.change_person(by=admin, person=person, name="解晓东", is_active=False, password="x")

    person.refresh_from_db()
    assert changed == ["name"]
    assert (person.name, person.name_pinyin, person.is_active) == ("解晓东", "xie xiao dong", True)


@pytest.mark.parametrize(("moves", "noticed"), [(True, 1), (False, 0)])
def test_another_unit_means_other_rights(*, moves: bool, noticed: int) -> None:
    person = PersonFactory.create()
    unit = UnitFactory.create() if moves else person.unit

    people.change_person(by=PersonFactory.create(), person=person, unit=unit, subject="语文")

    assert AccessChange.objects.count() == noticed


def test_set_active_is_noticed_and_written_down_once() -> None:
    admin, person = PersonFactory.create(), PersonFactory.create()

    for _time in range(2):
        people.set_active(by=admin, person=person, is_active=False)

    assert not Person.objects.get(pk=person.pk).is_active
    assert AccessChange.objects.count() == 1
    assert [event.action for event in AuditEvent.objects.all()] == ["person.disabled"]


def test_nobody_disables_or_appoints_themselves() -> None:
    person = PersonFactory.create()

    with pytest.raises(ResearchError):
        people.set_active(by=person, person=person, is_active=False)
    with pytest.raises(ResearchError):
        people.appoint(by=person, person=person, role=Role.OFFICER, unit=person.unit)


def test_nobody_with_a_disabled_account_is_appointed() -> None:
    person = PersonFactory.create(is_active=False)

    with pytest.raises(ResearchError):
        people.appoint(by=PersonFactory.create(), person=person, role=Role.OFFICER, unit=person.unit)

    assert not person.appointments.exists()


@pytest.mark.parametrize(
    "columns", [{"staff_number": "T300"}, {"mobile": "13900001111"}, {"email": "Li@example.com"}]
)
def test_a_number_given_away_at_the_same_moment_is_a_sentence(columns: dict[str, str]) -> None:
    PersonFactory.create(staff_number="t300", mobile="13900001111", email="li@example.com")
    person = PersonFactory.create()

    with pytest.raises(ResearchError):
        people.change_person(by=PersonFactory.create(), person=person, **columns)
    with pytest.raises(ResearchError):
        people.create_person(
            by=person,
            unit=person.unit,
            name="张三",
            **({"staff_number": "309999"} | columns),
        )

    assert not Person.objects.filter(name="张三").exists()


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_none_of_the_three_administrators_is_appointed_on_the_site(role: Role) -> None:
    security, accomplice = AppointmentFactory.create(role=Role.SECURITY_ADMIN), PersonFactory.create()

    with pytest.raises(ResearchError):
        people.appoint(by=security.person, person=accomplice, role=role, unit=security.unit)
    assert not accomplice.appointments.exists()


def test_dismiss_is_noticed() -> None:
    held = AppointmentFactory.create()

    people.dismiss(by=PersonFactory.create(), appointment=held)

    assert not held.person.appointments.exists()
    assert AccessChange.objects.count() == 1
    assert AuditEvent.objects.get().detail == {"role": "officer", "unit": held.unit_id}
