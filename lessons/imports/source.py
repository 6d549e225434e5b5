"""A file as it was read: paragraphs and tables in their order, with nothing interpreted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

OBJECT = "\ufffc"  # how a picture or a formula counts in a paragraph's text: one character


@dataclass(slots=True)
class Inline:
    """A stretch of text with its marks, a picture (图片), a formula (公式) or a line break.

    ``marks`` are ``strong``, ``em``, ``underline``, ``strike``, ``superscript``,
    ``subscript``, ``grey`` (looks like
    a hint), ``color:<palette>``, ``highlight``, ``link:<address>`` and ``number`` (an automatic number
    written out).
    """

    kind: str
    text: str = ""
    marks: tuple[str, ...] = ()
    picture: int = -1

    @property
    def plain(self) -> str:
        """What it counts as in the paragraph's text."""
        return {"text": self.text, "break": "\n"}.get(self.kind, OBJECT)


@dataclass(slots=True)
class Para:
    """One paragraph (段落). ``id`` counts from 0 over the whole file; ``level`` is its outline level, 0
    for body text.
    """

    id: int
    inlines: list[Inline] = field(default_factory=list)
    level: int = 0
    bullet: int = -1
    align: str = ""
    size: float = 0
    region: str = "body"
    page_before: bool = False

    @property
    def text(self) -> str:
        return "".join(inline.plain for inline in self.inlines)

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def bold(self) -> bool:
        """Whether all of its words are bold."""
        words = [i for i in self.inlines if i.kind == "text" and i.text.strip() and "number" not in i.marks]
        return bool(words) and all("strong" in i.marks for i in words)

    @property
    def hint(self) -> bool:
        """Whether all of its words are grey, as the hints (提示语) in a blank form are."""
        words = [i for i in self.inlines if i.kind == "text" and i.text.strip()]
        return bool(words) and all("grey" in i.marks for i in words) and not self.has_object

    @property
    def has_object(self) -> bool:
        return any(i.kind in {"image", "formula"} for i in self.inlines)


@dataclass(slots=True)
class Cell:
    """A table cell (单元格) at its place in the grid."""

    row: int
    column: int
    colspan: int = 1
    rowspan: int = 1
    blocks: list[Para | Table] = field(default_factory=list)

    def paragraphs(self) -> list[Para]:
        """Everything that stands in it, nested tables too, blank paragraphs left out."""
        return [para for para in walk(self.blocks) if not para.blank]

    @property
    def text(self) -> str:
        return "\n".join(para.text for para in self.paragraphs())


@dataclass(slots=True)
class Table:
    """A table (表格): its cells row by row; a merged cell stands once, where it begins."""

    id: int
    columns: int = 0
    rows: list[list[Cell]] = field(default_factory=list)


Block = Para | Table


@dataclass(slots=True)
class Source:
    """A whole file. ``dropped`` lists what was left out and why, as (what, detail) with ``what`` a known
    word.
    """

    blocks: list[Block] = field(default_factory=list)
    dropped: list[tuple[str, str]] = field(default_factory=list)


def walk(blocks: list[Block]) -> Iterator[Para]:
    """Every paragraph in reading order."""
    for block in blocks:
        if isinstance(block, Para):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from walk(cell.blocks)


def to_json(source: Source) -> dict[str, Any]:
    return {
        "blocks": [_block(block) for block in source.blocks],
        "dropped": [list(item) for item in source.dropped],
    }


def from_json(data: dict[str, Any]) -> Source:
    return Source(
        [_from(item) for item in data["blocks"]], [(what, detail) for what, detail in data["dropped"]]
    )


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [
            [
                {
                    "at": [cell.row, cell.column, cell.colspan, cell.rowspan],
                    "blocks": [_block(inner) for inner in cell.blocks],
                }
                for cell in row
            ]
            for row in block.rows
        ]
        return {"table": block.id, "columns": block.columns, "rows": rows}
    data: dict[str, Any] = {"p": block.id, "inlines": [_inline(inline) for inline in block.inlines]}
    if block.bullet >= 0:
        data["bullet"] = block.bullet
    for name in ("level", "align", "size", "page_before"):
        if value := getattr(block, name):
            data[name] = value
    if block.region != "body":
        data["region"] = block.region
    return data


def _inline(inline: Inline) -> list[Any]:
    if inline.kind == "image":
        return ["image", inline.text, list(inline.marks), inline.picture]
    return [inline.kind, inline.text, list(inline.marks)]


def _cell(data: dict[str, Any]) -> Cell:
    row, column, colspan, rowspan = data["at"]
    return Cell(row, column, colspan, rowspan, [_from(inner) for inner in data["blocks"]])


def _from(data: dict[str, Any]) -> Block:
    if "table" in data:
        table = Table(data["table"], data["columns"])
        for row in data["rows"]:
            table.rows.append([_cell(cell) for cell in row])
        return table
    para = Para(data["p"])
    for kind, text, marks, *rest in data["inlines"]:
        para.inlines.append(Inline(kind, text, tuple(marks), rest[0] if rest else -1))
    for name in ("level", "bullet", "align", "size", "region", "page_before"):
        if name in data:
            setattr(para, name, data[name])
    return para
