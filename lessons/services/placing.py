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
from lessons.errors import InvalidColumnError, PlacingError
from lessons.imports import columns, source
from lessons.imports.building import Builder, column_text, holds_objects, without_tables
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
    if version is not None:
        check_version(lesson, version)
    return lesson


def check_version(lesson: ImportLesson, version: int) -> None:
    if lesson.version != version:
        raise PlacingError(
            _("This import was changed on another page. The newest state is shown now; please try again.")
        )


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
    chosen = piece_of(lesson, piece)
    if place in {"unplaced", "aside"}:
        settle(chosen, ASIDE if place == "aside" else UNPLACED, reason="by_hand" if place == "aside" else "")
        return _save(lesson)
    known = _checked_place(lesson, place)
    if place in COLUMNS:
        value = column_value(lesson.item, place, chosen)
        _set_replaced_aside(lesson, place)
        lesson.columns[place] = {"value": value, "sure": True}
    settle(chosen, PLACED, place=known)
    return _save(lesson)


def settle(piece: dict[str, Any], status: str, *, place: str = "", reason: str = "") -> None:
    """Say of a piece where it is now, and forget where it was."""
    piece["status"] = status
    for key, value in (("place", place), ("reason", reason)):
        if value:
            piece[key] = value
        else:
            piece.pop(key, None)


def column_value(item: PlanImport, column: str, piece: Mapping[str, Any]) -> str:
    """What a piece says as the value of a column. Raises PlacingError if the column does not take it."""
    text = column_text(source.from_json(item.source or NOTHING), piece["spans"])
    fact = columns.read(column, text)
    try:
        cleaned = plan_columns.clean(column, fact.value if fact else text)
    except InvalidColumnError as error:
        told = _("«%(column)s» does not take this: %(why)s")
        raise PlacingError(told % {"column": plan_columns.LABELS[column], "why": error}) from error
    return "" if cleaned is None else str(cleaned)


def _set_replaced_aside(lesson: ImportLesson, column: str) -> None:
    """A column has room for one piece; what stood there is listed with what was left out."""
    for piece in lesson.pieces:
        if piece.get("place") == column and piece["status"] in {PLACED, UNSURE}:
            settle(piece, ASIDE, reason="replaced")


@transaction.atomic
def move_rest(*, lesson_id: int, para: int, start: int, place: str, version: int) -> ImportLesson:
    """Put a piece that belongs to none of the file's lessons somewhere in this one (放到).

    Raises PlacingError if it is gone, or there is no such place.
    """
    lesson = _locked(lesson_id, version)
    lesson.item = _locked_item(lesson)
    found = [piece for piece in lesson.item.rest if piece["spans"][0][:2] == [para, start]]
    if not found:
        raise PlacingError(_("There is no such piece."))
    lesson.item.rest.remove(found[0])
    lesson.item.save(update_fields=["rest"])
    lesson.pieces.append(found[0])
    _save(lesson)
    return move_piece(lesson_id=lesson_id, piece=len(lesson.pieces) - 1, place=place, version=lesson.version)


def _locked_item(lesson: ImportLesson) -> PlanImport:
    """The lesson's import, its row held; a lesson's row is always locked before."""
    return PlanImport.objects.select_for_update(no_key=True).get(pk=lesson.item_id)


def piece_of(lesson: ImportLesson, number: int) -> dict[str, Any]:
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
    split(lesson, piece)
    return _save(lesson)


def split(lesson: ImportLesson, piece: int) -> None:
    chosen = piece_of(lesson, piece)
    lesson.pieces[piece : piece + 1] = [{**chosen, "spans": [span]} for span in chosen["spans"]]


@transaction.atomic
def confirm_piece(*, lesson_id: int, piece: int, version: int) -> ImportLesson:
    """Say that an unsure piece stands right (确认)."""
    lesson = _locked(lesson_id, version)
    chosen = piece_of(lesson, piece)
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
    item = lesson.item = _locked_item(lesson)
    read = source.from_json(item.source or NOTHING)
    _leave_over(lesson, read)
    wanted = Builder(read, {picture.number: str(picture.pk) for picture in item.pictures.all()}).body(
        lesson.data()
    )
    kept = kept_pictures(item, wanted.pictures(), by=by)
    body = _where_tables_may_stand(Builder(read, kept).body(lesson.data()), template)
    facts = {key: fact["value"] for key, fact in lesson.columns.items() if fact["value"]}
    plan = create_plan(by=by, template=template, columns=facts, body=body, group=group, visibility=visibility)
    documents.pictures.attach(plan.document_id, kept.values())
    lesson.plan = plan
    lesson.save(update_fields=["plan", "pieces", "columns", "left_over"])
    if not item.lessons.filter(plan=None).exists():
        item.state = ImportState.DONE
    item.save(update_fields=["state", "rest"])
    audit.record("import.made_plan", by=by, target=item, plan=plan.pk)
    return plan


def _leave_over(lesson: ImportLesson, read: source.Source) -> None:
    """Count what the plan will not hold: what has no place, what its column cannot hold, and, with the last
    lesson of a file, what belongs to none. All of it waits at the plan to be placed.
    """
    for piece in lesson.pieces:
        if piece["status"] in {PLACED, UNSURE} and piece.get("place") in COLUMNS:
            _loosen(lesson, read, piece)
    item = lesson.item
    if not item.lessons.filter(plan=None).exclude(pk=lesson.pk).exists():
        lesson.pieces += [piece for piece in item.rest if piece["status"] == UNPLACED]
        item.rest = [piece for piece in item.rest if piece["status"] != UNPLACED]
    lesson.left_over = count_left_over(lesson)


def _loosen(lesson: ImportLesson, read: source.Source, piece: dict[str, Any]) -> None:
    """Take a piece out of its column if that cannot hold all of it: a long text, a picture, a formula."""
    column = piece["place"]
    value = lesson.columns.get(column, {}).get("value", "")
    if column != "title" and len(value) > plan_columns.MAX_LENGTHS.get(column, len(value)):
        lesson.columns.pop(column)
        settle(piece, UNPLACED, reason="long")
    elif holds_objects(read, piece["spans"]):
        settle(piece, UNPLACED, reason="object")


def count_left_over(lesson: ImportLesson) -> int:
    return sum(1 for piece in lesson.pieces if piece["status"] == UNPLACED)


def kept_pictures(item: PlanImport, wanted: set[str], *, by: Person) -> dict[int, str]:
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
