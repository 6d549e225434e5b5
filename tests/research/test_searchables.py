"""People, units and groups, found by those who may find them (promise: nobody finds what they may not see)."""

from typing import Any

import pytest
from django.contrib.admin import site
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from pytest_django import DjangoAssertNumQueries

from research import searchables
from research.enums import GroupRole, Role
from research.models import Group, Person, Unit
from research.services import groups, people
from search import kinds
from search.models import OutboxRow
from tests.factories.research import (
    AppointmentFactory,
    GroupFactory,
    MembershipFactory,
    OfficeFactory,
    PersonFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def queued() -> set[tuple[str, str, bool]]:
    """What was queued since the last look."""
    rows = set(OutboxRow.objects.values_list("kind", "key", "narrows"))
    OutboxRow.objects.all().delete()
    return rows


# --- what stands in an entry ------------------------------------------------------------------------------


def test_person_is_found_by_name_pinyin_unit_and_office_never_by_number() -> None:
    office = OfficeFactory.create(name="离石区教研室", county__name="离石区")
    person = PersonFactory.create(name="单小红", unit=office, subject="数学", mobile="13800000000")
    AppointmentFactory.create(person=person, role=Role.OFFICER)
    AppointmentFactory.create(person=person, role=Role.UNIT_ADMIN)
    (entry,) = searchables.read_people([str(person.pk), "x"])

    assert (entry.title, entry.people, entry.unit) == ("单小红", ("单小红",), "离石区教研室")
    assert {"数学", "教研员", "shanxiaohong", "sxh"} <= set(entry.tags)
    assert not {person.staff_number, "13800000000", "单位管理员"} & set(entry.tags)
    assert entry.facets == {"subject": "数学", "county": "离石区"}


def test_disabled_people_and_units_are_in_no_index() -> None:
    gone, closed = PersonFactory.create(is_active=False), UnitFactory.create(is_active=False)
    assert list(searchables.read_people([str(gone.pk)])) == []
    assert list(searchables.read_units([str(closed.pk)])) == []


def test_unit_is_for_everybody_and_a_group_names_its_leaders() -> None:
    unit = UnitFactory.create(name="兴县友兰中学", county__name="兴县", township="蔚汾镇")
    group = GroupFactory.create(name="道法备课组", unit=unit, subject="道德与法治")
    MembershipFactory.create(group=group, person__name="白组长", role=GroupRole.LEADER)
    MembershipFactory.create(group=group, person__name="王组员")
    (of_unit,), (of_group,) = (
        searchables.read_units([str(unit.pk)]),
        searchables.read_groups([str(group.pk)]),
    )
    assert (of_unit.title, of_unit.readers) == ("兴县友兰中学", frozenset({"all"}))
    assert of_unit.facets == {"stage": "初中", "county": "兴县"}
    assert (of_group.title, of_group.people, of_group.unit) == ("道法备课组", ("白组长",), "兴县友兰中学")
    assert f"g:{group.pk}" in of_group.readers


def test_reading_and_showing_many_asks_as_often_as_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    admin = AppointmentFactory.create(role=Role.UNIT_ADMIN, unit=OfficeFactory.create(county=None)).person
    made = [PersonFactory.create() for _ in range(3)]
    circles = [GroupFactory.create() for _ in range(3)]
    for some in (slice(1), slice(3)):
        keys = [str(person.pk) for person in made[some]]
        with django_assert_num_queries(2):
            assert len(list(searchables.read_people(keys))) == len(keys)
        group_keys = [str(group.pk) for group in circles[some]]
        with django_assert_num_queries(2):
            assert len(list(searchables.read_groups(group_keys))) == len(group_keys)
        kind = kinds.find("person")
        assert kind is not None
        with django_assert_num_queries(4):
            assert len(kind.cards(admin, keys)) == len(keys)


def test_card_leads_to_the_account_only_for_whoever_manages_it() -> None:
    person = PersonFactory.create(name="王建国")
    officer = AppointmentFactory.create(unit=OfficeFactory.create(county=person.unit.county)).person
    admin = AppointmentFactory.create(role=Role.UNIT_ADMIN, unit=person.unit).person
    above = AppointmentFactory.create(
        person__unit=person.unit, role=Role.AUDIT_ADMIN, unit=person.unit
    ).person
    cards = {
        (who.pk, whom.pk): searchables._people_cards(who, [str(whom.pk)])[str(whom.pk)]["url"]
        for who in (officer, admin)
        for whom in (person, above)
    }

    assert cards[admin.pk, person.pk] == f"/research/people/{person.pk}/"
    assert all(url.startswith("/search/?") for who, url in cards.items() if who != (admin.pk, person.pk))


# --- who finds whom ---------------------------------------------------------------------------------------


class TokensAgreeWithRows(HypothesisTestCase):
    """Tokens and ``visible_to`` say the same of any people and groups."""

    @given(data=st.data())
    def test_tokens_agree_with_rows(self, data: st.DataObject) -> None:
        first = UnitFactory.create()
        units = [
            first,
            UnitFactory.create(county=first.county),
            OfficeFactory.create(county=first.county),
            UnitFactory.create(county=None),
            OfficeFactory.create(county=None),
        ]
        circles = [GroupFactory.create(unit=unit) for unit in units[:3]]
        everybody = [self.person(data, units, circles) for _ in range(4)]
        entries = {
            Person: {e.key: e.readers for e in searchables.read_people([str(p.pk) for p in everybody])},
            Group: {e.key: e.readers for e in searchables.read_groups([str(g.pk) for g in circles])},
        }
        for person in everybody:
            held = kinds.principals_of(person)
            for kind, readers in (("person", entries[Person]), ("group", entries[Group])):
                found = kinds.find(kind)
                assert found is not None
                tokens = {key for key, tokens in readers.items() if tokens & held}
                assert found.visible(person, readers.keys()) == tokens

    def person(self, data: st.DataObject, units: list[Unit], circles: list[Group]) -> Person:
        person = PersonFactory.create(
            unit=data.draw(st.sampled_from(units)), is_active=data.draw(st.integers(0, 9)) > 0
        )
        for group in data.draw(st.lists(st.sampled_from(circles), unique=True, max_size=1)):
            MembershipFactory.create(group=group, person=person)
        if data.draw(st.booleans()):
            role = data.draw(st.sampled_from(list(Role)))
            AppointmentFactory.create(person=person, unit=data.draw(st.sampled_from(units)), role=role)
        return person


# --- every change is queued ---------------------------------------------------------------------------------


def test_every_change_of_an_account_is_queued() -> None:
    admin, unit = PersonFactory.create(), UnitFactory.create()
    person = people.create_person(by=admin, unit=unit, staff_number="990001", name="新老师")
    key = str(person.pk)
    assert queued() == {("person", key, False)}
    people.change_person(by=admin, person=person, subject="物理")
    assert queued() == {("person", key, False)}
    people.change_person(by=admin, person=person, unit=UnitFactory.create())
    assert queued() == {("person", key, True)}
    one = people.appoint(by=admin, person=person, role=Role.OFFICER, unit=unit)
    assert queued() == {("person", key, False)}
    people.dismiss(by=admin, appointment=one)
    assert queued() == {("person", key, False)}
    people.set_active(by=admin, person=person, is_active=False)
    assert queued() == {("person", key, True)}
    people.set_active(by=admin, person=person, is_active=True)
    assert queued() == {("person", key, False)}
    people.set_active(by=admin, person=person, is_active=True)
    assert queued() == set()


def test_every_change_of_a_group_is_queued_and_a_renamed_leader_too() -> None:
    leader, unit = PersonFactory.create(), UnitFactory.create()
    group = groups.create_group(by=leader, leader=leader, name="备课组", kind="preparation", unit=unit)
    row = {("group", str(group.pk), False)}
    assert queued() == row
    groups.change_group(by=leader, group=group, name="新名字")
    assert queued() == row
    member = groups.add_member(by=leader, group=group, person=PersonFactory.create())
    queued()
    groups.set_role(by=leader, membership=member, role=GroupRole.LEADER)
    assert queued() == row
    people.change_person(by=leader, person=member.person, name="新组长")
    assert queued() == row | {("person", str(member.person_id), False)}
    people.set_active(by=leader, person=member.person, is_active=False)
    assert queued() == row | {("person", str(member.person_id), True)}
    groups.remove_member(by=leader, membership=member)
    assert queued() == row


def test_group_no_longer_names_a_leader_whose_account_is_disabled() -> None:
    admin = PersonFactory.create()
    one = MembershipFactory.create(role=GroupRole.LEADER)
    MembershipFactory.create(person=one.person)  # of a group that names others
    queued()
    for is_active, named in ((False, ()), (True, (one.person.name,))):
        people.set_active(by=admin, person=one.person, is_active=is_active)
        assert queued() == {
            ("person", str(one.person_id), not is_active),
            ("group", str(one.group_id), False),
        }
        (entry,) = searchables.read_groups([str(one.group_id)])
        assert entry.people == named


def test_unit_of_another_county_has_its_people_and_groups_read_anew(rf: Any) -> None:
    person = PersonFactory.create()
    group = GroupFactory.create(unit=person.unit)
    PersonFactory.create()  # of another unit
    queued()
    searchables.unit_changed(person.unit)
    assert queued() == {
        ("unit", str(person.unit_id), False),
        ("person", str(person.pk), True),
        ("group", str(group.pk), True),
    }
    assert site.is_registered(Unit)


def test_administrators_made_on_the_console_are_queued() -> None:
    call_command("administrator", "audit", "880001", name="审计员", unit="吕梁市教育局")
    person, unit = Person.objects.get(staff_number="880001"), Unit.objects.get(name="吕梁市教育局")
    assert queued() >= {("person", str(person.pk), False), ("unit", str(unit.pk), False)}
