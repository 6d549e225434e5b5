"""Who takes part in a plan."""

import pytest
from django.utils import timezone

from lessons.enums import PlanRole
from lessons.errors import MembershipError, TrashError
from lessons.models import LessonPlan, PlanMember
from lessons.services import members
from realtime.models import AccessChange
from research.models import AuditEvent
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


def test_add_member_gives_a_part_and_has_connections_checked() -> None:
    plan, person = LessonPlanFactory.create(), PersonFactory.create()

    members.add_member(plan_id=plan.pk, person=person, role=PlanRole.READER, by=plan.lead)

    member = PlanMember.objects.get(plan=plan)
    assert (member.person, member.role, member.added_by) == (person, PlanRole.READER, plan.lead)
    assert AccessChange.objects.count() == 1
    assert AuditEvent.objects.get(action="plan.member_added").detail == {
        "person": person.pk,
        "role": "reader",
    }


def test_add_member_refuses_whom_it_cannot_add() -> None:
    member = PlanMemberFactory.create()
    plan = member.plan
    disabled = PersonFactory.create(is_active=False)

    for person in (plan.lead, member.person, disabled):
        with pytest.raises(MembershipError):
            members.add_member(plan_id=plan.pk, person=person, role=PlanRole.READER, by=plan.lead)
    with pytest.raises(MembershipError):
        members.add_member(plan_id=plan.pk, person=PersonFactory.create(), role=PlanRole.LEAD, by=plan.lead)

    assert plan.memberships.count() == 1
    assert not AccessChange.objects.exists()


def test_add_member_stops_at_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "MAX_MEMBERS", 1)
    plan = PlanMemberFactory.create().plan

    with pytest.raises(MembershipError):
        members.add_member(plan_id=plan.pk, person=PersonFactory.create(), role=PlanRole.READER, by=plan.lead)


def test_change_member_and_remove_member() -> None:
    member = PlanMemberFactory.create(role=PlanRole.CO_AUTHOR)
    plan = member.plan

    members.change_member(plan_id=plan.pk, person_id=member.person_id, role=PlanRole.COMMENTER, by=plan.lead)
    member.refresh_from_db()
    assert member.role == PlanRole.COMMENTER

    members.remove_member(plan_id=plan.pk, person_id=member.person_id, by=plan.lead)
    assert not plan.memberships.exists()
    assert AccessChange.objects.count() == 2


def test_what_is_no_member_can_be_neither_changed_nor_removed() -> None:
    plan = LessonPlanFactory.create()

    with pytest.raises(MembershipError):
        members.change_member(plan_id=plan.pk, person_id=plan.lead_id, role=PlanRole.READER, by=plan.lead)
    with pytest.raises(MembershipError):
        members.remove_member(plan_id=plan.pk, person_id=plan.lead_id, by=plan.lead)


def test_change_lead_keeps_exactly_one_and_moves_the_plan() -> None:
    member = PlanMemberFactory.create(role=PlanRole.READER)
    plan, before, after = member.plan, member.plan.lead, member.person

    members.change_lead(plan_id=plan.pk, to=after, by=before)

    plan.refresh_from_db()
    assert (plan.lead, plan.home_unit, plan.county) == (after, after.unit, after.unit.county)
    assert list(plan.memberships.values_list("person", "role")) == [(before.pk, "co_author")]
    assert AccessChange.objects.count() == 1


def test_change_lead_refuses_whom_it_cannot_be() -> None:
    plan = LessonPlanFactory.create()

    for person in (plan.lead, PersonFactory.create(is_active=False)):
        with pytest.raises(MembershipError):
            members.change_lead(plan_id=plan.pk, to=person, by=plan.lead)


def test_hand_on_names_a_new_lead_and_keeps_the_old_one_as_co_author() -> None:
    plan = LessonPlanFactory.create(lead__is_active=False)
    before, colleague = plan.lead, PersonFactory.create(unit=plan.home_unit)
    admin = PersonFactory.create()

    members.hand_on(plan_id=plan.pk, to=colleague, by=admin)

    plan.refresh_from_db()
    assert (plan.lead, plan.home_unit) == (colleague, colleague.unit)
    assert list(plan.memberships.values_list("person", "role")) == [(before.pk, "co_author")]
    event = AuditEvent.objects.get(action="plan.handed_on")
    assert (event.person, event.detail) == (admin, {"before": before.pk, "after": colleague.pk})
    assert AccessChange.objects.count() == 1


def test_hand_on_to_a_member_of_another_unit_moves_the_plan_there() -> None:
    member = PlanMemberFactory.create(plan__lead__is_active=False, role=PlanRole.READER)

    members.hand_on(plan_id=member.plan_id, to=member.person, by=PersonFactory.create())

    plan = LessonPlan.objects.get()
    assert (plan.lead, plan.home_unit) == (member.person, member.person.unit)


def test_hand_on_refuses_oneself_strangers_and_disabled_people() -> None:
    plan = LessonPlanFactory.create(lead__is_active=False)
    admin = PersonFactory.create(unit=plan.home_unit)
    gone = PersonFactory.create(unit=plan.home_unit, is_active=False)

    for person in (admin, PersonFactory.create(), gone, plan.lead):
        with pytest.raises(MembershipError):
            members.hand_on(plan_id=plan.pk, to=person, by=admin)

    plan.refresh_from_db()
    assert not plan.lead.is_active
    assert not plan.memberships.exists()


def test_hand_on_leaves_a_plan_alone_whose_lead_can_do_it() -> None:
    plan = LessonPlanFactory.create()

    with pytest.raises(MembershipError):
        members.hand_on(
            plan_id=plan.pk, to=PersonFactory.create(unit=plan.home_unit), by=PersonFactory.create()
        )


def test_nothing_changes_in_the_trash() -> None:
    member = PlanMemberFactory.create()
    LessonPlan.objects.update(trashed_at=timezone.now(), trashed_by=member.person)
    plan = member.plan

    with pytest.raises(TrashError):
        members.add_member(plan_id=plan.pk, person=PersonFactory.create(), role=PlanRole.READER, by=plan.lead)
    with pytest.raises(TrashError):
        members.remove_member(plan_id=plan.pk, person_id=member.person_id, by=plan.lead)
    with pytest.raises(TrashError):
        members.change_lead(plan_id=plan.pk, to=member.person, by=plan.lead)
