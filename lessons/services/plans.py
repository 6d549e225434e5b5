"""Create, describe, show and duplicate plans."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import columns as values
from lessons import searchables
from lessons.body import KIND, PlanBody, read_body, write_body
from lessons.enums import UseKind, Visibility
from lessons.errors import ColumnConflictError, TrashError, VisibilityError
from lessons.models import LessonPlan, PlanTemplate
from lessons.services.uses import record_use
from realtime import documents
from realtime.models import Document
from research.models import Group, Person
from research.services import audit


def locked(plan_id: int) -> LessonPlan:
    """The plan, its row held until commit. A plan's row is always locked before its document."""
    return LessonPlan.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan_id)


def locked_in_use(plan_id: int) -> LessonPlan:
    """The same; raises TrashError if the plan lies in the trash."""
    plan = locked(plan_id)
    if plan.trashed_at:
        raise TrashError(_("This plan is in the trash. Restore it first."))
    return plan


@transaction.atomic
def create_plan(
    *,
    by: Person,
    template: PlanTemplate,
    columns: Mapping[str, Any],
    body: PlanBody | None = None,
    group: Group | None = None,
    visibility: Visibility = Visibility.MEMBERS,
    source: LessonPlan | None = None,
) -> LessonPlan:
    """Make a plan (新建教案) that ``by`` leads, with its shared document.

    Raises InvalidColumnError if a column does not fit, VisibilityError if the circle does not.
    """
    cleaned = values.clean_all(columns)
    _check_circle(group=group, visibility=visibility, by=by, kept=None)
    document = _document(body or PlanBody(), template=template, by=by)
    plan = LessonPlan.objects.create(
        document=document, template=template, lead=by, created_by=by, group=group, home_unit=by.unit,
        county=by.unit.county, visibility=visibility, source=source, edited_at=timezone.now(), **cleaned,
    )  # fmt: skip
    Document.objects.filter(pk=document.pk).update(key=str(plan.pk))
    audit.record("plan.created", by=by, target=plan, visibility=visibility, template=str(template))
    searchables.plans_changed([plan.pk])
    return plan


def _document(body: PlanBody, *, template: PlanTemplate, by: Person) -> Document:
    """The plan's document, under a name of its own until the plan has a number."""
    return documents.create(
        kind=KIND,
        key=f"new:{uuid4().hex}",
        by_id=by.pk,
        fill=lambda document: write_body(document, body, template_key=template.key),
    )


@transaction.atomic
def update_column(*, plan_id: int, field: str, value: Any, version: int, by: Person) -> LessonPlan:
    """Set one column of a plan (改教案信息), if nothing changed since ``version``.

    Setting what stands there already changes nothing and is no conflict, so a repeated request is harmless.
    Raises InvalidColumnError, ColumnConflictError with what stands there now, TrashError.
    """
    cleaned = values.clean(field, value)
    plan = locked_in_use(plan_id)
    if getattr(plan, field) == cleaned:
        return plan
    if plan.version != version:
        raise ColumnConflictError(version=plan.version, columns=plan.columns())
    setattr(plan, field, cleaned)
    plan.version += 1
    plan.edited_at = timezone.now()
    plan.save(update_fields=[field, "version", "edited_at", "updated_at"])
    audit.record("plan.column_changed", by=by, target=plan, field=field, version=plan.version)
    searchables.columns_changed(plan)
    documents.announce(KIND, str(plan.pk), {"event": "columns", "version": plan.version})
    return plan


@transaction.atomic
def change_visibility(*, plan_id: int, visibility: Visibility, group: Group | None, by: Person) -> LessonPlan:
    """Show a plan to another circle (可见范围). Raises VisibilityError, TrashError."""
    plan = locked_in_use(plan_id)
    _check_circle(group=group, visibility=visibility, by=by, kept=plan.group_id)
    before = (plan.visibility, plan.group_id)
    with searchables.circle_changing(plan):
        plan.visibility, plan.group = visibility, group
        plan.save(update_fields=["visibility", "group", "updated_at"])
    audit.record(
        "plan.visibility_changed", by=by, target=plan, before=before[0], after=visibility,
        group_before=before[1], group_after=plan.group_id,
    )  # fmt: skip
    documents.access_changed()
    return plan


@transaction.atomic
def duplicate_plan(*, plan: LessonPlan, by: Person) -> LessonPlan:
    """Make a plan of one's own from another (复备): columns and text, but no members, files or history.

    The copy's text is new to its document, so later edits of either never meet.
    """
    body = read_body(documents.load(plan.document_id))
    title = _("%(title)s (my copy)") % {"title": plan.title}
    copy = create_plan(
        by=by,
        template=plan.template,
        columns={**plan.columns(), "title": title[: values.MAX_LENGTHS["title"]]},
        body=body,
        source=plan,
    )
    _adopt_pictures(copy, body, by=by)
    audit.record("plan.duplicated", by=by, target=plan, copy=copy.pk)
    record_use(plan_id=plan.pk, kind=UseKind.DUPLICATED, by=by)
    return copy


def _adopt_pictures(plan: LessonPlan, body: PlanBody, *, by: Person) -> None:
    """Let the plan use the pictures of its text, as far as ``by`` may see them."""
    wanted = sorted(body.pictures())
    at_once = documents.pictures.MAX_ADOPTED
    for start in range(0, len(wanted), at_once):
        documents.pictures.adopt(plan.document_id, wanted[start : start + at_once], by_id=by.pk)


def _check_circle(*, group: Group | None, visibility: Visibility, by: Person, kept: int | None) -> None:
    if visibility not in Visibility.values:
        raise VisibilityError(_("Please choose who may find the plan."))
    if visibility == Visibility.GROUP and group is None:
        raise VisibilityError(_("Choose the group that may find the plan."))
    if group is not None and group.pk != kept and not group.memberships.filter(person=by).exists():
        raise VisibilityError(_("You are not a member of this group."))
