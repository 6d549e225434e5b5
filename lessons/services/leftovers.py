"""What an import left over, placed into the plan that was made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lessons import columns as plan_columns
from lessons.body import CELLS, MAX_PHASE, PlanBody, Step, add_step, append_to_field, append_to_step
from lessons.enums import SectionKind
from lessons.errors import PlacingError
from lessons.imports import source
from lessons.imports.building import Builder, column_text, holds_objects, without_tables
from lessons.imports.pieces import ASIDE, PLACED, UNPLACED
from lessons.models import COLUMNS, ImportLesson, LessonPlan
from lessons.services import placing
from lessons.services.plans import locked_in_use, update_column
from realtime import documents
from realtime.documents import Doc
from realtime.prose.tree import Node
from research.models import Person
from research.services import audit

NEW_STEP = "step/new/"


def _locked(plan: LessonPlan, version: int) -> ImportLesson:
    """The lesson that the plan was made of, its row held; the plan's row is locked before it."""
    found = ImportLesson.objects.select_for_update(no_key=True, of=("self",)).filter(plan=plan)
    lesson = found.select_related("item").first()
    if lesson is None:
        raise PlacingError(_("There is no such piece."))
    placing.check_version(lesson, version)
    return lesson


def _save(lesson: ImportLesson) -> ImportLesson:
    lesson.version += 1
    lesson.left_over = placing.count_left_over(lesson)
    lesson.save(update_fields=["pieces", "version", "left_over"])
    return lesson


@transaction.atomic
def place_leftover(*, plan_id: int, piece: int, place: str, version: int, by: Person) -> ImportLesson:
    """Put a piece that had no place at the end of a field or a step, or into an empty column (放到).

    ``aside`` leaves it out (不放入), ``unplaced`` takes back what was left out.
    Raises PlacingError if there is no such piece or place, TrashError.
    """
    if not place:
        raise PlacingError(_("Choose first where it belongs."))
    plan = locked_in_use(plan_id)
    lesson = _locked(plan, version)
    chosen = placing.piece_of(lesson, piece)
    if chosen["status"] not in {UNPLACED, ASIDE}:
        raise PlacingError(_("This piece stands in the plan already."))
    if place in {"unplaced", "aside"}:
        is_aside = place == "aside"
        placing.settle(chosen, ASIDE if is_aside else UNPLACED, reason="by_hand" if is_aside else "")
    else:
        _write(plan, lesson, chosen, place, by=by)
        placing.settle(chosen, PLACED, place=place)
    audit.record("import.leftover_settled", by=by, target=plan, place=place, piece=piece)
    return _save(lesson)


@transaction.atomic
def split_leftover(*, plan_id: int, piece: int, version: int) -> ImportLesson:
    """Take a piece of several paragraphs apart (拆开), so that each can go its own way."""
    lesson = _locked(locked_in_use(plan_id), version)
    placing.split(lesson, piece)
    return _save(lesson)


def _write(plan: LessonPlan, lesson: ImportLesson, piece: dict[str, Any], place: str, *, by: Person) -> None:
    if place in COLUMNS:
        _fill_column(plan, lesson, piece, place, by=by)
        return
    node = _node(plan, lesson, piece, by=by)
    documents.edit(plan.document_id, _change(plan, lesson, piece, place, node), by_id=by.pk)


def _fill_column(
    plan: LessonPlan, lesson: ImportLesson, piece: dict[str, Any], column: str, *, by: Person
) -> None:
    if getattr(plan, column) not in {"", None}:
        told = _("«%(column)s» is filled in already. Change it in the plan itself, then leave this out.")
        raise PlacingError(told % {"column": plan_columns.LABELS[column]})
    if holds_objects(source.from_json(lesson.item.source or placing.NOTHING), piece["spans"]):
        raise PlacingError(_("A picture or a formula has no room there. Choose a field."))
    value = placing.column_value(lesson.item, column, piece)
    update_column(plan_id=plan.pk, field=column, value=value, version=plan.version, by=by)


def _node(plan: LessonPlan, lesson: ImportLesson, piece: dict[str, Any], *, by: Person) -> Node:
    """The piece as rich text, its pictures kept for the plan's document."""
    read = source.from_json(lesson.item.source or placing.NOTHING)
    spans = [(para, start, end) for para, start, end in piece["spans"]]
    pictures = {picture.number: str(picture.pk) for picture in lesson.item.pictures.all()}
    wanted = PlanBody({"piece": Builder(read, pictures).node(spans)}).pictures()
    kept = placing.kept_pictures(lesson.item, wanted, by=by)
    documents.pictures.attach(plan.document_id, kept.values())
    return Builder(read, kept).node(spans)


def _change(
    plan: LessonPlan, lesson: ImportLesson, piece: dict[str, Any], place: str, node: Node
) -> Callable[[Doc], None]:
    """What the place means for the document. Raises PlacingError if the plan has no such place."""
    sections = {section.key: section for section in plan.template.sections()}
    step, _slash, role = place.removeprefix("step/").rpartition("/")
    if place.startswith("step/") and role in CELLS and "steps" in sections:
        cell = without_tables(node)
        if place.startswith(NEW_STEP):
            cells: dict[str, Any] = {role: cell}
            return lambda document: add_step(document, Step(id="", order="", **cells))
        return lambda document: _to_step(document, step, role, cell)
    if place == f"{NEW_STEP}phase" and "steps" in sections:
        name = _phase(lesson, piece)
        return lambda document: add_step(document, Step(id="", order="", phase=name))
    section = sections.get(place)
    if section is None or section.kind != SectionKind.RICH:
        raise PlacingError(_("There is no such place in a plan."))
    text = node if section.tables else without_tables(node)
    return lambda document: append_to_field(document, place, text)


def _to_step(document: Doc, step: str, role: str, cell: Node) -> None:
    if not append_to_step(document, step, role, cell):
        raise PlacingError(_("Somebody has deleted this step meanwhile. Choose another place."))


def _phase(lesson: ImportLesson, piece: dict[str, Any]) -> str:
    read = source.from_json(lesson.item.source or placing.NOTHING)
    name = " ".join(column_text(read, piece["spans"]).split())
    if len(name) > MAX_PHASE or not name or holds_objects(read, piece["spans"]):
        raise PlacingError(_("The name of a step is a short text. Choose another place."))
    return name
