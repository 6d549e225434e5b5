"""A .docx (or plain text) into a ``Source``: paragraphs with their numbers, tables on their grid, boxes,
headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lessons.imports.inlines import STRUCK, Part, Words, join
from lessons.imports.numbering import Numbering
from lessons.imports.package import MC, A, Element, Package, R, W, child, is_on, number, value
from lessons.imports.prescan import decode
from lessons.imports.source import Block, Cell, Inline, Para, Source, Table
from lessons.imports.styles import Look, Styles, look_of, outline_level
from lessons.imports.web import Page

WEB = (".htm", ".html", ".xhtml", ".mht", ".mhtml")
WIDEST = 60
WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}
SPACES = str.maketrans({"\u00a0": " ", "\u200b": "", "\ufeff": "", "\ufffc": "", "\u00ad": ""})


def read_text(path: Path) -> Source:
    """A file of plain text, one paragraph a line."""
    source = Source()
    for line in decode(path.read_bytes()).replace("\f", "\n").splitlines():
        text = line.translate(SPACES).strip("\r\n")
        inlines = [Inline("text", text)] if text.strip() else []
        source.blocks.append(Para(len(source.blocks), inlines))
    return source


def read_docx(path: Path) -> tuple[Source, list[str]]:
    """The source of a .docx, and the package parts of its pictures by number."""
    reader = Reader(Package(path))
    return reader.read(), reader.pictures


class Reader:
    """Reads one package; paragraphs and tables are numbered as they come."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.source = Source()
        self.pictures: list[str] = []
        self.known: set[tuple[str, str]] = set()
        self.paragraphs = self.tables = 0
        self.region = "body"
        self.styles = Styles(self._first("styles"))
        self.numbering = Numbering(self._first("numbering"))
        self.notes = {kind: self._notes(f"{kind}s") for kind in ("footnote", "endnote")}
        self.words = Words(self.styles, self.drop, self.picture, self.note, self.smart_art)
        self._page_break = False

    def _first(self, kind: str) -> Element | None:
        parts = self.package.related(kind)
        return self.package.xml(parts[0]) if parts else None

    def drop(self, what: str, detail: str) -> None:
        """Remember what was left out; the same thing once."""
        if (what != "deleted" or detail.strip()) and (what, detail) not in self.known:
            self.known.add((what, detail))
            self.source.dropped.append((what, detail))

    def picture(self, target: str) -> int:
        if target not in self.pictures:
            self.pictures.append(target)
        return self.pictures.index(target)

    def note(self, kind: str, key: str) -> str:
        return self.notes[kind].get(key, "")

    def _notes(self, kind: str) -> dict[str, str]:
        root = self._first(kind)
        found = {}
        for note in root if root is not None else ():
            if value(note, "type") in {"", "normal"}:
                text = "".join(t.text or "" for t in note.iter(W + "t")).strip()
                found[value(note, "id")] = text.translate(SPACES)
        return found

    def smart_art(self, target: str) -> list[str]:
        root = self.package.xml(target)
        if root is None:
            return []
        paragraphs = ("".join(t.text or "" for t in p.iter(A + "t")).strip() for p in root.iter(A + "p"))
        return [text for text in paragraphs if text]

    # --- blocks
    # ------------------------------------------------------------------------------------------------

    def read(self) -> Source:
        """Headers first, then the text, then footers: the regions of a page."""
        self.source.blocks += self._margin("header")
        root = self.package.xml(self.package.main)
        body = child(root, "body")
        if body is not None:
            part = Part(self.package.relations(self.package.main))
            self.source.blocks += self._blocks(body, part)
        self.source.blocks += self._margin("footer")
        self._count_comments()
        return self.source

    def _margin(self, kind: str) -> list[Block]:
        """What headers or footers say, each text once: first, odd and even pages repeat it."""
        blocks: list[Block] = []
        seen: set[str] = set()
        self.region = kind
        for name in self.package.related(kind):
            root = self.package.xml(name)
            if root is None:
                continue
            for block in self._blocks(root, Part(self.package.relations(name))):
                for para in _flat(block):
                    key = "".join(para.text.split())
                    if key and key not in seen:
                        seen.add(key)
                        blocks.append(para)
        self.region = "body"
        return blocks

    def _count_comments(self) -> None:
        root = self._first("comments")
        for comment in root.iter(W + "comment") if root is not None else ():
            text = "".join(t.text or "" for t in comment.iter(W + "t")).strip()
            if text:
                self.source.dropped.append(("comment", text[:200]))

    def _blocks(self, parent: Element, part: Part) -> list[Block]:
        blocks: list[Block] = []
        for element in _content(parent):
            if element.tag == W + "p":
                blocks += self._paragraph(element, part)
            elif element.tag == W + "tbl":
                blocks.append(self._table(element, part))
            elif element.tag == W + "altChunk":
                blocks += self._chunk(part.relations.get(element.get(R + "id", ""), ("", "", False))[0])
        return blocks

    def _chunk(self, target: str) -> list[Block]:
        """A web page inside the package, as programs that turn pages into Word files leave it."""
        if target not in self.package.names or not target.lower().endswith(WEB):
            self.drop("embedded", target.rpartition("/")[2])
            return []
        page = Page(self.drop, self.paragraphs, self.tables)
        blocks = page.read(self.package.read(target))
        self.paragraphs, self.tables = page.paragraphs, page.tables
        return blocks

    def _paragraph(self, element: Element, part: Part) -> list[Block]:
        """The paragraph, and after it what its text boxes hold."""
        properties = child(element, "pPr")
        style = value(child(properties, "pStyle")) or self.styles.default_paragraph
        base = self.styles.paragraph_look(style)
        para = Para(self.paragraphs, region=self.region)
        self.paragraphs += 1
        inner = Part(part.relations)
        words = [_clean(inline) for inline in self.words.read(element, base, inner)]
        self._describe(para, properties, style)
        para.inlines = join(words)
        self._number(para, properties, style)
        para.size = max((_size(run, base) for run in element.iter(W + "r")), default=0)
        para.page_before = self._breaks_page(element, properties)
        blocks: list[Block] = [para]
        for line in inner.lines:
            blocks.append(Para(self.paragraphs, [Inline("text", line)], region=self.region))
            self.paragraphs += 1
        for box in inner.boxes:
            blocks += self._blocks(box, Part(part.relations))
        return blocks

    def _describe(self, para: Para, properties: Element | None, style: str) -> None:
        align = child(properties, "jc")
        if align is None:
            align = self.styles.paragraph_property(style, "jc")
        para.align = {"center": "center", "right": "right", "end": "right"}.get(value(align), "")
        outline = value(child(properties, "outlineLvl"))
        if outline:
            para.level = outline_level(outline)
        else:
            para.level = self.styles.level(style)

    def _number(self, para: Para, properties: Element | None, style: str) -> None:
        own = child(properties, "numPr")
        inherited = self.styles.paragraph_property(style, "numPr")
        num_id = value(child(own, "numId")) or value(child(inherited, "numId"))
        level = value(child(own, "ilvl")) or value(child(inherited, "ilvl")) or "0"
        if not num_id or num_id == "0" or not para.inlines:
            return
        ilvl = number(level, most=8)
        printed, bullet = self.numbering.next(num_id, ilvl)
        if bullet:
            para.bullet = ilvl
        elif printed:
            first = para.inlines[0]
            marks = tuple(mark for mark in first.marks if mark in {"strong", "grey"})
            para.inlines.insert(0, Inline("text", printed, (*marks, "number")))

    def _breaks_page(self, element: Element, properties: Element | None) -> bool:
        before = self._page_break or bool(is_on(properties, "pageBreakBefore"))
        breaks = [br for br in element.iter(W + "br") if value(br, "type") == "page"]
        self._page_break = bool(breaks) or child(properties, "sectPr") is not None
        return before

    # --- tables
    # ------------------------------------------------------------------------------------------------

    def _table(self, element: Element, part: Part) -> Table:
        table = Table(self.tables)
        self.tables += 1
        open_cells: dict[int, Cell] = {}
        for at, row in enumerate(self._rows(element)):
            table.rows.append(self._row(row, at, open_cells, part))
        cells = [cell for row in table.rows for cell in row]
        table.columns = max((cell.column + cell.colspan for cell in cells), default=0)
        return table

    def _rows(self, element: Element) -> Iterator[Element]:
        for row in _content(element):
            if row.tag == W + "tr":
                if child(row, "trPr", "del") is None:
                    yield row
                else:
                    self.drop("deleted", "".join(t.text or "" for t in row.iter(W + "t", W + "delText")))

    def _row(self, row: Element, at: int, open_cells: dict[int, Cell], part: Part) -> list[Cell]:
        column = number(value(child(row, "trPr", "gridBefore")), most=WIDEST)
        cells: list[Cell] = []
        for element in _content(row):
            if element.tag != W + "tc":
                continue
            properties = child(element, "tcPr")
            span = _span(properties)
            merge = child(properties, "vMerge")
            goes_on = merge is not None and value(merge, default="continue") == "continue"
            above = open_cells.get(column)
            if cells and value(child(properties, "hMerge")) == "continue":
                cells[-1].colspan += span
                cells[-1].blocks += self._blocks(element, part)
            elif goes_on and above is not None and above.row + above.rowspan == at:
                above.rowspan += 1
                above.blocks += [b for b in self._blocks(element, part) if not _blank(b)]
            else:
                cells.append(Cell(at, column, span, 1, self._blocks(element, part)))
                open_cells[column] = cells[-1]
            column += span
        return cells


def _span(properties: Element | None) -> int:
    return number(value(child(properties, "gridSpan")), 1, least=1, most=WIDEST)


def _content(parent: Element) -> Iterator[Element]:
    """Children that hold content, through content controls, accepted insertions and alternatives."""
    for element in parent:
        if not isinstance(element.tag, str):
            continue
        name = element.tag.removeprefix(W)
        if name in WRAPPERS:
            yield from _content(element)
        elif element.tag == MC + "AlternateContent":
            yield from _content(element[0] if len(element) else element)
        elif name not in STRUCK:
            yield element


def _size(run: Element, base: Look) -> float:
    if not any((t.text or "").strip() for t in run.iter(W + "t")):
        return 0
    return look_of(child(run, "rPr")).size or base.size


def _clean(inline: Inline) -> Inline:
    if inline.kind == "text":
        inline.text = inline.text.translate(SPACES)
    return inline


def _blank(block: Block) -> bool:
    return all(para.blank for para in _flat(block))


def _flat(block: Block) -> list[Para]:
    if isinstance(block, Para):
        return [block]
    return [para for row in block.rows for cell in row for para in cell.paragraphs()]
