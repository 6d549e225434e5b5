"""What an import left over waits at the plan until each piece is placed or left out."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from lessons.body import (
    PlanBody,
    Step,
    add_step,
    append_to_field,
    append_to_step,
    in_order,
    read_body,
    write_body,
)
from lessons.enums import Visibility
from lessons.errors import PlacingError, TrashError
from lessons.imports import source
from lessons.imports.building import holds_objects
from lessons.models import ImportLesson, LessonPlan, PlanImport
from lessons.services import imports, leftovers, placing, trash
from realtime import documents
from realtime.models import Picture
from realtime.prose.plain import to_text
from realtime.prose.tree import doc, paragraph
from research.models import AuditEvent, Person
from tests.factories.lessons import shipped_template
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "imports" / "files"
LOOSE = "剪纸时注意剪刀。"


def read(name: str, by: Person) -> ImportLesson:
    content = (FILES / name).read_bytes()
    item = imports.begin_import(by=by, name=name, file=io.BytesIO(content), size_bytes=len(content))
    imports.read_import(str(item.pk))
    return ImportLesson.objects.select_related("item").get()


def create(lesson: ImportLesson, **wishes: Any) -> LessonPlan:
    return placing.create_from_lesson(
        lesson_id=lesson.pk,
        by=lesson.item.owner,
        **{"template": shipped_template(), "group": None, "visibility": Visibility.MEMBERS} | wishes,
    )


@pytest.fixture
def plan() -> LessonPlan:
    """A plan made of a file of which one piece has no place."""
    return create(read("cut_table.docx", PersonFactory.create()))


def loose() -> int:
    pieces = ImportLesson.objects.get().pieces
    return next(number for number, piece in enumerate(pieces) if piece["status"] == "unplaced")


def place(plan: LessonPlan, where: str, **other: Any) -> ImportLesson:
    wish: dict[str, Any] = {
        "piece": other.pop("piece", None) or loose(),
        "version": ImportLesson.objects.get().version,
        "by": plan.lead,
    } | other
    return leftovers.place_leftover(plan_id=plan.pk, place=where, **wish)


def body(plan: LessonPlan) -> PlanBody:
    return read_body(documents.load(plan.document_id))


def test_create_counts_what_has_no_place(plan: LessonPlan) -> None:
    assert ImportLesson.objects.get().left_over == 1
    assert LOOSE not in "".join(map(to_text, body(plan).fields.values()))


def test_place_adds_the_piece_behind_what_stands_in_the_field(plan: LessonPlan) -> None:
    before = to_text(body(plan).fields["objectives"])

    place(plan, "objectives")

    assert to_text(body(plan).fields["objectives"]) == f"{before}\n{LOOSE}"
    assert ImportLesson.objects.get().left_over == 0
    event = AuditEvent.objects.get(action="import.leftover_settled")
    assert (event.person, event.detail["place"]) == (plan.lead, "objectives")


def test_place_puts_the_piece_into_a_step_or_a_new_one(plan: LessonPlan) -> None:
    first = body(plan).steps[0]
    place(plan, f"step/{first.id}/intent")
    assert to_text(body(plan).steps[0].intent).endswith(LOOSE)
    assert to_text(body(plan).steps[0].teacher) == to_text(first.teacher)


@pytest.mark.parametrize("role", ["phase", "student"])
def test_place_makes_a_new_step_after_the_last(plan: LessonPlan, role: str) -> None:
    steps = body(plan).steps

    place(plan, f"step/new/{role}")

    last = body(plan).steps[-1]
    assert len(body(plan).steps) == len(steps) + 1
    assert (last.phase, to_text(last.student)) == ((LOOSE, "") if role == "phase" else ("", LOOSE))


def test_place_fills_an_empty_column_and_no_other(plan: LessonPlan) -> None:
    with pytest.raises(PlacingError, match="已经填写"):
        place(plan, "title")
    assert ImportLesson.objects.get().left_over == 1

    place(plan, "theme")

    version = plan.version
    plan.refresh_from_db()
    assert (plan.theme, plan.version) == (LOOSE, version + 1)


def test_place_aside_leaves_it_out_until_it_is_taken_back(plan: LessonPlan) -> None:
    number = loose()
    assert place(plan, "aside").left_over == 0
    assert ImportLesson.objects.get().pieces[number]["reason"] == "by_hand"

    assert place(plan, "unplaced", piece=number).left_over == 1

    place(plan, "board")
    with pytest.raises(PlacingError, match="已经在教案里"):
        place(plan, "homework", piece=number)


@pytest.mark.parametrize(
    "where", ["", "nowhere", "steps", "step/gone/teacher", "step/new/minutes", "step/", "rest", "document"]
)
def test_place_refuses_what_is_no_place_and_writes_nothing(plan: LessonPlan, where: str) -> None:
    before = body(plan)

    with pytest.raises(PlacingError):
        place(plan, where)

    assert body(plan) == before
    assert ImportLesson.objects.get().left_over == 1


def test_place_refuses_a_page_that_is_behind(plan: LessonPlan) -> None:
    with pytest.raises(PlacingError, match="另一个页面"):
        place(plan, "board", version=ImportLesson.objects.get().version + 1)


def test_place_refuses_a_plan_in_the_trash(plan: LessonPlan) -> None:
    trash.trash_plan(plan_id=plan.pk, by=plan.lead)

    with pytest.raises(TrashError):
        place(plan, "board")


def test_place_brings_the_pictures_of_the_piece_along() -> None:
    lesson = read("kindergarten.docx", PersonFactory.create())
    number = next(
        number
        for number, piece in enumerate(lesson.pieces)
        if holds_objects(source.from_json(lesson.item.source or placing.NOTHING), piece["spans"])
    )
    placing.move_piece(lesson_id=lesson.pk, piece=number, place="unplaced", version=lesson.version)
    plan = create(lesson)
    assert not Picture.objects.exists()

    place(plan, "board", piece=number)

    picture = Picture.objects.get()
    assert body(plan).pictures() == {str(picture.pk)}
    assert picture.uses.get().document_id == plan.document_id


def test_split_lets_each_part_go_its_own_way(plan: LessonPlan) -> None:
    lesson = ImportLesson.objects.get()
    number = loose()
    lesson.pieces[number]["spans"] *= 2
    lesson.save()

    split = leftovers.split_leftover(plan_id=plan.pk, piece=number, version=lesson.version)

    assert (split.left_over, len(split.pieces)) == (2, len(lesson.pieces) + 1)


def test_import_stays_as_long_as_something_waits(plan: LessonPlan) -> None:
    PlanImport.objects.update(
        created_at=timezone.now() - timedelta(days=31), expires_at=timezone.now() - timedelta(days=1)
    )
    assert imports.purge_imports() == 0

    place(plan, "aside")

    assert imports.purge_imports() == 1


def test_import_goes_when_its_plan_is_gone(plan: LessonPlan) -> None:
    PlanImport.objects.update(
        created_at=timezone.now() - timedelta(days=31), expires_at=timezone.now() - timedelta(days=1)
    )
    LessonPlan.objects.all().delete()

    assert imports.purge_imports() == 1


# --- what a plan would lose without a word ----------------------------------------------------------------


def test_create_leaves_over_what_its_column_cannot_hold() -> None:
    lesson = read("cut_table.docx", PersonFactory.create())
    lesson.pieces.append({"status": "placed", "place": "theme", "spans": lesson.pieces[0]["spans"]})
    lesson.columns["theme"] = {"value": "长" * 121, "sure": True}
    lesson.save()

    plan = create(lesson)

    lesson.refresh_from_db()
    assert (plan.theme, lesson.left_over, lesson.pieces[-1]["reason"]) == ("", 2, "long")


def test_create_leaves_over_a_picture_that_stands_in_a_column() -> None:
    lesson = read("kindergarten.docx", PersonFactory.create())
    number = next(
        number
        for number, piece in enumerate(lesson.pieces)
        if holds_objects(source.from_json(lesson.item.source or placing.NOTHING), piece["spans"])
    )
    placing.settle(lesson.pieces[number], "placed", place="theme")
    lesson.save()

    create(lesson)

    lesson.refresh_from_db()
    assert (lesson.pieces[number]["status"], lesson.pieces[number]["reason"]) == ("unplaced", "object")


def test_create_of_the_last_lesson_takes_along_what_belongs_to_none() -> None:
    lesson = read("cut_table.docx", PersonFactory.create())
    rest = [
        {"status": "unplaced", "spans": [[0, 0, 1]], "reason": "not_a_lesson"},
        {"status": "aside", "spans": [[0, 1, 2]], "reason": "blank_form"},
    ]
    PlanImport.objects.update(rest=rest)
    other = ImportLesson.objects.create(
        item=lesson.item, number=1, columns={"title": {"value": "二", "sure": True}}
    )

    create(lesson)
    lesson.refresh_from_db()
    assert (lesson.left_over, PlanImport.objects.get().rest) == (1, rest)

    create(other)
    other.refresh_from_db()
    assert (other.left_over, PlanImport.objects.get().rest) == (1, rest[1:])


def test_move_to_a_column_refuses_what_is_too_long_and_sets_aside_what_stood_there() -> None:
    lesson = read("cut_table.docx", PersonFactory.create())
    number = next(n for n, piece in enumerate(lesson.pieces) if piece["status"] == "unplaced")
    title = next(n for n, piece in enumerate(lesson.pieces) if piece.get("place") == "title")
    with pytest.raises(PlacingError, match="放不下"):
        placing.move_piece(lesson_id=lesson.pk, piece=number, place="periods", version=lesson.version)

    moved = placing.move_piece(lesson_id=lesson.pk, piece=number, place="title", version=lesson.version)

    assert moved.columns["title"]["value"] == LOOSE
    assert moved.pieces[title]["status"] == "aside"
    assert moved.pieces[title]["reason"] == "replaced"


def test_a_step_keeps_a_name_that_is_too_long_in_its_text() -> None:
    lesson = read("cut_table.docx", PersonFactory.create())
    long = next(block for block in (lesson.item.source or {})["blocks"] if "inlines" in block)
    long["inlines"] = [["text", "环节" * 150, []]]
    lesson.item.save()
    lesson.pieces = [{"status": "placed", "place": "step/0/phase", "spans": [[long["p"], 0, 300]]}]
    lesson.minutes, lesson.columns = [None], {"title": {"value": "课", "sure": True}}
    lesson.save()

    plan = create(lesson)

    assert [(step.phase, to_text(step.teacher)) for step in body(plan).steps] == [("", "环节" * 150)]


# --- the body ---------------------------------------------------------------------------------------------


def test_adding_to_a_body_leaves_what_others_write_meanwhile() -> None:
    document: documents.Doc = documents.Doc()
    one = in_order(Step(id="", order="", teacher=doc([paragraph("甲")])))
    write_body(document, PlanBody({"board": doc([paragraph("一")])}, one), template_key="general")
    other: documents.Doc = documents.Doc()
    other.apply_update(document.get_update())

    with document.transaction():
        append_to_field(document, "board", doc([paragraph("二")]))
        append_to_step(document, one[0].id, "teacher", doc([paragraph("乙")]))
        add_step(document, Step(id="", order="", phase="丙"))
    with other.transaction():
        append_to_field(other, "board", doc([paragraph("三")]))
    document.apply_update(other.get_update())

    merged = read_body(document)
    assert sorted(to_text(merged.fields["board"]).split("\n")) == ["一", "三", "二"]
    assert [to_text(step.teacher) for step in merged.steps] == ["甲\n乙", ""]
    assert merged.steps[-1].phase == "丙"
