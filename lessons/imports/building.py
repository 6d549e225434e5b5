"""From pieces to a plan's body: texts with their marks, lists, tables, pictures, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lessons.body import MAX_PHASE, PlanBody, Step
from lessons.imports.labels import COLUMNS
from lessons.imports.pieces import PLACED, UNSURE
from lessons.imports.source import OBJECT, Cell, Inline, Para, Source, Table, walk
from realtime.prose.tree import Mark, Node, doc, paragraph, text

SIMPLE = {"strong", "em", "underline", "strike", "superscript", "subscript"}
Spans = list[tuple[int, int, int]]
TOP_HEADING = 3


def column_text(source: Source, spans: Iterable[Iterable[int]]) -> str:
    """The plain text of a piece, a line a span."""
    paras = {para.id: para for para in walk(source.blocks)}
    texts = (paras[para].text[start:end] for para, start, end in spans if para in paras)
    return "\n".join(part.replace(OBJECT, "").strip() for part in texts).strip()


def holds_objects(source: Source, spans: Iterable[Iterable[int]]) -> bool:
    """Whether a picture or a formula stands in a piece."""
    paras = {para.id: para for para in walk(source.blocks)}
    return any(OBJECT in paras[para].text[start:end] for para, start, end in spans if para in paras)


@dataclass(slots=True)
class Builder:
    """Builds bodies from one source; ``pictures`` names the picture of each number, the others go."""

    source: Source
    pictures: Mapping[int, str]
    paras: dict[int, Para] = field(default_factory=dict)
    tables: dict[int, Table] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paras = {para.id: para for para in walk(self.source.blocks)}
        _tables_by_paragraph(self.source.blocks, self.tables)

    def body(self, lesson: Mapping[str, Any]) -> PlanBody:
        """The body of one lesson (``pieces.Lesson`` as JSON): what is placed, and what is unsure where it
        is.
        """
        places: dict[str, Spans] = {}
        for piece in lesson["pieces"]:
            if piece["status"] in {PLACED, UNSURE} and piece.get("place"):
                places.setdefault(piece["place"], []).extend(tuple(span) for span in piece["spans"])
        fields = {
            place: self.node(spans)
            for place, spans in places.items()
            if not place.startswith("step/") and place not in COLUMNS
        }
        steps = (self._step(number, minutes, places) for number, minutes in enumerate(lesson["minutes"]))
        return PlanBody(fields, tuple(step for step in steps if step is not None))

    def _step(self, number: int, minutes: int | None, places: Mapping[str, Spans]) -> Step | None:
        found = {
            role: places.get(f"step/{number}/{role}", [])
            for role in ("phase", "teacher", "student", "intent")
        }
        if not any(found.values()) and minutes is None:
            return None
        phase = " ".join(column_text(self.source, sorted(found["phase"])).split())
        if len(phase) > MAX_PHASE or holds_objects(self.source, found["phase"]):
            found["teacher"] = [*found["phase"], *found["teacher"]]
            phase = "" if len(phase) > MAX_PHASE else phase
        cells = {role: self.node(found[role]) for role in ("teacher", "student", "intent")}
        return Step(id="", order="", phase=phase, minutes=minutes, **cells)

    def node(self, spans: Spans) -> Node:
        """Rich text of some spans; a table that belongs to them whole stays a table."""
        blocks: list[Node] = []
        wanted = sorted(set(spans))
        whole_tables = self._whole_tables(wanted)
        done: set[int] = set()
        for para_id, start, end in wanted:
            para = self.paras.get(para_id)
            if para is None:
                continue
            table = self.tables.get(para_id)
            if table is not None and table.id in whole_tables:
                if table.id not in done:
                    done.add(table.id)
                    blocks.append(self._table(table))
            else:
                _append(blocks, para, self._block(para, start, end))
        return doc(blocks)

    def _whole_tables(self, spans: Spans) -> set[int]:
        """Tables of which every text is wanted, and whole."""
        wanted = {para for para, start, end in spans if self._covers(para, start, end)}
        candidates = {table.id: table for para in wanted if (table := self.tables.get(para)) is not None}
        return {
            table_id
            for table_id, table in candidates.items()
            if all(p.id in wanted for row in table.rows for cell in row for p in cell.paragraphs())
        }

    def _covers(self, para_id: int, start: int, end: int) -> bool:
        para = self.paras.get(para_id)
        return para is not None and not para.text[:start].strip() and not para.text[end:].strip()

    def _table(self, table: Table) -> Node:
        rows = (Node("table_row", content=tuple(map(self._cell, cells))) for cells in table.rows if cells)
        return Node("table", content=tuple(rows))

    def _cell(self, cell: Cell) -> Node:
        blocks: list[Node] = []
        for para in walk(cell.blocks):
            if not para.blank:
                _append(blocks, para, self._block(para, 0, len(para.text)))
        attrs = {
            name: value for name, value in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if value > 1
        }
        return Node("table_cell", attrs=attrs, content=tuple(blocks or [paragraph()]))

    def _block(self, para: Para, start: int, end: int) -> Node:
        content = tuple(self._inlines(para, start, end))
        attrs = (
            {"align": para.align}
            if para.align in {"center", "right"} and self.tables.get(para.id) is None
            else {}
        )
        if para.level and start == 0:
            return Node("heading", attrs={**attrs, "level": min(para.level, TOP_HEADING)}, content=content)
        return Node("paragraph", attrs=attrs, content=content)

    def _inlines(self, para: Para, start: int, end: int) -> Iterable[Node]:
        at = 0
        nodes: list[Node] = []
        for inline in para.inlines:
            plain = inline.plain
            cut = plain[max(0, start - at) : max(0, end - at)]
            at += len(plain)
            if cut and (node := self._inline(inline, cut)) is not None:
                nodes.append(node)
        return _stripped(nodes)

    def _inline(self, inline: Inline, cut: str) -> Node | None:
        if inline.kind == "text":
            return text(cut.replace("\t", " "), *_marks(inline.marks))
        if inline.kind == "break":
            return Node("hard_break")
        if inline.kind == "formula":
            return Node("formula", attrs={"latex": inline.text})
        picture = self.pictures.get(inline.picture)
        return Node("image", attrs={"picture": picture, "alt": inline.text}) if picture else None


def _marks(names: Iterable[str]) -> tuple[Mark, ...]:
    marks = []
    for name in names:
        kind, _, detail = name.partition(":")
        if name in SIMPLE:
            marks.append(Mark(name))
        elif kind in {"color", "highlight"}:
            marks.append(Mark(kind, {"name": detail}))
        elif kind == "link":
            marks.append(Mark("link", {"href": detail}))
    return tuple(marks)


def _stripped(nodes: list[Node]) -> list[Node]:
    """Without white space at the ends of the line; Word's first-line indents are often typed."""
    while nodes and nodes[0].type == "text" and not nodes[0].text.strip():
        nodes.pop(0)
    while nodes and (
        nodes[-1].type == "hard_break" or (nodes[-1].type == "text" and not nodes[-1].text.strip())
    ):
        nodes.pop()
    if nodes and nodes[0].type == "text":
        nodes[0] = text(nodes[0].text.lstrip(), *nodes[0].marks)
    if nodes and nodes[-1].type == "text":
        nodes[-1] = text(nodes[-1].text.rstrip(), *nodes[-1].marks)
    return nodes


def _append(blocks: list[Node], para: Para, node: Node) -> None:
    """Add a block; bullets become list items, deeper ones lists in the last item."""
    if not node.content:
        return
    if para.bullet < 0:
        blocks.append(node)
        return
    item = Node("list_item", content=(Node("paragraph", content=node.content),))
    last = blocks[-1] if blocks and blocks[-1].type == "bullet_list" else None
    if last is None:
        blocks.append(Node("bullet_list", content=(item,)))
    elif para.bullet == 0:
        blocks[-1] = Node("bullet_list", content=(*last.content, item))
    else:
        blocks[-1] = Node("bullet_list", content=(*last.content[:-1], _deeper(last.content[-1], item)))


def _deeper(parent: Node, item: Node) -> Node:
    last = parent.content[-1]
    if last.type == "bullet_list":
        return Node(
            "list_item", content=(*parent.content[:-1], Node("bullet_list", content=(*last.content, item)))
        )
    return Node("list_item", content=(*parent.content, Node("bullet_list", content=(item,))))


def _tables_by_paragraph(blocks: Iterable[Para | Table], found: dict[int, Table]) -> None:
    """For each paragraph the innermost table it stands in."""
    for block in blocks:
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    for para in walk(cell.blocks):
                        found[para.id] = block
                    _tables_by_paragraph(cell.blocks, found)


def without_tables(node: Node) -> Node:
    """The same text where no table may stand: a paragraph a row, its cells side by side."""
    blocks: list[Node] = []
    for block in node.content:
        blocks += [_row_as_line(row) for row in block.content] if block.type == "table" else [block]
    return doc(blocks)


def _row_as_line(row: Node) -> Node:
    line: list[Node] = []
    for cell in row.content:
        inside: list[Node] = []
        for block in cell.content:
            for node in _flat(block):
                inside += [text(" "), *node.content] if inside else node.content
        if line and inside:
            line.append(text("　"))
        line += inside
    return Node("paragraph", content=tuple(line))


def _flat(block: Node) -> Iterable[Node]:
    if block.type in {"paragraph", "heading"}:
        yield block
    else:
        for child in block.content:
            yield from _flat(child)
