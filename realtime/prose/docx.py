# ruff: noqa: SLF001 -- python-docx hands out its XML under names with an underscore
"""Rich text into a Word document: real headings, lists, tables, pictures, links and formulas.

``append`` adds to whatever python-docx calls a container: a document's body, a table's cell, a header. The
document's styles come from ``docx_parts.style_document``.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Emu, Pt, RGBColor
from docx.table import _Cell as TableCell
from docx.text.run import Run
from PIL import Image

from realtime.prose.docx_parts import (
    SONG,
    add_numbering,
    element,
    indent_first_line,
    new_cell,
    new_row,
    new_table,
    number_paragraph,
    set_fonts,
    shade,
    underline_paragraph,
)
from realtime.prose.formulas import parse
from realtime.prose.grid import Grid, Place, lay_out
from realtime.prose.omml import FONT, omml
from realtime.prose.plain import without_directions
from realtime.prose.schema import clean
from realtime.prose.tree import Node, doc

_EMU_PER_PIXEL: Final = 9525
_PAGE_HEIGHT: Final = Emu(22 * 360_000)
_CELL_MARGINS: Final = Emu(2 * 54_000)
_RELATIONSHIP: Final = qn("r:id")
_FONT: Final = {
    "strong": "bold",
    "em": "italic",
    "underline": "underline",
    "strike": "strike",
    "superscript": "superscript",
    "subscript": "subscript",
}
_ALIGN: Final = {
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "justify": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
COLOURS: Final = {
    "red": "B3261E",
    "orange": "B45309",
    "green": "2F6B2F",
    "blue": "1D4F91",
    "purple": "6B3FA0",
    "gray": "5F6368",
}
GROUNDS: Final = {
    "red": "FBDCD8",
    "orange": "FDEAB0",
    "green": "DCEFD6",
    "blue": "D8E6F8",
    "purple": "E9DEFA",
    "gray": "E8E8E8",
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the next block goes: its container, how wide a line is there, and what it is part of."""

    container: Any
    pictures: Mapping[str, bytes]
    width: int
    numbering: int | None = None  # of the item that the next paragraph begins
    level: int = -1  # of the innermost list
    indent: int = 0  # quotations around


def append(container: Any, node: Node, *, pictures: Mapping[str, bytes], width: int) -> None:
    """Add ``node``, cleaned first, to a container whose lines are ``width`` EMU wide.

    An empty cell's own paragraph is used, not left standing. Pictures that are not in ``pictures`` stand as
    their description.
    """
    own = container._element.xpath("./w:p[not(*)]") if _is_cell(container) else []
    blocks = container._element.xpath("./w:p | ./w:tbl")
    if len(blocks) == 1 and own == blocks:
        container._element.remove(own[0])
    _blocks(clean(node).content, _Spot(container, pictures, width))
    if _is_cell(container) and _last_tag(container) != "p":
        container.add_paragraph().paragraph_format.line_spacing = Pt(2)


def _is_cell(container: Any) -> bool:
    return str(container._element.tag).endswith("}tc")


def _last_tag(container: Any) -> str:
    """The name of the last block that stands in the container."""
    blocks = container._element.xpath("./w:p | ./w:tbl")
    return str(blocks[-1].tag).rpartition("}")[2] if blocks else ""


def _blocks(nodes: Iterable[Node], spot: _Spot) -> None:
    for node in nodes:
        _BLOCKS.get(node.type, _paragraph)(node, spot)


# --- blocks -------------------------------------------------------------------------------------------------


def _paragraph(node: Node, spot: _Spot) -> None:
    paragraph = spot.container.add_paragraph()
    if node.type == "heading":
        paragraph.style = spot.container.part.document.styles[f"Heading {node.attrs.get('level', 1)}"]
    if spot.numbering is not None:
        number_paragraph(paragraph, spot.numbering, spot.level)
    elif spot.level >= 0 or spot.indent:
        paragraph.paragraph_format.left_indent = Pt(21 * (spot.level + 1) + 24 * spot.indent)
    if indent := node.attrs.get("indent", 0):
        indent_first_line(paragraph, indent)
    if align := _ALIGN.get(node.attrs.get("align", "")):
        paragraph.alignment = align
    for child in node.content:
        _INLINE[child.type](paragraph, child, spot)


def _list(node: Node, spot: _Spot) -> None:
    style = "bullet" if node.type == "bullet_list" else node.attrs.get("style", "decimal")
    number = add_numbering(spot.container.part.document.part, style, node.attrs.get("start", 1))
    inside = replace(spot, level=min(spot.level + 1, 8))
    for item in node.content:
        first, *others = item.content
        starts = first.type in {"paragraph", "heading"}
        _blocks([first], replace(inside, numbering=number if starts else None))
        _blocks(others, replace(inside, numbering=None))


def _quote(node: Node, spot: _Spot) -> None:
    _blocks(node.content, replace(spot, numbering=None, indent=spot.indent + 1))


def _rule(_node: Node, spot: _Spot) -> None:
    underline_paragraph(spot.container.add_paragraph())


def _table(node: Node, spot: _Spot) -> None:
    if _last_tag(spot.container) == "tbl":
        spot.container.add_paragraph()  # two tables that touch are one to Word
    grid = lay_out(node)
    widths = [max(int(spot.width * share), Pt(20)) for share in grid.shares]
    table = new_table(widths)
    spot.container._element._insert_tbl(table)
    at = _by_row(grid)
    for number in range(grid.rows):
        row = new_row(table, heading=number < grid.heading_rows)
        for place in at[number]:
            _cell(row, number, place, widths, spot)


def _by_row(grid: Grid) -> list[list[Place]]:
    """The places that touch each row, from left to right: also those that began above it."""
    rows: list[list[Place]] = [[] for _ in range(grid.rows)]
    for place in grid.places:
        for number in range(place.row, place.row + place.rowspan):
            rows[number].append(place)
    return [sorted(row, key=lambda place: place.column) for row in rows]


def _cell(row: Any, number: int, place: Place, widths: Sequence[int], spot: _Spot) -> None:
    width = sum(widths[place.column : place.column + place.colspan])
    begins = number == place.row
    merge = "" if place.rowspan == 1 else "restart" if begins else "continue"
    made = new_cell(row, width, span=place.colspan, merge=merge)
    if begins and place.cell is not None:
        inside = max(width - _CELL_MARGINS, Pt(20))
        append(TableCell(made, spot.container), doc(place.cell.content), pictures=spot.pictures, width=inside)
        if place.cell.type == "table_header":
            for run in made.xpath(".//w:r"):
                Run(run, spot.container).bold = True


# --- inline -------------------------------------------------------------------------------------------------


def _text(paragraph: Any, node: Node, _spot: _Spot) -> None:
    marks = {mark.type: mark for mark in node.marks}
    run = paragraph.add_run(without_directions(node.text))
    if "highlight" in marks:
        shade(run, GROUNDS[marks["highlight"].attrs["name"]])
    if "link" in marks:
        _link(paragraph, run, marks["link"].attrs["href"])
    for name, attribute in _FONT.items():
        if name in marks:
            setattr(run.font, attribute, True)
    if "color" in marks:
        run.font.color.rgb = RGBColor.from_string(COLOURS[marks["color"].attrs["name"]])


def _link(paragraph: Any, run: Any, href: str) -> None:
    """Put the run into a link, blue and underlined as Word's own."""
    target = paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = element("hyperlink", history=1)
    link.set(_RELATIONSHIP, target)
    run._r.addprevious(link)
    link.append(run._r)
    run.font.underline = True
    run.font.color.rgb = RGBColor.from_string(COLOURS["blue"])


def _break(paragraph: Any, _node: Node, _spot: _Spot) -> None:
    paragraph.add_run().add_break()


def _formula(paragraph: Any, node: Node, _spot: _Spot) -> None:
    latex = node.attrs.get("latex", "")
    formula = parse(latex)
    if formula is not None:
        paragraph._p.append(omml(formula))
        return
    run = paragraph.add_run(without_directions(latex))
    set_fonts(run._r.get_or_add_rPr(), FONT, SONG)


def _picture(paragraph: Any, node: Node, spot: _Spot) -> None:
    alt = without_directions(node.attrs.get("alt", ""))
    data = spot.pictures.get(node.attrs["picture"])
    if data is None:
        paragraph.add_run(f"［{alt or '图'}］")
        return
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
        wanted = node.attrs.get("width", width) * _EMU_PER_PIXEL
        shown = min(wanted, spot.width, int(_PAGE_HEIGHT * width / height))
        inline = paragraph.add_run().add_picture(io.BytesIO(data), width=Emu(shown))._inline
    except (OSError, ValueError, UnrecognizedImageError):
        paragraph.add_run(f"［{alt or '图'}］")
        return
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")  # LibreOffice takes an eighth of an inch where nothing is said
    inline.docPr.set("descr", alt)
    inline.docPr.set("name", f"图 {inline.docPr.get('id')}")


_BLOCKS: Final[dict[str, Callable[[Node, _Spot], None]]] = {
    "blockquote": _quote,
    "bullet_list": _list,
    "ordered_list": _list,
    "horizontal_rule": _rule,
    "table": _table,
}
_INLINE: Final[dict[str, Callable[[Any, Node, _Spot], None]]] = {
    "text": _text,
    "hard_break": _break,
    "formula": _formula,
    "image": _picture,
}
