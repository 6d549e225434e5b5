"""What the first look takes, and what it refuses with which word."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lessons.imports import limits, prescan
from lessons.imports.refusal import Refused
from tests.lessons.imports import hostile

Build = Callable[[Path], object]
LAUGHS = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def written(data: bytes) -> Build:
    return lambda path: path.write_bytes(data)


def cells(count: int) -> str:
    """Cells that differ, so that they do not pack like a bomb."""
    inside = "".join(f'<w:tc w:id="{number * 2_654_435_761 % 2**32:08x}"/>' for number in range(count))
    return f"<w:tbl><w:tr>{inside}</w:tr></w:tbl>"


REFUSED: dict[str, tuple[str, Build]] = {
    "nothing": ("empty", written(b"")),
    "billion_laughs": ("unsafe", lambda p: hostile.package(p, prolog=LAUGHS)),
    "external_entity": ("unsafe", lambda p: hostile.package(p, prolog=XXE)),
    "doctype_in_a_side_part": (
        "unsafe",
        lambda p: hostile.package(p, extra={"word/styles.xml": LAUGHS + "<a/>"}),
    ),
    "zip_slip": ("unsafe", lambda p: hostile.package(p, extra={"../../evil.xml": "<a/>"})),
    "zip_slip_backwards": ("unsafe", lambda p: hostile.package(p, extra={"word\\..\\..\\evil.xml": "<a/>"})),
    "absolute_path": ("unsafe", lambda p: hostile.package(p, extra={"/etc/cron.d/evil": "x"})),
    "drive_letter": ("unsafe", lambda p: hostile.package(p, extra={"C:/evil.xml": "<a/>"})),
    "symbolic_link": ("unsafe", hostile.symlink),
    "nested_zip": (
        "unsafe",
        lambda p: hostile.package(p, extra={"word/media/a.png": hostile.zip_in_memory()}),
    ),
    "encrypted_entries": ("password", hostile.encrypted),
    "locked_by_word": ("password", written(hostile.ole("EncryptionInfo", "EncryptedPackage"))),
    "many_empty_paragraphs": ("too_many_pieces", lambda p: hostile.package(p, "<w:p></w:p >" * 20_001)),
    "many_cells": ("too_many_pieces", lambda p: hostile.package(p, cells(20_001))),
    "four_hundred_thousand_paragraphs": ("bomb", lambda p: hostile.package(p, "<w:p/>" * 400_000)),
    "ratio": (
        "bomb",
        lambda p: hostile.package(p, extra={"word/comments.xml": "<a>" + " " * 2_000_000 + "</a>"}),
    ),
    "deep_tables": ("too_deep", lambda p: hostile.package(p, hostile.nested_tables(80))),
    "announced_entries": ("too_many_entries", hostile.million_entries),
    "six_hundred_entries": (
        "too_many_entries",
        lambda p: hostile.package(p, extra={f"word/media/{n}.png": b"x" for n in range(600)}),
    ),
    "zip64_under_a_small_end_record": ("broken", hostile.two_directories),
    "parts_beyond_the_end": ("broken", hostile.beyond_the_end),
    "tag_without_end": ("broken", lambda p: hostile.package(p, hostile.long_tag(6_000_000))),
    "broken_xml": ("broken", lambda p: hostile.package(p, "<w:p>")),
    "cut_zip": ("broken", written(b"PK\x03\x04" + b"\0" * 100)),
    "workbook_renamed": ("spreadsheet", lambda p: other_package(p, "xl/workbook.xml")),
    "slides_renamed": ("slides", lambda p: other_package(p, "ppt/presentation.xml")),
    "old_workbook": ("spreadsheet", written(hostile.ole("Workbook"))),
    "folder_of_files": ("other_zip", lambda p: other_package(p, "教案/第一课.txt")),
    "pdf_renamed": ("pdf", written(b"%PDF-1.7\n")),
    "picture_renamed": ("picture", written(hostile.huge_picture(1, 1))),
    "word_2003_xml": (
        "web_page",
        written(
            b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>'
        ),
    ),
    "program": ("unknown", written(b"MZ\x90\0\3\0\0\0" + bytes(range(256)))),
}


def other_package(path: Path, name: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, "<a/>" if name.endswith(".xml") else "x")


@pytest.mark.parametrize("name", REFUSED)
def test_scan_refuses(name: str, tmp_path: Path) -> None:
    code, build = REFUSED[name]
    path = tmp_path / "教案.docx"
    build(path)

    with pytest.raises(Refused) as caught:
        prescan.scan(path)

    assert caught.value.code == code


def test_scan_refuses_too_much_xml_before_unpacking_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "XML_BYTES", 10_000)
    path = hostile.package(tmp_path / "a.docx", "".join(f"<w:p w:x='{n}'/>" for n in range(1000)))

    with pytest.raises(Refused, match="too_much_text"):
        prescan.scan(path)


def test_scan_refuses_too_many_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEDIA_BYTES", 1000)

    with pytest.raises(Refused, match="too_many_pictures"):
        prescan.scan(hostile.package(tmp_path / "a.docx", extra={"word/media/a.png": b"x" * 1001}))


def test_scan_refuses_too_many_elements(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ELEMENTS", 100)

    with pytest.raises(Refused, match="too_many_pieces"):
        prescan.scan(hostile.package(tmp_path / "a.docx", "<w:p><w:r/></w:p>" * 60))


def test_scan_lists_macros_external_pictures_and_embedded_files(tmp_path: Path) -> None:
    extra: dict[str, bytes | str] = {
        "word/vbaProject.bin": b"macro",
        "word/embeddings/Sheet1.xlsx": hostile.zip_in_memory(),
        "word/_rels/document.xml.rels": hostile.relations(
            ("r1", "image", "http://10.0.0.1/track.png"), ("r2", "hyperlink", "https://example.org/")
        ),
    }

    found = prescan.scan(hostile.package(tmp_path / "a.docm", extra=extra))

    assert (found.kind, found.dropped) == (
        "docx",
        [("macros", ""), ("embedded", "1"), ("external", "http://10.0.0.1/track.png")],
    )


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("课题：山".encode(), "text"),
        ("课题：山".encode("gb18030"), "text"),
        ("课题：山".encode("utf-16"), "text"),
        (b"{\\rtf1 a}", "office"),
        ("<html><body>教案</body></html>".encode(), "web"),
        ("<meta charset=utf-8><body>教案".encode(), "web"),
        (b"MIME-Version: 1.0\r\n", "web"),
        (hostile.ole("WordDocument"), "office"),
    ],
)
def test_scan_tells_the_kind_by_the_bytes(data: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "无后缀"
    path.write_bytes(data)

    assert prescan.scan(path).kind == kind


def test_scan_takes_the_document_that_word_on_the_web_writes(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document2.xml", hostile.document("<w:p/>"))
    path = tmp_path / "a.docx"
    path.write_bytes(stream.getvalue())

    assert prescan.scan(path) == prescan.Found("docx", [], 1)
