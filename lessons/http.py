"""Requests for plans: 404 for what one may not find, 403 for what one may not do.

The middleware of ``research`` writes a line into the record for every 403.
"""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from lessons import policies
from lessons.access import Action
from lessons.models import LessonPlan
from research.models import Person

SENTENCES = {
    Action.EXPORT: _("You may not take a copy of this plan. Ask its lead author."),
    Action.WRITE: _("You may read this plan but not change it. Ask its lead author to make you a co-author."),
    Action.MANAGE: _("Only the lead author decides who takes part and who finds the plan."),
    Action.DELETE: _("Only the lead author may move the plan to the trash."),
    Action.HAND_ON: _(
        "Only the administrator of its unit hands a plan on, and only while its lead author's account is disabled."
    ),
}


def person_of(request: HttpRequest) -> Person:
    """Who asks; for views behind ``login_required``."""
    return cast("Person", request.user)


def found_plan(request: HttpRequest, pk: int) -> LessonPlan:
    """The plan, if this person may find it; else 404."""
    plan = with_people(LessonPlan.objects.visible_to(person_of(request))).filter(pk=pk).first()
    if plan is None:
        raise Http404
    return plan


def allowed_plan(request: HttpRequest, pk: int, action: Action) -> LessonPlan:
    """The plan, if this person may do that with it; else 404 or 403."""
    plan = found_plan(request, pk)
    if not policies.can(person_of(request), action, plan):
        raise PermissionDenied(str(SENTENCES.get(action, "")))
    return plan


def plan_to_hand_on(request: HttpRequest, pk: int) -> LessonPlan:
    """The plan, if this person may name a new lead for it; else 403 where they find it, 404 where not."""
    plan = with_people(LessonPlan.objects.to_hand_on_by(person_of(request))).filter(pk=pk).first()
    return plan or allowed_plan(request, pk, Action.HAND_ON)


def with_people(plans: QuerySet[LessonPlan]) -> QuerySet[LessonPlan]:
    return plans.select_related("template", "lead__unit", "group", "home_unit", "county")
