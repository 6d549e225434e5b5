"""The one table of who may do what, held to the code, the rows and the document that shows it."""

from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from pytest_django import DjangoAssertNumQueries

from lessons import policies, rooms, searchables
from lessons.access import SITUATIONS, TABLE, TRASHED, Action, Standing, as_markdown
from lessons.enums import PlanRole, Visibility
from lessons.models import LessonPlan
from realtime.kinds import Access
from research.enums import Role
from research.models import Group, Person, Unit
from research.searchables import principals
from search.kinds import principals_of
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory
from tests.factories.research import (
    AppointmentFactory,
    GroupFactory,
    MembershipFactory,
    OfficeFactory,
    PersonFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
ACCESS_MD = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"


def plan_in(situation: str) -> LessonPlan:
    """A plan with a group and a county, in the situation of a column of the table."""
    plan = LessonPlanFactory.create(
        visibility=Visibility.CITY if situation == TRASHED else situation, group=GroupFactory.create()
    )
    if situation == TRASHED:
        LessonPlan.objects.filter(pk=plan.pk).update(trashed_at=timezone.now(), trashed_by=plan.lead)
        plan.refresh_from_db()
    return plan


def person_with(standing: Standing, plan: LessonPlan) -> Person:  # noqa: PLR0911 - one line a standing
    """Somebody who stands to the plan in that way and, but for ANYONE, in no other."""
    if standing == Standing.LEAD:
        return plan.lead
    if standing in {Standing.CO_AUTHOR, Standing.COMMENTER, Standing.READER}:
        return PlanMemberFactory.create(plan=plan, role=PlanRole(standing.value)).person
    if standing == Standing.GROUP_MEMBER:
        return MembershipFactory.create(group=plan.group).person
    if standing == Standing.UNIT_COLLEAGUE:
        return PersonFactory.create(unit=plan.home_unit)
    if standing == Standing.AREA_COLLEAGUE:
        return PersonFactory.create(unit=UnitFactory.create(county=plan.county))
    if standing == Standing.AREA_OFFICER:
        # The office is in the plan's county, the person's own unit elsewhere.
        return AppointmentFactory.create(unit=OfficeFactory.create(county=plan.county)).person
    if standing == Standing.CITY_OFFICER:
        return AppointmentFactory.create(unit=OfficeFactory.create(county=None)).person
    if standing == Standing.KEEPER:
        Person.objects.filter(pk=plan.lead_id).update(is_active=False)
        plan.lead.refresh_from_db()
        return AppointmentFactory.create(
            role=Role.UNIT_ADMIN, unit=plan.home_unit, person__unit=UnitFactory.create()
        ).person
    return PersonFactory.create()


def make_decoys(plan: LessonPlan) -> None:
    """Plans that are nearly the same and must not be mixed up with it, and people who stand to those."""
    for decoy in (LessonPlanFactory.create(), LessonPlanFactory.create(group=GroupFactory.create())):
        for role in (PlanRole.CO_AUTHOR, PlanRole.COMMENTER, PlanRole.READER):
            PlanMemberFactory.create(plan=decoy, role=role)
    AppointmentFactory.create(role=Role.UNIT_ADMIN, unit=plan.home_unit)


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("standing", list(Standing))
def test_each_standing_may_do_exactly_what_its_cell_says(standing: Standing, situation: str) -> None:
    plan = plan_in(situation)
    person = person_with(standing, plan)
    make_decoys(plan)
    expected = TABLE[standing][situation] | TABLE[Standing.ANYONE][situation]
    if standing == Standing.LEAD:  # a lead is also their unit's and county's colleague
        expected |= TABLE[Standing.UNIT_COLLEAGUE][situation] | TABLE[Standing.AREA_COLLEAGUE][situation]
    if standing == Standing.UNIT_COLLEAGUE:
        expected |= TABLE[Standing.AREA_COLLEAGUE][situation]

    assert policies.abilities(person, plan) == expected
    found = LessonPlan.objects.visible_to(person).filter(pk=plan.pk).exists()
    assert found == (Action.FIND in expected)
    assert bool(searchables.readers(plan) & principals(person)) == (Action.FIND in expected)
    restorable = LessonPlan.objects.restorable_by(person).filter(pk=plan.pk).exists()
    assert restorable == (Action.RESTORE in expected)
    to_hand_on = LessonPlan.objects.to_hand_on_by(person).filter(pk=plan.pk).exists()
    assert to_hand_on == (Action.HAND_ON in expected)
    assert rooms.access([(person.pk, str(plan.pk))]) == [policies.level(expected)]


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize("standing", list(Standing))
def test_a_disabled_account_may_do_nothing(standing: Standing, situation: str) -> None:
    plan = plan_in(situation)
    person = person_with(standing, plan)
    person.is_active = False
    person.save(update_fields=["is_active"])

    assert policies.abilities(person, plan) == frozenset()
    assert not LessonPlan.objects.visible_to(person).exists()
    assert not LessonPlan.objects.restorable_by(person).exists()
    assert not LessonPlan.objects.to_hand_on_by(person).exists()
    assert rooms.access([(person.pk, str(plan.pk))]) == [Access.NONE]


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_an_administrator_reads_no_private_plan(role: Role) -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.MEMBERS)
    admin = AppointmentFactory.create(role=role, unit=plan.home_unit, person__unit=plan.home_unit).person

    assert policies.abilities(admin, plan) == frozenset()
    assert not LessonPlan.objects.visible_to(admin).exists()


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OFFICER])
def test_only_unit_administrators_hand_a_plan_on(role: Role) -> None:
    plan = LessonPlanFactory.create(lead__is_active=False)
    person = AppointmentFactory.create(role=role, unit=plan.home_unit).person

    assert policies.abilities(person, plan) == frozenset()
    assert not LessonPlan.objects.to_hand_on_by(person).exists()


def test_a_plan_is_handed_on_by_the_administrators_of_its_school_its_county_and_the_city() -> None:
    plan = LessonPlanFactory.create(lead__is_active=False)
    units = [
        plan.home_unit,
        OfficeFactory.create(county=plan.county),
        OfficeFactory.create(county=None),
        UnitFactory.create(county=plan.county),
        OfficeFactory.create(),
    ]
    people = [AppointmentFactory.create(role=Role.UNIT_ADMIN, unit=unit).person for unit in units]

    expected = [True, True, True, False, False]
    assert [policies.can_hand_on(person, plan) for person in people] == expected
    found = [LessonPlan.objects.to_hand_on_by(person).exists() for person in people]
    assert found == expected


def test_an_officer_of_another_county_stands_as_anybody_else() -> None:
    officer = AppointmentFactory.create(unit=OfficeFactory.create()).person
    shown = {visibility: plan_in(visibility) for visibility in Visibility}

    found = {v for v, plan in shown.items() if policies.can_find(officer, plan)}
    assert found == {Visibility.CITY}


def test_the_citys_own_units_are_one_area() -> None:
    plan = LessonPlanFactory.create(lead__unit__county=None, visibility=Visibility.COUNTY)
    near = PersonFactory.create(unit=UnitFactory.create(county=None))
    far = PersonFactory.create()

    assert [policies.can_read(person, plan) for person in (near, far)] == [True, False]
    assert [LessonPlan.objects.visible_to(person).exists() for person in (near, far)] == [True, False]


@pytest.mark.parametrize(
    "key",
    ["", "0", "-1", "007", " 1", "1 ", "+1", "１", "1_0", "1.0", "../1", "1" * 40, "a", "1\x00", "new:1"],
)
def test_a_document_key_that_is_not_canonical_is_nobodys(key: str) -> None:
    plan = LessonPlanFactory.create(pk=1, visibility=Visibility.CITY)

    assert rooms.access([(plan.lead_id, key), (plan.lead_id, "1")]) == [Access.NONE, Access.WRITE]


def test_access_asks_a_bounded_number_of_questions(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    plans = [plan_in(situation) for situation in SITUATIONS]
    ways = [standing for standing in Standing if standing != Standing.KEEPER]  # its lead could do nothing
    people = [person_with(standing, plan) for plan in plans for standing in ways]
    people += [AppointmentFactory.create(role=Role.UNIT_ADMIN, unit=plan.home_unit).person for plan in plans]
    pairs = [(person.pk, str(plan.pk)) for person in people for plan in plans]

    with django_assert_num_queries(5):
        assert len(rooms.access(pairs)) == len(pairs)
    with django_assert_num_queries(5):
        assert rooms.access(pairs[:1]) == [Access.WRITE]


def test_access_md_shows_the_table() -> None:
    assert as_markdown() in ACCESS_MD.read_text(encoding="utf-8")


class RowsAgreeWithPolicies(HypothesisTestCase):
    """``visible_to``, ``policies`` and the readers' tokens of the search say the same of any people and plans."""

    @given(data=st.data())
    def test_rows_agree_with_policies(self, data: st.DataObject) -> None:
        units = self.units()
        groups = [GroupFactory.create(unit=unit) for unit in units[:2]]
        people = [self.person(data, units, groups) for _ in range(4)]
        plans = [self.plan(data, people, groups) for _ in range(4)]

        tokens = {plan: searchables.readers(plan) for plan in plans}
        for person in people:
            held = principals_of(person)
            found = set(LessonPlan.objects.visible_to(person))
            assert found == {plan for plan in plans if policies.can_find(person, plan)}
            assert found == {plan for plan in plans if tokens[plan] & held}
            restorable = set(LessonPlan.objects.restorable_by(person))
            assert restorable == {plan for plan in plans if policies.can_restore(person, plan)}
            to_hand_on = set(LessonPlan.objects.to_hand_on_by(person))
            assert to_hand_on == {plan for plan in plans if policies.can_hand_on(person, plan)}

    def units(self) -> list[Unit]:
        first = UnitFactory.create()
        return [
            first,
            UnitFactory.create(county=first.county),
            UnitFactory.create(),
            UnitFactory.create(county=None),
        ]

    def person(self, data: st.DataObject, units: list[Unit], groups: list[Group]) -> Person:
        person = PersonFactory.create(
            unit=data.draw(st.sampled_from(units)), is_active=data.draw(st.integers(0, 9)) > 0
        )
        for group in data.draw(st.lists(st.sampled_from(groups), unique=True, max_size=2)):
            MembershipFactory.create(group=group, person=person)
        for unit in data.draw(st.lists(st.sampled_from(units), unique=True, max_size=2)):
            AppointmentFactory.create(
                person=person, unit=unit, role=data.draw(st.sampled_from(list(Role)[:2]))
            )
        return person

    def plan(self, data: st.DataObject, people: list[Person], groups: list[Group]) -> LessonPlan:
        visibility = data.draw(st.sampled_from(list(Visibility)))
        group = data.draw(st.sampled_from(groups if visibility == Visibility.GROUP else [None, *groups]))
        lead = data.draw(st.sampled_from(people))
        trashed = data.draw(st.integers(0, 3)) == 0
        plan = LessonPlanFactory.create(
            lead=lead,
            visibility=visibility,
            group=group,
            trashed_at=timezone.now() if trashed else None,
            trashed_by=lead if trashed else None,
        )
        for person in data.draw(st.lists(st.sampled_from(people), unique=True, max_size=2)):
            role = data.draw(st.sampled_from([PlanRole.CO_AUTHOR, PlanRole.COMMENTER, PlanRole.READER]))
            PlanMemberFactory.create(plan=plan, person=person, role=role)
        return plan
