"""Whom somebody manages, and that nobody comes to more power by it."""

import pytest
from pytest_django.fixtures import Settings

from research import policies
from research.enums import ADMINISTRATORS, GroupRole, Role
from research.models import Group, Person
from tests.factories.research import (
    AppointmentFactory,
    GroupFactory,
    MembershipFactory,
    OfficeFactory,
    PersonFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def holder(role: Role, **place: object) -> Person:
    """Somebody who holds a role in the unit where they work."""
    person: Person = AppointmentFactory.create(role=role, **place).person
    return person


def test_a_schools_administrator_manages_the_school_alone() -> None:
    admin = holder(Role.UNIT_ADMIN)
    colleague = PersonFactory.create(unit=admin.unit)
    neighbour = PersonFactory.create(unit=UnitFactory.create(county=admin.unit.county))

    assert policies.can_manage_person(admin, colleague)
    assert not policies.can_manage_person(admin, neighbour)


def test_a_countys_administrator_manages_its_schools() -> None:
    admin = holder(Role.UNIT_ADMIN, person__unit=OfficeFactory.create())
    teacher = PersonFactory.create(unit=UnitFactory.create(county=admin.unit.county))
    elsewhere = PersonFactory.create()

    assert policies.can_manage_person(admin, teacher)
    assert not policies.can_manage_person(admin, elsewhere)


def test_the_citys_administrator_manages_every_school() -> None:
    admin = holder(Role.UNIT_ADMIN, person__unit=OfficeFactory.create(county=None))

    assert policies.can_manage_person(admin, PersonFactory.create())


@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_nobody_manages_one_of_the_three_administrators(role: Role) -> None:
    city = OfficeFactory.create(county=None)
    administrator = holder(role, person__unit=city)
    for keeper in (holder(Role.SYSTEM_ADMIN), holder(Role.UNIT_ADMIN, person__unit=city)):
        assert not policies.can_manage_person(keeper, administrator)
        assert not policies.can_issue_code(keeper, administrator)


def test_a_schools_administrator_does_not_manage_a_colleague_with_a_wider_role() -> None:
    admin = holder(Role.UNIT_ADMIN)
    colleague = PersonFactory.create(unit=admin.unit)
    AppointmentFactory.create(person=colleague, role=Role.UNIT_ADMIN, unit=OfficeFactory.create())

    assert not policies.can_manage_person(admin, colleague)


def test_a_disabled_administrator_manages_nobody() -> None:
    admin = holder(Role.UNIT_ADMIN)
    colleague = PersonFactory.create(unit=admin.unit)
    admin.is_active = False

    assert not policies.can_manage_person(admin, colleague)


@pytest.mark.parametrize(
    ("works", "email", "allowed"),
    [(True, "li@example.com", False), (True, "", True), (False, "li@example.com", True)],
)
def test_a_code_is_given_where_no_letter_could_help(
    *, works: bool, email: str, allowed: bool, settings: Settings
) -> None:
    settings.MAIL_WORKS = works
    admin = holder(Role.UNIT_ADMIN)
    person = PersonFactory.create(unit=admin.unit, email=email)
    person.set_password("a sentence of mine")

    assert policies.can_issue_code(admin, person) is allowed


def test_the_three_administrators_have_nothing_in_common() -> None:
    powers = {
        Role.SYSTEM_ADMIN: policies.can_run_machines,
        Role.SECURITY_ADMIN: policies.can_appoint,
        Role.AUDIT_ADMIN: policies.can_read_audit,
    }
    for role in powers:
        person = holder(role)
        assert {own for own, may in powers.items() if may(person)} == {role}


def test_people_see_their_colleagues_and_an_officer_the_county() -> None:
    officer = holder(Role.OFFICER, person__unit=OfficeFactory.create())
    teacher = PersonFactory.create(unit=UnitFactory.create(county=officer.unit.county))
    colleague = PersonFactory.create(unit=teacher.unit)
    stranger = PersonFactory.create()

    assert set(Person.objects.visible_to(teacher)) == {teacher, colleague}
    assert set(Person.objects.visible_to(officer)) == {officer, teacher, colleague}
    assert set(Person.objects.visible_to(stranger)) == {stranger}


def test_everything_is_seen_by_who_sees_everything() -> None:
    admin = holder(Role.SYSTEM_ADMIN)
    group = GroupFactory.create()

    assert Person.objects.visible_to(admin).count() == Person.objects.count()
    assert list(Group.objects.visible_to(admin)) == [group]


def test_a_group_is_led_by_its_leader_and_its_units_administrator() -> None:
    group = GroupFactory.create()
    leader = MembershipFactory.create(group=group, role=GroupRole.LEADER).person
    member = MembershipFactory.create(group=group).person
    admin = holder(Role.UNIT_ADMIN, person__unit=group.unit)

    assert [policies.can_manage_group(person, group) for person in (leader, member, admin)] == [
        True,
        False,
        True,
    ]
