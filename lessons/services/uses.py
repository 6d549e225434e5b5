"""Count that plans are used, and remember who opened which last."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lessons import searchables
from lessons.enums import PlanRole, UseKind
from lessons.models import LessonPlan, PlanUse, PlanVisit
from research.models import Person


@transaction.atomic
def record_use(*, plan_id: int, kind: UseKind, by: Person) -> bool:
    """Count that ``by`` took a copy of the plan (使用); whether it counted.

    Its makers' own copies do not count, and nobody's counts twice a day.
    """
    plan = LessonPlan.objects.select_for_update(no_key=True).get(pk=plan_id)
    makers = plan.memberships.filter(role=PlanRole.CO_AUTHOR)
    if plan.lead_id == by.pk or makers.filter(person=by).exists():
        return False
    _use, is_new = PlanUse.objects.get_or_create(
        plan=plan, person=by, on=timezone.localdate(), defaults={"kind": kind}
    )
    if is_new:
        LessonPlan.objects.filter(pk=plan_id).update(use_count=F("use_count") + 1)
        searchables.plans_changed([plan_id])
    return is_new


def record_visit(*, plan: LessonPlan, by: Person) -> None:
    """Remember that ``by`` opened the plan (最近打开)."""
    PlanVisit.objects.update_or_create(plan=plan, person=by, defaults={"at": timezone.now()})
