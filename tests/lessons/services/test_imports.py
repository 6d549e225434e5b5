"""Take files in, read them, place them, make plans of them."""

import io
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from lessons.body import read_body
from lessons.enums import ImportState, Visibility
from lessons.errors import ImportRefusedError, InvalidColumnError, PlacingError
from lessons.imports import limits, sandbox
from lessons.imports.refusal import Refused
from lessons.models import ImportLesson, LabelSynonym, LessonPlan, PlanImport
from lessons.services import imports, placing
from realtime import documents
from realtime.models import Picture
from realtime.prose.plain import to_text
from research.models import AuditEvent, Person
from tests.factories.lessons import shipped_template
from tests.factories.research import PersonFactory
from tests.lessons.imports import hostile

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "imports" / "files"


def begun(name: str = "merged.docx", *, by: Person | None = None, data: bytes | None = None) -> PlanImport:
    content = (FILES / name).read_bytes() if data is None else data
    return imports.begin_import(
        by=by or PersonFactory.create(), name=name, file=io.BytesIO(content), size_bytes=len(content)
    )


def read(name: str = "merged.docx", *, by: Person | None = None) -> PlanImport:
    item = begun(name, by=by)
    imports.read_import(str(item.pk))
    item.refresh_from_db()
    return item


def piece_at(lesson: ImportLesson, place: str) -> int:
    return next(number for number, piece in enumerate(lesson.pieces) if piece.get("place") == place)


# --- taking in
# ------------------------------------------------------------------------------------------------


def test_begin_import_keeps_the_file_and_queues_its_reading() -> None:
    person = PersonFactory.create()

    item = begun(by=person)

    assert (item.owner, item.name, item.kind, item.state) == (
        person,
        "merged.docx",
        "docx",
        ImportState.WAITING,
    )
    with item.file.open() as kept:
        assert kept.read() == (FILES / "merged.docx").read_bytes()
    task = DBTaskResult.objects.get()
    assert (task.queue_name, task.args_kwargs["args"]) == ("imports", [str(item.pk)])
    assert AuditEvent.objects.filter(action="import.begun", person=person).count() == 1


def test_begin_import_refuses_a_hostile_file_keeps_nothing_and_writes_it_down(tmp_path: Path) -> None:
    person = PersonFactory.create()
    data = hostile.package(tmp_path / "a.docx", prolog="<!DOCTYPE a>").read_bytes()

    with pytest.raises(ImportRefusedError, match=r"另存为 \.docx") as caught:
        begun("教案.docx", by=person, data=data)

    assert caught.value.code == "unsafe"
    assert not PlanImport.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert default_storage.listdir("")[0] == [] if default_storage.exists("") else True
    event = AuditEvent.objects.get(action="import.refused")
    assert (event.person, event.result, event.detail) == (person, "refused", {"code": "unsafe"})


def test_begin_import_refuses_what_is_too_big_without_reading_it() -> None:
    with pytest.raises(ImportRefusedError, match="64 MB"):
        imports.begin_import(
            by=PersonFactory.create(), name="a.docx", file=io.BytesIO(), size_bytes=limits.UPLOAD_BYTES + 1
        )


def test_begin_import_refuses_an_old_file_where_libreoffice_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sandbox, "office", lambda: None)

    with pytest.raises(ImportRefusedError, match=r"^请在 Word 或 WPS 中另存为 \.docx 再导入。$"):
        begun("merged.doc")


def test_begin_import_refuses_more_than_a_person_may_leave_unfinished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(imports, "MOST_OPEN", 1)
    person = PersonFactory.create()
    begun(by=person)

    with pytest.raises(ImportRefusedError, match="没完成的导入"):
        begun(by=person)


def test_every_refusal_has_a_sentence_of_its_own() -> None:
    codes = {
        "empty",
        "too_big",
        "password",
        "pdf",
        "broken",
        "bomb",
        "too_many_pieces",
        "too_deep",
        "no_office",
    }

    sentences = {imports.sentence(code) for code in codes}

    assert len(sentences) == len(codes)
    assert imports.sentence("crashed") not in sentences


# --- reading
# --------------------------------------------------------------------------------------------------


def test_read_import_stores_source_lessons_and_pictures() -> None:
    item = read("kindergarten.docx")

    assert (item.state, item.progress_percent, item.fault, item.verdict) == ("ready", 100, "", "lesson")
    lesson = item.lessons.get()
    assert (lesson.number, lesson.title, lesson.minutes) == (0, "牙齿王国的小卫士", [5, 8, 12, 5])
    picture = item.pictures.get()
    assert (picture.number, picture.width, picture.height) == (0, 320, 200)


def test_read_import_twice_changes_nothing() -> None:
    item = read()
    imports.read_import(str(item.pk))

    assert item.lessons.count() == 1


def test_read_import_offers_a_plan_for_each_lesson() -> None:
    item = read("several.docx")

    assert [lesson.title for lesson in item.lessons.all()] == [
        "分数的初步认识",
        "山里的秋天",
        "一封没有寄出的家书",
    ]


@pytest.mark.parametrize(
    ("name", "verdict"), [("blank.docx", "blank"), ("rules.docx", "other"), ("term_plan.docx", "other")]
)
def test_read_import_finds_no_lesson_where_there_is_none(name: str, verdict: str) -> None:
    item = read(name)

    assert (item.verdict, item.lessons.count()) == (verdict, 0)


def test_read_import_fails_with_a_reason_and_leaves_nothing_half_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_much(*_args: Any, **_kwargs: Any) -> dict[str, Any]:
        raise Refused("too_much_work")

    monkeypatch.setattr(sandbox, "read", too_much)

    item = read()

    assert (item.state, item.fault, item.source, item.read_at) == ("failed", "too_much_work", None, None)
    assert not item.lessons.exists()


def test_read_import_converts_an_old_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(folder: Path, **_options: Any) -> list[Path]:
        (folder / "converted").mkdir()
        return [Path(shutil.copy(FILES / "merged.docx", folder / "converted" / "input.docx"))]

    monkeypatch.setattr(sandbox, "office", lambda: "soffice")
    monkeypatch.setattr(sandbox, "convert", convert)

    item = read("merged.doc")

    assert (item.kind, item.state, item.lessons.get().title) == ("office", "ready", "一封没有寄出的家书")


def test_read_import_knows_the_labels_that_administrators_added() -> None:
    LabelSynonym.objects.create(words="安全 提示", place="preparation")

    lesson = read("cut_table.docx").lessons.get()

    assert [piece["name"] for piece in lesson.pieces if piece.get("place") == "preparation"] == ["安全提示"]


# --- placing
# --------------------------------------------------------------------------------------------------


def test_move_piece_puts_a_piece_into_a_field() -> None:
    lesson = read("cut_table.docx").lessons.get()
    loose = next(n for n, piece in enumerate(lesson.pieces) if piece["status"] == "unplaced")

    moved = placing.move_piece(lesson_id=lesson.pk, piece=loose, place="preparation", version=1)

    assert (moved.version, moved.pieces[loose]["status"], moved.pieces[loose]["place"]) == (
        2,
        "placed",
        "preparation",
    )


def test_move_piece_into_a_column_fills_the_fact() -> None:
    lesson = read("one_cell.docx").lessons.get()
    loose = next(n for n, piece in enumerate(lesson.pieces) if piece["status"] == "unplaced")

    moved = placing.move_piece(lesson_id=lesson.pk, piece=loose, place="unit", version=1)

    assert moved.columns["unit"] == {"value": "《平面镜成像》", "sure": True}


def test_move_piece_into_a_new_step_adds_one() -> None:
    lesson = read("cut_table.docx").lessons.get()
    loose = next(n for n, piece in enumerate(lesson.pieces) if piece["status"] == "unplaced")

    moved = placing.move_piece(lesson_id=lesson.pk, piece=loose, place="step/new/teacher", version=1)

    assert moved.minutes == [5, 18, 12, 5, None]
    assert moved.pieces[loose]["place"] == "step/4/teacher"


@pytest.mark.parametrize(
    "place", ["", "nowhere", "steps", "step/9/teacher", "step/0/minutes", "step/x/teacher", "step/new/x"]
)
def test_move_piece_refuses_places_that_are_none(place: str) -> None:
    lesson = read().lessons.get()

    with pytest.raises(PlacingError, match="没有这个栏目"):
        placing.move_piece(lesson_id=lesson.pk, piece=piece_at(lesson, "board"), place=place, version=1)

    assert ImportLesson.objects.get(pk=lesson.pk).version == 1


@pytest.mark.parametrize("piece", [-1, 9999])
def test_move_piece_refuses_pieces_that_are_none(piece: int) -> None:
    lesson = read().lessons.get()

    with pytest.raises(PlacingError, match="没有这一段"):
        placing.move_piece(lesson_id=lesson.pk, piece=piece, place="board", version=1)


def test_move_piece_refuses_a_page_that_is_behind() -> None:
    lesson = read().lessons.get()
    placing.set_column(lesson_id=lesson.pk, column="unit", value="第一单元", version=1)

    with pytest.raises(PlacingError, match="另一个页面"):
        placing.move_piece(lesson_id=lesson.pk, piece=piece_at(lesson, "board"), place="homework", version=1)


def test_split_piece_gives_each_paragraph_its_own_way() -> None:
    lesson = read("cover.docx").lessons.get()
    pair = next(n for n, piece in enumerate(lesson.pieces) if piece.get("reason") == "pair")
    spans = lesson.pieces[pair]["spans"]

    split = placing.split_piece(lesson_id=lesson.pk, piece=pair, version=1)

    assert [piece["spans"] for piece in split.pieces[pair : pair + 2]] == [[spans[0]], [spans[1]]]


def test_confirm_piece_makes_it_sure() -> None:
    lesson = read("cover.docx").lessons.get()
    pair = next(n for n, piece in enumerate(lesson.pieces) if piece.get("reason") == "pair")

    confirmed = placing.confirm_piece(lesson_id=lesson.pk, piece=pair, version=1)

    assert (confirmed.pieces[pair]["status"], confirmed.pieces[pair]["place"]) == (
        "placed",
        "textbook_analysis",
    )


def test_set_column_refuses_what_does_not_fit() -> None:
    lesson = read().lessons.get()

    with pytest.raises(InvalidColumnError):
        placing.set_column(lesson_id=lesson.pk, column="periods", value="两", version=1)


def test_place_by_hand_offers_everything_as_not_placed() -> None:
    person = PersonFactory.create()
    item = read("rules.docx", by=person)

    lesson = placing.place_by_hand(item=item, by=person)

    assert {piece["status"] for piece in lesson.pieces} == {"unplaced"}
    with pytest.raises(PlacingError):
        placing.place_by_hand(item=item, by=person)


# --- making the plan
# ------------------------------------------------------------------------------------------


def made(name: str, **wishes: Any) -> LessonPlan:
    person = PersonFactory.create()
    lesson = read(name, by=person).lessons.first()
    assert lesson is not None
    return placing.create_from_lesson(
        lesson_id=lesson.pk,
        by=person,
        **{"template": shipped_template(), "group": None, "visibility": Visibility.MEMBERS} | wishes,
    )


def test_create_from_lesson_makes_the_whole_plan() -> None:
    plan = made("merged.docx")

    body = read_body(documents.load(plan.document_id))
    assert plan.columns() == {
        "title": "一封没有寄出的家书", "subject": "思想政治", "stage": "senior", "grade": "高一",
        "edition": "", "volume": "",
        "unit": "", "theme": "", "periods": 1, "lesson_type": "新授课",
    }  # fmt: skip
    assert set(body.fields) == {
        "textbook_analysis", "learner_analysis", "objectives", "key_points", "difficult_points", "methods",
        "preparation", "board", "homework", "reflection",
    }  # fmt: skip
    assert to_text(body.fields["key_points"]) == "家国情怀的时代内涵。"
    assert [(step.phase, step.minutes) for step in body.steps] == [
        ("看一张照片", 5), ("读一封家书", 15), ("辩一个问题", 15), ("写一句回信", 5),
    ]  # fmt: skip
    assert to_text(body.steps[1].student) == "小组朗读，找出“家”与“国”的三处联结并说明理由。"
    item = PlanImport.objects.get()
    assert (item.state, item.lessons.get().plan) == (ImportState.DONE, plan)


def test_create_from_lesson_brings_the_pictures_along() -> None:
    plan = made("kindergarten.docx")

    picture = Picture.objects.get()
    body = read_body(documents.load(plan.document_id))
    assert body.pictures() == {str(picture.pk)}
    assert picture.uses.get().document_id == plan.document_id


def test_create_from_lesson_keeps_a_table_where_one_may_stand() -> None:
    plan = made("downward.docx")

    assessment = read_body(documents.load(plan.document_id)).fields["assessment"]
    assert [node.type for node in assessment.content] == ["table"]


def test_create_from_lesson_keeps_formulas_and_raised_digits() -> None:
    plan = made("formulas.docx")

    board = read_body(documents.load(plan.document_id)).fields["board"]
    inlines = [node for block in board.content for node in block.content]
    assert [node.attrs["latex"] for node in inlines if node.type == "formula"] == [r"\frac{1}{2}"]
    assert [n.text for n in inlines if any(m.type == "superscript" for m in n.marks)] == ["2"]


def test_create_from_lesson_needs_a_title_and_writes_nothing_without() -> None:
    person = PersonFactory.create()
    lesson = read(by=person).lessons.get()
    placing.set_column(lesson_id=lesson.pk, column="title", value="", version=1)

    with pytest.raises(InvalidColumnError):
        placing.create_from_lesson(
            lesson_id=lesson.pk,
            by=person,
            template=shipped_template(),
            group=None,
            visibility=Visibility.MEMBERS,
        )

    assert not LessonPlan.objects.exists()


def test_create_from_lesson_makes_one_plan_of_one_lesson() -> None:
    plan = made("merged.docx")
    lesson = ImportLesson.objects.get()

    with pytest.raises(PlacingError, match="已经创建"):
        placing.create_from_lesson(
            lesson_id=lesson.pk,
            by=plan.lead,
            template=shipped_template(),
            group=None,
            visibility=Visibility.MEMBERS,
        )

    assert LessonPlan.objects.count() == 1


# --- ending
# ---------------------------------------------------------------------------------------------------


def test_discard_import_deletes_its_files(django_capture_on_commit_callbacks: Any) -> None:
    person = PersonFactory.create()
    item = read("kindergarten.docx", by=person)
    names = [item.file.name, item.pictures.get().file.name]

    with django_capture_on_commit_callbacks(execute=True):
        imports.discard_import(item=item, by=person)

    assert not PlanImport.objects.exists()
    assert [default_storage.exists(name or "") for name in names] == [False, False]


def test_purge_imports_deletes_what_is_over_thirty_days_old() -> None:
    old, new = begun(), begun()
    PlanImport.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - timedelta(days=31), expires_at=timezone.now() - timedelta(days=1)
    )

    assert (imports.purge_imports(), imports.purge_imports()) == (1, 0)
    assert PlanImport.objects.get() == new


# --- rules of the database
# ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        {"fault": "pdf"},
        {"state": "failed"},
        {"state": "ready"},
        {"progress_percent": 101},
        {"read_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(days=99)},
    ],
)
def test_database_refuses_an_import_that_contradicts_itself(broken: dict[str, Any]) -> None:
    item = begun()

    with pytest.raises(IntegrityError), transaction.atomic():
        PlanImport.objects.filter(pk=item.pk).update(**broken)


def test_database_refuses_the_same_label_twice() -> None:
    LabelSynonym.objects.create(words="教 学 锦 囊", place="preparation")

    with pytest.raises(IntegrityError), transaction.atomic():
        LabelSynonym.objects.create(words="教学锦囊：", place="methods")
