"""Rich text as Typst code.

No text ever stands as markup: every piece of it is a string literal in code, so that ``#import``, ``$``,
``//`` or a bracket in a document is a character like any other. The functions that the code calls are in
``prose.typ``, which the whole document must begin with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from realtime.prose.formulas import parse
from realtime.prose.grid import Grid, Place, lay_out
from realtime.prose.plain import without_directions
from realtime.prose.schema import clean
from realtime.prose.tree import Mark, Node
from realtime.prose.typst_math import math, quoted

LIBRARY: Final = Path(__file__).with_name("prose.typ")
_POINTS_PER_PIXEL: Final = 0.75
_SIMPLE_MARKS: Final = {
    "strong": "strong",
    "em": "slanted",
    "underline": "underline",
    "strike": "strike",
    "superscript": "super",
    "subscript": "sub",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture's file, by its path below the document's root, and its size in pixels."""

    path: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Page:
    """Where the text stands: which pictures there are, and how wide a line is, in points."""

    pictures: Mapping[str, Placed]
    width: float
    formulas: bool


def to_typst(node: Node, *, pictures: Mapping[str, Placed], width: float, formulas: bool = True) -> str:
    """One expression of content for ``node``, cleaned first. ``width`` is the line's in points.

    ``formulas=False`` shows formulas as their LaTeX, for a document in which one of them did not compile.
    """
    return _block_of(clean(node).content, _Page(pictures, width, formulas))


def plain(value: str) -> str:
    """A string literal of any text, without signs that change its direction."""
    return quoted(without_directions(value))


def _block_of(nodes: Iterable[Node], page: _Page) -> str:
    """A code block: its statements' contents are joined."""
    statements = [_node(node, page) for node in nodes]
    return "{\n" + "\n".join(statements) + "\n}" if statements else "[]"


def _node(node: Node, page: _Page) -> str:
    if node.type == "text":
        return _text(node)
    if node.type == "hard_break":
        return "linebreak()"
    if node.type == "horizontal_rule":
        return "rule()"
    if node.type == "image":
        return _picture(node, page)
    if node.type == "formula":
        return _formula(node, page)
    return _block(node, page)


# --- inline -------------------------------------------------------------------------------------------------


def _text(node: Node) -> str:
    written = f"text({plain(node.text)})"
    for mark in reversed(node.marks):
        written = _marked(mark, written, node.text)
    return written


def _marked(mark: Mark, written: str, value: str) -> str:
    if mark.type == "em" and written.startswith("text("):
        return f"slanted({plain(value)})"
    if mark.type == "em":
        return f"emph({written})"
    if mark.type in _SIMPLE_MARKS:
        return f"{_SIMPLE_MARKS[mark.type]}({written})"
    if mark.type == "link":
        return f"link({quoted(mark.attrs['href'])}, {written})"
    return f"{'tinted' if mark.type == 'color' else 'marked'}({quoted(mark.attrs['name'])}, {written})"


def _formula(node: Node, page: _Page) -> str:
    latex = node.attrs.get("latex", "")
    formula = parse(latex) if page.formulas else None
    return math(formula) if formula is not None else f"raw({plain(latex)})"


def _picture(node: Node, page: _Page) -> str:
    placed = page.pictures.get(node.attrs["picture"])
    if placed is None:
        return f"missing({plain(node.attrs.get('alt', ''))})"
    wanted = node.attrs.get("width", placed.width) * _POINTS_PER_PIXEL
    width = min(wanted, page.width, 620 * placed.width / placed.height)  # nor higher than a page
    alt = plain(node.attrs.get("alt", ""))
    return f"box(image({quoted(placed.path)}, width: {width:.2f}pt, alt: {alt}))"


# --- blocks -------------------------------------------------------------------------------------------------


def _block(node: Node, page: _Page) -> str:
    if node.type == "paragraph":
        align = quoted(node.attrs.get("align") or "")
        return f"paragraph({align}, {node.attrs.get('indent', 0)}, {_line(node, page)})"
    if node.type == "heading":
        align = quoted(node.attrs.get("align") or "")
        return f"title({align}, {node.attrs.get('level', 1)}, {_line(node, page)})"
    if node.type == "blockquote":
        return f"quotation({_block_of(node.content, page)})"
    if node.type == "table":
        return _table(lay_out(node), page)
    return _list(node, page)


def _line(node: Node, page: _Page) -> str:
    return _block_of(node.content, page) if node.content else quoted("\u200b")


def _list(node: Node, page: _Page) -> str:
    narrower = _Page(page.pictures, max(page.width - 24, 40), page.formulas)
    items = ", ".join(_block_of(item.content, narrower) for item in node.content)
    if node.type == "bullet_list":
        return f"bullets({items})"
    return f"numbers({quoted(node.attrs.get('style', 'decimal'))}, {node.attrs.get('start', 1)}, {items})"


def _table(grid: Grid, page: _Page) -> str:
    columns = ", ".join(f"{share:.4f}fr" for share in grid.shares)
    heading = [_cell(place, grid, page) for place in grid.places if place.row < grid.heading_rows]
    body = [_cell(place, grid, page) for place in grid.places if place.row >= grid.heading_rows]
    head = [f"table.header({', '.join(heading)})"] if heading else []
    return f"sheet(({columns},), {', '.join([*head, *body])})"


def _cell(place: Place, grid: Grid, page: _Page) -> str:
    share = sum(grid.shares[place.column : place.column + place.colspan])
    inside = _Page(page.pictures, max(page.width * share - 10, 20), page.formulas)
    content = place.cell.content if place.cell is not None else ()
    heading = place.cell is not None and place.cell.type == "table_header"
    written = _block_of(content, inside)
    return (
        f"table.cell(x: {place.column}, y: {place.row}, colspan: {place.colspan}, rowspan: {place.rowspan}, "
        f"{f'strong({written})' if heading else written})"
    )
