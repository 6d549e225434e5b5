"""Signs of symbol fonts: one number is another sign in another font."""

from pathlib import Path

import pytest

from lessons.imports.symbols import sign, written
from tests.lessons.imports import hostile
from tests.lessons.imports.reading_back import recognised, summary


@pytest.mark.parametrize(
    ("font", "code", "shown"),
    [
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "F0A8", "☐"),
        ("Wingdings", "F06C", "●"),
        ("Symbol", "F06C", "λ"),
        ("Symbol", "F0A3", "≤"),
        ("Wingdings 2", "F0A3", "☐"),
        ("Wingdings 2", "F06A", "①"),
        ("Wingdings", "F08C", "❶"),
        ("Symbol", "2192", "→"),
        ("Wingdings", "F0B4", "〓"),
        ("", "F0FC", "✓"),
        ("Symbol", "", ""),
        ("Symbol", "D800", ""),
        ("Symbol", "zz", ""),
        ("Symbol", "FFFFFFFFFF", ""),
    ],
)
def test_sign_is_what_the_font_shows(font: str, code: str, shown: str) -> None:
    assert sign(font, code) == shown


def test_written_reads_signs_amid_text_in_symbol_fonts_alone() -> None:
    assert written("Symbol", "\uf061 与 b") == "α 与 b"
    assert written("宋体", "\uf061") == "\uf061"


def run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


def box(inside: str) -> str:
    return run(
        f'<w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{inside}</w:checkBox></w:ffData></w:fldChar>'
    ) + run('<w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/>')


def test_old_check_boxes_say_what_is_ticked(tmp_path: Path) -> None:
    text = "<w:r><w:t>{}</w:t></w:r>".format
    body = f"<w:p>{text('课题：山')}</w:p><w:p>{text('课型：')}{box('<w:checked/>')}{text('新授课 ')}"
    body += box('<w:default w:val="0"/>') + text("复习课") + "</w:p>"
    body += f"<w:p>{text('教学目标：知道吕梁山的位置、走向和主要山峰，愿意介绍它。')}</w:p>"
    body += f"<w:p>{text('教学过程：')}</w:p><w:p>{text('一、看地图')}</w:p><w:p>{text('找出吕梁山，说出它在哪里。')}</w:p>"

    found = summary(*recognised(hostile.package(tmp_path / "a.docx", body)))

    assert found["lessons"][0]["columns"] == {"title": "山", "lesson_type": "新授课"}
