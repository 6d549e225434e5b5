"""Rich text in Word documents, read back."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from hypothesis import given, settings
from PIL import Image

from realtime.prose import docx
from realtime.prose.docx_parts import new_cell, new_row, new_table, style_document
from realtime.prose.hostile import from_html
from realtime.prose.plain import to_text, without_directions
from realtime.prose.tree import Mark, Node, doc, paragraph, text
from tests.realtime.prose.ooxml import disorder
from tests.realtime.prose.strategies import clean_trees

LINE = Cm(16)
PICTURE = "0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a"


def jpeg(width: int = 800, height: int = 400) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(buffer, "JPEG")
    return buffer.getvalue()


def written(tree: Node, *, width: Any = LINE, pictures: dict[str, bytes] | None = None) -> Any:
    """A document with ``tree``, saved and opened again."""
    document = Document()
    style_document(document)
    docx.append(document._body, tree, pictures=pictures or {}, width=width)
    buffer = io.BytesIO()
    document.save(buffer)
    return Document(io.BytesIO(buffer.getvalue()))


def xml(document: Any) -> str:
    return str(document.element.body.xml)


@settings(max_examples=40)
@given(clean_trees)
def test_any_rich_text_can_be_written_and_opened(tree: Node) -> None:
    document = written(tree)

    assert disorder(document.element) == []
    assert disorder(document.part.numbering_part.element) == []
    shown = "".join(part.text or "" for part in document.element.body.iter(qn("w:t"), qn("m:t")))
    for paragraph_ in (line for line in to_text(tree).split("\n") if line and "\t" not in line):
        if (
            tree.content
            and all(block.type == "paragraph" for block in tree.content)
            and not _has_objects(tree)
        ):
            assert without_directions(paragraph_) in shown


def _has_objects(tree: Node) -> bool:
    return tree.type in {"image", "formula"} or any(_has_objects(child) for child in tree.content)


def test_text_stands_in_song_12_with_one_and_a_half_lines() -> None:
    document = written(doc([paragraph("教案")]))

    normal = document.styles["Normal"]
    assert normal.font.size.pt == 12
    assert normal.paragraph_format.line_spacing == 1.5
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"


def test_marks_become_words_own() -> None:
    marks = [Mark("strong"), Mark("em"), Mark("underline"), Mark("strike"), Mark("superscript")]
    colours = [Mark("color", {"name": "red"}), Mark("highlight", {"name": "orange"})]

    [run] = written(doc([paragraph(text("字", *marks, *colours))])).paragraphs[0].runs

    font = run.font
    assert (font.bold, font.italic, font.underline, font.strike, font.superscript) == (True,) * 5
    assert str(font.color.rgb) == "B3261E"
    assert run._r.rPr.find(qn("w:shd")).get(qn("w:fill")) == "FDEAB0"


def test_headings_alignment_and_indent_are_words_own() -> None:
    document = written(
        doc(
            [
                Node("heading", attrs={"level": 2}, content=(text("标题"),)),
                paragraph("文", align="center", indent=2),
            ]
        )
    )

    heading, body = document.paragraphs
    assert heading.style.name == "Heading 2"
    assert body.alignment == 1
    assert body._p.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_lists_are_real_and_each_begins_where_it_should() -> None:
    tree = from_html(
        '<ol class="ol-cjk" start="3"><li>甲<ol class="ol-circled"><li>乙</li></ol></li></ol><ol><li>丙</li></ol>'
    )

    document = written(tree)

    numbers = document.part.numbering_part.element
    seen = []
    for one in document.paragraphs:
        properties = one._p.pPr.numPr
        [abstract] = numbers.xpath(f"./w:num[@w:numId='{properties.numId.val}']/w:abstractNumId/@w:val")
        level = properties.ilvl.val
        [[form]] = [
            numbers.xpath(
                f"./w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level}']/w:numFmt/@w:val"
            )
        ]
        [[start]] = [
            numbers.xpath(
                f"./w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl[@w:ilvl='{level}']/w:start/@w:val"
            )
        ]
        seen.append((one.text, level, form, start))
    assert seen == [
        ("甲", 0, "chineseCountingThousand", "3"),
        ("乙", 1, "decimalEnclosedCircle", "1"),
        ("丙", 0, "decimal", "1"),
    ]


def test_a_table_keeps_spans_widths_and_its_heading_row() -> None:
    html = (
        '<table><tr><th colspan="2" data-colwidth="100,300">头</th></tr>'
        '<tr><td rowspan="2">左</td><td>右</td></tr><tr><td>下</td></tr></table>'
    )

    [table] = written(from_html(html), width=Cm(8)).tables

    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["头", "头"],
        ["左", "右"],
        ["左", "下"],
    ]
    assert [round(column.width.cm) for column in table.columns] == [2, 6]
    assert [row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [
        True, False, False,
    ]  # fmt: skip


def test_spans_that_reach_outside_are_cut_back() -> None:
    html = "<table><tr><td rowspan=9 colspan=50>甲</td><td>乙</td></tr><tr></tr></table>"

    [table] = written(from_html(html)).tables

    assert len(table.rows) == 2
    assert {cell.text for cell in table.rows[0].cells} == {"甲", "乙"}


def test_two_tables_do_not_touch_and_a_cell_ends_in_a_paragraph() -> None:
    tree = from_html(
        "<table><tr><td><table><tr><td>内</td></tr></table></td></tr></table><table><tr><td>二</td></tr></table>"
    )

    document = written(tree)

    tags = [child.tag.rpartition("}")[2] for child in document.element.body]
    assert tags == ["tbl", "p", "tbl", "sectPr"]
    assert document.tables[0].cell(0, 0)._tc[-1].tag == qn("w:p")


def test_a_cell_uses_its_own_paragraph() -> None:
    document = Document()
    table = new_table([Cm(4)])
    document._body._element._insert_tbl(table)
    new_cell(new_row(table), Cm(4))
    cell = document.tables[0].cell(0, 0)

    docx.append(cell, doc([paragraph("一"), paragraph("二")]), pictures={}, width=Cm(4))

    assert [one.text for one in document.tables[0].cell(0, 0).paragraphs] == ["一", "二"]


@pytest.mark.parametrize(("wanted", "centimetres"), [(None, 4.0), (96, 2.54), (4000, 4.0)])
def test_a_picture_fits_its_line(wanted: int | None, centimetres: float) -> None:
    tree = doc([paragraph(Node("image", attrs={"picture": PICTURE, "alt": "家书", "width": wanted}))])

    document = written(tree, width=Cm(4), pictures={PICTURE: jpeg()})

    [shape] = document.inline_shapes
    assert round(shape.width.cm, 2) == centimetres
    assert round(shape.width / shape.height, 1) == 2.0
    assert shape._inline.docPr.get("descr") == "家书"


@pytest.mark.parametrize("pictures", [{}, {PICTURE: b"broken"}])
def test_a_picture_that_cannot_be_shown_stands_as_its_description(pictures: dict[str, bytes]) -> None:
    tree = doc([paragraph(Node("image", attrs={"picture": PICTURE, "alt": "家书"}))])

    assert written(tree, pictures=pictures).paragraphs[0].text == "［家书］"


def test_a_link_is_external() -> None:
    document = written(doc([paragraph(text("链", Mark("link", {"href": "https://a.cn/?q=甲"})))]))

    [link] = document.paragraphs[0].hyperlinks
    assert (link.text, link.address) == ("链", "https://a.cn/?q=甲")


def test_formulas_are_words_own_and_broken_ones_their_source() -> None:
    tree = doc(
        [
            paragraph(
                Node("formula", attrs={"latex": r"\frac{a}{b}"}), Node("formula", attrs={"latex": r"\frac{"})
            )
        ]
    )

    document = written(tree)

    assert [one.tag for one in document.element.body.iter(qn("m:f"))] == [qn("m:f")]
    assert document.paragraphs[0].runs[0].text == r"\frac{"


def test_hostile_text_is_text() -> None:
    value = "</w:t><w:p>&#x41; <!--\x00 ]]> {{ 7*7 }} =cmd|'/c calc'!A0"

    document = written(doc([paragraph(value)]))

    assert document.paragraphs[0].text == value.replace("\x00", "")


def test_rare_characters_stay_themselves_and_directions_go() -> None:
    assert written(doc([paragraph("𠮷䶮𬭊𰻝𮧵\u202exe")])).paragraphs[0].text == "𠮷䶮𬭊𰻝𮧵xe"


def test_the_package_is_sound() -> None:
    document = written(from_html("<ul><li>甲<table><tr><td>乙</td></tr></table></li></ul>"))
    buffer = io.BytesIO()
    document.save(buffer)

    assert zipfile.ZipFile(buffer).testzip() is None
    assert "w:numPr" in xml(document)
