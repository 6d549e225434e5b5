"""The text of files that are kept with plans: read within limits, searched, and never a danger."""

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import typst
from django.core.files.base import ContentFile
from django_tasks_db.models import DBTaskResult
from docx import Document as WordDocument

from lessons import media, searchables
from lessons.imports import limits, sandbox, texts
from lessons.imports.refusal import Refused
from lessons.models import Attachment, AttachmentText
from lessons.services import attachment_texts, attachments
from search.models import OutboxRow
from tests.factories.lessons import LessonPlanFactory

pytestmark = pytest.mark.django_db

SLIDE = (
    '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:sld>'
)


def word(*paragraphs: str) -> bytes:
    made, file = WordDocument(), BytesIO()
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    table = made.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "评价", "标准"
    made.save(file)
    return file.getvalue()


def slides(*pages: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("ppt/presentation.xml", "<x/>")
        for number in range(len(pages), 0, -1):
            archive.writestr(f"ppt/slides/slide{number}.xml", SLIDE.format(pages[number - 1]))
    return file.getvalue()


def pdf(*pages: str) -> bytes:
    body = "#pagebreak()".join(f"\n{page}\n" for page in pages)
    made: Any = typst.compile(f'#set text(font: "Noto Serif CJK SC")\n{body}'.encode())
    return bytes(made)


def kept(data: bytes, kind: media.Kind = media.DOCX) -> Attachment:
    plan = LessonPlanFactory.create()
    made = Attachment(
        plan=plan, name=f"学习单{kind.extension}", media_type=kind.media_type, size_bytes=len(data), sha256="x",
        added_by=plan.lead,
    )  # fmt: skip
    made.file.save(made.name, ContentFile(data), save=False)
    made.save()
    return made


def parts(file: Attachment) -> list[tuple[str, str]]:
    (entry,) = searchables.read_files([str(file.pk)])
    return [(part.label, part.text) for part in entry.parts]


def test_word_is_read_as_one_with_its_tables() -> None:
    file = kept(word("力的合成", "平行四边形定则"))
    assert attachment_texts.read_text(file.pk)
    assert parts(file) == [("文件内容", "力的合成\n平行四边形定则\n评价\n标准")]
    assert set(OutboxRow.objects.values_list("kind", "key")) == {("file", str(file.pk))}


def test_slides_are_read_in_their_order_and_pages_have_numbers() -> None:
    file = kept(slides("黄河大合唱", "", "保卫黄河"), media.PPTX)
    attachment_texts.read_text(file.pk)
    assert parts(file) == [("第 1 页", "黄河大合唱"), ("第 3 页", "保卫黄河")]


def test_pdf_is_read_by_page() -> None:
    file = kept(pdf("勾股定理学习单", "赵爽弦图"), media.PDF)
    attachment_texts.read_text(file.pk)
    assert parts(file) == [("第 1 页", "勾股定理学习单"), ("第 2 页", "赵爽弦图")]


def test_reading_twice_changes_nothing() -> None:
    file = kept(word("一"))
    assert attachment_texts.read_text(file.pk)
    assert not attachment_texts.read_text(file.pk)
    assert not attachment_texts.read_text(12_345)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (media.PDF, b"%PDF-1.7\nnothing"),
        (media.PDF, b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R>>"),
        (media.DOCX, b"PK\x03\x04 no zip"),
        (media.DOCX, slides("这不是 Word")),
        (media.PPTX, slides("<a:t>")),
    ],
    ids=["cut off", "pages that are their own parent", "no archive", "another kind", "broken xml"],
)
def test_file_that_cannot_be_read_is_found_by_its_name_alone(kind: media.Kind, data: bytes) -> None:
    file = kept(data, kind)
    assert attachment_texts.read_text(file.pk)
    assert AttachmentText.objects.get().pages in ([], [""])
    assert parts(file) == []


def test_bomb_is_refused_within_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "XML_BYTES", 1_000)
    (tmp_path / "input").write_bytes(slides("很长" * 1_000))
    with pytest.raises(Refused) as refused:
        texts.texts(tmp_path / "input", "pptx")
    assert refused.value.code == "bomb"


def test_text_is_cut_where_a_book_would_fill_the_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST_CHARACTERS", 5)
    (tmp_path / "input").write_bytes(slides("一二三", "四五六", "七"))
    assert texts.texts(tmp_path / "input", "pptx") == ["一二三", "四五"]


def test_signs_that_a_database_refuses_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "input").write_bytes(slides("a&#x9;b"))
    assert texts.texts(tmp_path / "input", "pptx") == ["a\tb"]


def test_machine_without_a_sandbox_tries_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> list[str]:
        raise Refused("no_sandbox")

    file = kept(word("一"))
    with monkeypatch.context() as patch:
        patch.setattr(sandbox, "texts", refuse)
        assert not attachment_texts.read_text(file.pk)
    assert not AttachmentText.objects.exists()
    assert attachment_texts.read_missed() == 1


def test_files_that_cannot_be_read_yet_keep_no_other_from_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment_texts, "AT_ONCE", 1)
    waiting = {kept(word("一")).pk, kept(word("二")).pk}
    queued: set[int] = set()
    for _ in range(60):  # two files in no order: it would take 2^-59 of luck to meet the same one each time
        attachment_texts.read_missed()
        queued |= {task.args_kwargs["args"][0] for task in DBTaskResult.objects.all()}
        if queued == waiting:
            break
    assert queued == waiting


def test_removed_while_it_was_read_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    file = kept(word("一"))

    def removed(*_args: Any, **_kwargs: Any) -> list[str]:
        Attachment.objects.all().delete()
        return ["一"]

    monkeypatch.setattr(sandbox, "texts", removed)
    assert not attachment_texts.read_text(file.pk)
    assert not AttachmentText.objects.exists()


def test_attaching_queues_the_reading_with_the_file() -> None:
    plan, data = LessonPlanFactory.create(), word("一")
    file = attachments.attach_file(
        plan_id=plan.pk, file=BytesIO(data), name="单.docx", size_bytes=len(data), by=plan.lead
    )
    queued = DBTaskResult.objects.get()
    assert queued.args_kwargs["args"] == [file.pk]
    queued.task.call(file.pk)
    assert parts(file)[0][0] == "文件内容"
    assert attachment_texts.read_missed() == 0
