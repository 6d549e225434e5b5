"""The trash: out of sight, back again, and gone for good after a month."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import searchables
from lessons.errors import TrashError
from lessons.models import LessonPlan
from lessons.services.attachments import delete_file
from lessons.services.plans import locked, locked_in_use
from realtime import documents
from realtime.models import Document
from research.models import Person
from research.services import audit

logger = logging.getLogger(__name__)
KEPT_DAYS = 30


@transaction.atomic
def trash_plan(*, plan_id: int, by: Person) -> None:
    """Move a plan to the trash (移到回收站); its pages close. Raises TrashError if it is there already."""
    plan = locked_in_use(plan_id)
    with searchables.circle_changing(plan):
        plan.trashed_at, plan.trashed_by = timezone.now(), by
        plan.save(update_fields=["trashed_at", "trashed_by", "updated_at"])
    audit.record("plan.trashed", by=by, target=plan)
    documents.access_changed()


@transaction.atomic
def restore_plan(*, plan_id: int, by: Person) -> None:
    """Take a plan out of the trash (恢复) as it was. Raises TrashError if it is not there."""
    plan = locked(plan_id)
    if plan.trashed_at is None:
        raise TrashError(_("This plan is not in the trash."))
    with searchables.circle_changing(plan):
        plan.trashed_at = plan.trashed_by = None
        plan.save(update_fields=["trashed_at", "trashed_by", "updated_at"])
    audit.record("plan.restored", by=by, target=plan)
    documents.access_changed()


def purge_trash() -> int:
    """Delete for good what has lain in the trash for ``KEPT_DAYS`` (清空回收站); how many plans went.

    Each plan has its own transaction, so one that cannot go keeps none of the others.
    """
    before = timezone.now() - timedelta(days=KEPT_DAYS)
    purged = 0
    for plan_id in (
        LessonPlan.objects.filter(trashed_at__lt=before).order_by("pk").values_list("pk", flat=True)
    ):
        try:
            purged += _purge(plan_id, before=before)
        except Exception:
            logger.exception("plan %s could not be purged", plan_id)
    return purged


@transaction.atomic
def _purge(plan_id: int, *, before: datetime) -> bool:
    plan = LessonPlan.objects.select_for_update().filter(pk=plan_id, trashed_at__lt=before).first()
    if plan is None:
        return False
    for attachment in plan.attachments.all():
        delete_file(attachment)
    audit.record("plan.purged", by=None, target=plan, lead=plan.lead_id, trashed_by=plan.trashed_by_id)
    document_id = plan.document_id
    with searchables.circle_changing(plan):
        plan.delete()
    Document.objects.filter(pk=document_id).delete()
    return True
