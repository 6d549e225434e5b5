"""Place what was read: move pieces, correct facts, and make the plan."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lessons import columns as plan_columns
from lessons.body import PlanBody
from lessons.enums import ImportState, SectionKind, Visibility
from lessons.errors import PlacingError
from lessons.imports import columns, source
from lessons.imports.building import Builder, column_text, without_tables
from lessons.imports.labels import COLUMNS
from lessons.imports.pieces import ASIDE, LABEL, PLACED, UNPLACED, UNSURE
from lessons.models import ImportLesson, LessonPlan, PlanImport, PlanTemplate
from lessons.services.plans import create_plan
from realtime import documents
from realtime.errors import PictureError
from research.models import Group, Person
from research.services import audit

NOTHING: dict[str, Any] = {"blocks": [], "dropped": []}
log = logging.getLogger(__name__)
ROLES = ("phase", "teacher", "student", "intent")
NEW_STEP = "step/new/"


def _locked(lesson_id: int, version: int | None) -> ImportLesson:
    """The lesson, its row held; raises PlacingError if another page has changed it meanwhile."""
    lesson = (
        ImportLesson.objects.select_for_update(no_key=True, of=("self",))
        .select_related("item")
        .get(pk=lesson_id)
    )
    if lesson.plan_id is not None:
        raise PlacingError(_("This lesson has become a plan already."))
    if version is not None and lesson.version != version:
        raise PlacingError(
            _("This import was changed on another page. The newest state is shown now; please try again.")
        )
    return lesson


def _save(lesson: ImportLesson) -> ImportLesson:
    lesson.version += 1
    lesson.save(update_fields=["pieces", "columns", "minutes", "version"])
    return lesson


@transaction.atomic
def move_piece(*, lesson_id: int, piece: int, place: str, version: int) -> ImportLesson:
    """Put a piece somewhere by hand (放到).

    ``unplaced`` takes it out again, ``aside`` leaves it out of the plan.
    Raises PlacingError if there is no such piece or place.
    """
    lesson = _locked(lesson_id, version)
    chosen = _piece(lesson, piece)
    chosen.pop("reason", None)
    chosen.pop("place", None)
    if place in {"unplaced", "aside"}:
        chosen["status"] = ASIDE if place == "aside" else UNPLACED
        if place == "aside":
            chosen["reason"] = "by_hand"
        return _save(lesson)
    chosen["place"], chosen["status"] = _checked_place(lesson, place), PLACED
    if place in COLUMNS:
        text = column_text(source.from_json(lesson.item.source or NOTHING), chosen["spans"])
        fact = columns.read(place, text)
        lesson.columns[place] = {"value": fact.value if fact else text, "sure": True}
    return _save(lesson)


def _piece(lesson: ImportLesson, number: int) -> dict[str, Any]:
    if not 0 <= number < len(lesson.pieces) or lesson.pieces[number]["status"] == LABEL:
        raise PlacingError(_("There is no such piece."))
    piece: dict[str, Any] = lesson.pieces[number]
    return piece


def _checked_place(lesson: ImportLesson, place: str) -> str:
    if place.startswith(NEW_STEP) and place.removeprefix(NEW_STEP) in ROLES:
        lesson.minutes.append(None)
        return f"step/{len(lesson.minutes) - 1}/{place.removeprefix(NEW_STEP)}"
    if place.startswith("step/"):
        _step, number, role = (*place.split("/"), "", "")[:3]
        known = number.isdecimal() and int(number) < len(lesson.minutes) and role in ROLES
    else:
        known = place in COLUMNS or place in field_keys()
    if not known:
        raise PlacingError(_("There is no such place in a plan."))
    return place


def field_keys() -> set[str]:
    """Every rich field of any template that is offered."""
    return {
        section.key
        for template in PlanTemplate.objects.current()
        for section in template.sections()
        if section.kind == SectionKind.RICH
    }


@transaction.atomic
def split_piece(*, lesson_id: int, piece: int, version: int) -> ImportLesson:
    """Take a piece of several paragraphs apart (拆开), so that each can go its own way."""
    lesson = _locked(lesson_id, version)
    chosen = _piece(lesson, piece)
    parts = [{**chosen, "spans": [span]} for span in chosen["spans"]]
    lesson.pieces[piece : piece + 1] = parts
    return _save(lesson)


@transaction.atomic
def confirm_piece(*, lesson_id: int, piece: int, version: int) -> ImportLesson:
    """Say that an unsure piece stands right (确认)."""
    lesson = _locked(lesson_id, version)
    chosen = _piece(lesson, piece)
    if chosen["status"] != UNSURE or not chosen.get("place"):
        raise PlacingError(_("There is nothing to confirm."))
    return move_piece(lesson_id=lesson_id, piece=piece, place=chosen["place"], version=version)


@transaction.atomic
def set_column(*, lesson_id: int, column: str, value: str, version: int) -> ImportLesson:
    """Correct a fact about the lesson. Raises PlacingError, InvalidColumnError."""
    lesson = _locked(lesson_id, version)
    if column not in COLUMNS:
        raise PlacingError(_("There is no such place in a plan."))
    if column != "title" or value.strip():
        cleaned = plan_columns.clean(column, value)
        lesson.columns[column] = {"value": "" if cleaned is None else str(cleaned), "sure": True}
    else:
        lesson.columns.pop("title", None)
    return _save(lesson)


@transaction.atomic
def place_by_hand(*, item: PlanImport, by: Person) -> ImportLesson:
    """Offer a file in which no lesson was found as one lesson, everything to be placed by hand."""
    item = PlanImport.objects.select_for_update(no_key=True).get(pk=item.pk)
    if item.lessons.exists() or item.source is None:
        raise PlacingError(_("This import has lessons already."))
    pieces = [{**piece, "status": UNPLACED, "reason": ""} for piece in item.rest]
    item.rest = []
    item.save(update_fields=["rest"])
    audit.record("import.taken_by_hand", by=by, target=item)
    return ImportLesson.objects.create(item=item, number=0, pieces=pieces)


@transaction.atomic
def create_from_lesson(
    *, lesson_id: int, by: Person, template: PlanTemplate, group: Group | None, visibility: Visibility
) -> LessonPlan:
    """Make the plan (创建教案) of one lesson, its pictures with it.

    Raises InvalidColumnError if a fact does not fit, VisibilityError if the circle does not, PlacingError.
    """
    lesson = _locked(lesson_id, None)
    item = lesson.item
    read = source.from_json(item.source or NOTHING)
    wanted = Builder(read, {picture.number: str(picture.pk) for picture in item.pictures.all()}).body(
        lesson.data()
    )
    kept = _kept_pictures(item, wanted.pictures(), by=by)
    body = _where_tables_may_stand(Builder(read, kept).body(lesson.data()), template)
    facts = {key: fact["value"] for key, fact in lesson.columns.items() if fact["value"]}
    plan = create_plan(
        by=by, template=template, columns=_fitting(facts), body=body, group=group, visibility=visibility
    )
    documents.pictures.attach(plan.document_id, kept.values())
    lesson.plan = plan
    lesson.save(update_fields=["plan"])
    if not item.lessons.filter(plan=None).exists():
        PlanImport.objects.filter(pk=item.pk).update(state=ImportState.DONE)
    audit.record("import.made_plan", by=by, target=item, plan=plan.pk)
    return plan


def _kept_pictures(item: PlanImport, wanted: set[str], *, by: Person) -> dict[int, str]:
    """The pictures of the lesson written anew for its document, by their number in the file; broken ones
    go.
    """
    kept = {}
    for picture in item.pictures.filter(pk__in=wanted):
        with picture.file.open("rb") as file:
            data = file.read()
        try:
            kept[picture.number] = str(documents.pictures.keep(data, by_id=by.pk).pk)
        except PictureError as error:
            log.warning("picture %s of import %s left out: %s", picture.number, item.pk, error)
    return kept


def _where_tables_may_stand(body: PlanBody, template: PlanTemplate) -> PlanBody:
    """Tables become lines in the cells of the process and in fields that take none."""
    free = {section.key for section in template.sections() if section.tables}
    known = {section.key for section in template.sections()}
    fields = {
        key: node if key in free or key not in known else without_tables(node)
        for key, node in body.fields.items()
    }
    steps = (
        replace(
            step,
            teacher=without_tables(step.teacher),
            student=without_tables(step.student),
            intent=without_tables(step.intent),
        )
        for step in body.steps
    )
    return PlanBody(fields, tuple(steps))


def _fitting(facts: Mapping[str, str]) -> dict[str, str]:
    """Facts as long as their columns allow; a title is never cut, it is refused."""
    return {
        key: value if key == "title" else value[: plan_columns.MAX_LENGTHS.get(key, len(value))]
        for key, value in facts.items()
    }
