"""Who takes part in a plan."""

from django.db import transaction
from django.utils.translation import gettext as _

from lessons.enums import MEMBER_ROLES, PlanRole
from lessons.errors import MembershipError
from lessons.models import LessonPlan, PlanMember
from lessons.searchables import circle_changing
from lessons.services.plans import locked_in_use
from realtime import documents
from research.models import Person
from research.services import audit

MAX_MEMBERS = 100


@transaction.atomic
def add_member(*, plan_id: int, person: Person, role: PlanRole, by: Person) -> PlanMember:
    """Take somebody into a plan (添加成员). Raises MembershipError, TrashError."""
    plan = locked_in_use(plan_id)
    _check_role(role)
    if not person.is_active:
        raise MembershipError(_("The account of %(name)s is disabled.") % {"name": person.name})
    if person.pk == plan.lead_id:
        raise MembershipError(_("%(name)s is the lead author already.") % {"name": person.name})
    if plan.memberships.filter(person=person).exists():
        raise MembershipError(_("%(name)s is a member already.") % {"name": person.name})
    if plan.memberships.count() >= MAX_MEMBERS:
        raise MembershipError(_("A plan has at most %(most)s members.") % {"most": MAX_MEMBERS})
    with circle_changing(plan):
        member = PlanMember.objects.create(plan=plan, person=person, role=role, added_by=by)
    audit.record("plan.member_added", by=by, target=plan, person=person.pk, role=role)
    documents.access_changed()
    return member


@transaction.atomic
def change_member(*, plan_id: int, person_id: int, role: PlanRole, by: Person) -> PlanMember:
    """Give a member another part (调整分工). Raises MembershipError, TrashError."""
    plan = locked_in_use(plan_id)
    _check_role(role)
    member = _member(plan, person_id)
    before, member.role = member.role, role
    with circle_changing(plan):
        member.save(update_fields=["role"])
    audit.record("plan.member_changed", by=by, target=plan, person=person_id, before=before, after=role)
    documents.access_changed()
    return member


@transaction.atomic
def remove_member(*, plan_id: int, person_id: int, by: Person) -> None:
    """Take a member out of a plan (移除成员), or leave it. Raises MembershipError, TrashError."""
    plan = locked_in_use(plan_id)
    member = _member(plan, person_id)
    with circle_changing(plan):
        member.delete()
    audit.record("plan.member_removed", by=by, target=plan, person=person_id, role=member.role)
    documents.access_changed()


@transaction.atomic
def change_lead(*, plan_id: int, to: Person, by: Person) -> LessonPlan:
    """Hand a plan over (移交主备人): the old lead stays as co-author, the plan moves to the new lead's unit.

    Raises MembershipError, TrashError.
    """
    plan = locked_in_use(plan_id)
    before = _give(plan, to=to, by=by)
    audit.record("plan.lead_changed", by=by, target=plan, before=before.pk, after=to.pk)
    return plan


@transaction.atomic
def hand_on(*, plan_id: int, to: Person, by: Person) -> LessonPlan:
    """Name a new lead for a plan whose lead's account is disabled (代为移交): a member, or a colleague of the
    plan's unit, never oneself. The old lead stays as co-author, for the work is theirs.

    Raises MembershipError, TrashError.
    """
    plan = locked_in_use(plan_id)
    if plan.lead.is_active:
        raise MembershipError(_("The account of the lead author works; only they hand the plan over."))
    if to.pk == by.pk:
        raise MembershipError(_("Nobody hands a plan on to themselves. Choose somebody else."))
    if to.unit_id != plan.home_unit_id and not plan.memberships.filter(person=to).exists():
        raise MembershipError(_("Choose a member of the plan or a colleague of its unit."))
    before = _give(plan, to=to, by=by)
    audit.record("plan.handed_on", by=by, target=plan, before=before.pk, after=to.pk)
    return plan


def _give(plan: LessonPlan, *, to: Person, by: Person) -> Person:
    """Make somebody the lead of a locked plan; the lead before, now a co-author."""
    if not to.is_active:
        raise MembershipError(_("The account of %(name)s is disabled.") % {"name": to.name})
    if to.pk == plan.lead_id:
        raise MembershipError(_("%(name)s is the lead author already.") % {"name": to.name})
    before = plan.lead
    with circle_changing(plan):
        plan.memberships.filter(person=to).delete()
        plan.lead, plan.home_unit, plan.county = to, to.unit, to.unit.county
        plan.save(update_fields=["lead", "home_unit", "county", "updated_at"])
        PlanMember.objects.create(plan=plan, person=before, role=PlanRole.CO_AUTHOR, added_by=by)
    documents.access_changed()
    return before


def _check_role(role: PlanRole) -> None:
    if role not in MEMBER_ROLES:
        raise MembershipError(_("Please choose co-author, commenter or reader."))


def _member(plan: LessonPlan, person_id: int) -> PlanMember:
    member = plan.memberships.filter(person=person_id).first()
    if member is None:
        raise MembershipError(_("This person is not a member of the plan."))
    return member
