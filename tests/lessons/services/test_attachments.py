"""Files of a plan: judged by their bytes, named harmlessly, counted."""

import zipfile
from io import BytesIO
from typing import IO

import pytest
from django.core.files.storage import default_storage
from docx import Document as WordDocument
from PIL import Image

from lessons import media
from lessons.errors import AttachmentError, TrashError
from lessons.models import Attachment
from lessons.services import attachments, trash
from tests.factories.lessons import LessonPlanFactory

pytestmark = pytest.mark.django_db


def picture(kind: str = "PNG") -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (3, 2), "red").save(file, kind)
    return file


def word() -> BytesIO:
    file = BytesIO()
    WordDocument().save(file)
    return file


def packed(*names: str) -> BytesIO:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return file


def attach(file: IO[bytes], name: str = "课件.pptx") -> Attachment:
    plan = LessonPlanFactory.create()
    size = file.seek(0, 2)
    file.seek(0)
    return attachments.attach_file(plan_id=plan.pk, file=file, name=name, size_bytes=size, by=plan.lead)


@pytest.mark.parametrize(
    ("file", "media_type", "extension"),
    [
        (BytesIO(b"%PDF-1.7\n%%EOF"), "application/pdf", ".pdf"),
        (word(), media.DOCX.media_type, ".docx"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), media.PPTX.media_type, ".pptx"),
        (picture("PNG"), "image/png", ".png"),
        (picture("JPEG"), "image/jpeg", ".jpg"),
        (picture("GIF"), "image/gif", ".gif"),
        (picture("WEBP"), "image/webp", ".webp"),
    ],
)
def test_the_type_is_read_from_the_bytes(file: IO[bytes], media_type: str, extension: str) -> None:
    kept = attach(file, "照片.html")

    assert (kept.media_type, kept.name) == (media_type, f"照片.html{extension}")
    with kept.file.open("rb") as stored:
        file.seek(0)
        assert stored.read() == file.read()


@pytest.mark.parametrize(
    "file",
    [
        BytesIO(b"<html><script>alert(1)</script>"),
        BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        BytesIO(b"MZ\x90\x00"),
        BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        BytesIO(b"PK\x03\x04 broken"),
        BytesIO(b"\x89PNG\r\n\x1a\n broken"),
        packed("readme.txt"),
        packed("word/document.xml"),
        packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        packed("[Content_Types].xml", "xl/workbook.xml"),
    ],
)
def test_what_is_not_kept_is_refused_with_a_sentence(file: IO[bytes]) -> None:
    with pytest.raises(AttachmentError, match=r"\w"):
        attach(file, "照片.jpg")

    assert not Attachment.objects.exists()


def test_a_picture_with_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MAX_PIXELS", 5)

    with pytest.raises(AttachmentError):
        attach(picture())


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("教案.pdf", "教案.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\课件\\第一课.PDF", "第一课.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ('"><script>.pdf', "___script_.pdf"),
        ("", "附件.pdf"),
        ("...", "附件.pdf"),
        ("长" * 300, "长" * 100 + ".pdf"),
        ("䶮𠮷𬭊.pdf", "䶮𠮷𬭊.pdf"),
        ("课件.pptx.pdf", "课件.pdf"),
    ],
)
def test_names_are_made_harmless(name: str, clean: str) -> None:
    assert media.clean_name(name, ".pdf") == clean


def test_limits_hold_for_one_file_and_for_a_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MAX_FILE_BYTES", 100)
    monkeypatch.setattr(attachments, "MAX_PLAN_BYTES", 150)
    kept = attach(BytesIO(b"%PDF-" + b"a" * 90))
    plan = kept.plan

    for content in (b"", b"%PDF-" + b"b" * 96, b"%PDF-" + b"b" * 60):
        with pytest.raises(AttachmentError):
            attachments.attach_file(
                plan_id=plan.pk, file=BytesIO(content), name="x.pdf", size_bytes=len(content), by=plan.lead
            )

    assert plan.attachments.get() == kept


def test_the_same_file_is_kept_once_in_a_plan() -> None:
    kept = attach(picture())
    again = picture()

    with pytest.raises(AttachmentError):
        attachments.attach_file(
            plan_id=kept.plan_id, file=again, name="又一张.png", size_bytes=again.tell(), by=kept.added_by
        )


def test_no_file_stays_behind_when_its_row_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[str] = []

    def stumble(attachment: Attachment) -> None:
        saved.append(str(attachment.file.name))
        raise OSError("disk")

    monkeypatch.setattr(Attachment, "save", stumble)

    with pytest.raises(OSError, match="disk"):
        attach(picture())

    assert [default_storage.exists(name) for name in saved] == [False]


def test_remove_file_deletes_the_bytes_after_the_commit(django_capture_on_commit_callbacks: object) -> None:
    kept = attach(picture())
    name = kept.file.name
    assert name is not None

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's
        attachments.remove_file(attachment=kept, by=kept.added_by)
        assert default_storage.exists(name)

    assert not Attachment.objects.exists()
    assert not default_storage.exists(name)


def test_files_do_not_change_in_the_trash() -> None:
    kept = attach(picture())
    trash.trash_plan(plan_id=kept.plan_id, by=kept.added_by)
    pdf = BytesIO(b"%PDF-1.7")

    with pytest.raises(TrashError):
        attachments.attach_file(plan_id=kept.plan_id, file=pdf, name="x", size_bytes=8, by=kept.added_by)
    with pytest.raises(TrashError):
        attachments.remove_file(attachment=kept, by=kept.added_by)
