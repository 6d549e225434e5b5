"""Odd and hostile things inside a .docx that is small enough to be read."""

from pathlib import Path

import pytest

from lessons.imports import reading
from lessons.imports.source import Table, walk
from tests.lessons.imports import hostile


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def texts(path: Path) -> list[str]:
    return [para.text for para in walk(reading.read_docx(path)[0].blocks) if not para.blank]


@pytest.mark.parametrize("count", [str(2**31), "-5", "²", "٣", "abc", "9" * 5000, ""])
def test_a_number_that_is_none_costs_nothing_and_loses_nothing(count: str, tmp_path: Path) -> None:
    row = f'<w:tr><w:trPr><w:gridBefore w:val="{count}"/></w:trPr>'
    row += f'<w:tc><w:tcPr><w:gridSpan w:val="{count}"/></w:tcPr>{paragraph("山")}</w:tc></w:tr>'
    properties = (
        f'<w:outlineLvl w:val="{count}"/><w:numPr><w:ilvl w:val="{count}"/><w:numId w:val="1"/></w:numPr>'
    )
    size = f'<w:p><w:r><w:rPr><w:sz w:val="{count}"/></w:rPr><w:t>石</w:t></w:r></w:p>'
    path = hostile.package(tmp_path / "a.docx", f"<w:tbl>{row}</w:tbl>" + paragraph("水", properties) + size)

    source = reading.read_docx(path)[0]

    (table,) = [block for block in source.blocks if isinstance(block, Table)]
    assert [para.text for para in walk(source.blocks)] == ["山", "水", "石"]
    assert table.columns <= 2 * reading.WIDEST


def test_a_field_that_never_ends_hides_no_text(tmp_path: Path) -> None:
    begun = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r></w:p>'
    )

    assert texts(hostile.package(tmp_path / "a.docx", begun + paragraph("课题：山"))) == ["课题：山"]


def test_a_part_that_the_first_look_did_not_count_is_not_read(tmp_path: Path) -> None:
    root = hostile.ROOT.replace("word/document.xml", "word/big.bin")
    extra: dict[str, bytes | str] = {"_rels/.rels": root, "word/big.bin": hostile.document(paragraph("藏"))}

    assert texts(hostile.package(tmp_path / "a.docx", paragraph("山"), extra)) == []


def test_styles_that_stand_on_one_another_in_a_circle_or_without_end_are_read(tmp_path: Path) -> None:
    chain = "".join(
        f'<w:style w:styleId="s{n}"><w:basedOn w:val="s{(n + 1) % 5000}"/></w:style>' for n in range(5000)
    )
    relation = (
        f'<Relationships xmlns="{hostile.RELATIONS}"><Relationship Id="s" Type="{hostile.OFFICE}/styles"'
        ' Target="styles.xml"/></Relationships>'
    )
    body = "".join(paragraph(f"第{n}座山", f'<w:pStyle w:val="s{n}"/>') for n in range(0, 5000, 10))
    extra: dict[str, bytes | str] = {
        "word/_rels/document.xml.rels": relation,
        "word/styles.xml": f"<w:styles {hostile.W}>{chain}</w:styles>",
    }

    assert len(texts(hostile.package(tmp_path / "a.docx", body, extra))) == 500
