"""A web page that was saved under a Word name (网页另存的 .doc), or lies inside a .docx: paragraphs and tables."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable
from pathlib import Path

from lxml import etree, html

from lessons.imports import limits
from lessons.imports.inlines import join
from lessons.imports.package import Element
from lessons.imports.prescan import decode
from lessons.imports.refusal import Refused
from lessons.imports.source import Block, Cell, Inline, Para, Source, Table

MARKS = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "u": "underline",
    "ins": "underline",
    "s": "strike",
    "strike": "strike",
    "sup": "superscript",
    "sub": "subscript",
}
PARAGRAPH = re.compile(
    r"p|div|li|d[dtl]|h[1-6]|hr|pre|blockquote|section|article|header|footer|main|body|ul|ol|center"
    r"|figure|figcaption|caption|address|form|fieldset"
)
LEFT_OUT = re.compile(r"script|style|head|title|template|xml|object|iframe|svg|math|noscript|select")
CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
BLANKS = re.compile(r"[ \t\r\n]+")
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
GONE = str.maketrans({"\u00a0": " ", "\u200b": "", "\ufeff": "", "\ufffc": "", "\u00ad": "", "\0": ""})
WIDEST, TALLEST = 60, 1000


def read_web(path: Path) -> Source:
    """The source of a web page or of a web archive (.mht)."""
    source = Source()
    dropped = source.dropped

    def drop(what: str, detail: str) -> None:
        if (what, detail) not in dropped:
            dropped.append((what, detail))

    source.blocks = Page(drop).read(path.read_bytes())
    return source


def _page_of(data: bytes) -> str:
    """The page's text: of an archive the first page in it, in the encoding that it names."""
    if data.lstrip()[:13].lower() == b"mime-version:" or b"\nMIME-Version:" in data[:2000]:
        message = email.message_from_bytes(data, policy=email.policy.default)
        part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        payload = part.get_payload(decode=True) if part is not None else None
        if not isinstance(payload, bytes):
            raise Refused("broken", "no page in the archive")
        data = payload
    named = CHARSET.search(data[:4096])
    if named and named[1].lower() in {b"gb2312", b"gbk", b"gb18030"}:
        return data.decode("gb18030", errors="replace")
    return decode(data)


class Page:
    """Reads one page; paragraphs and tables are numbered on from ``paragraphs`` and ``tables``."""

    def __init__(self, drop: Callable[[str, str], None], paragraphs: int = 0, tables: int = 0) -> None:
        self.drop, self.paragraphs, self.tables = drop, paragraphs, tables
        self.blocks: list[Block] = []
        self.para: Para | None = None
        self.lists: list[tuple[str, int]] = []

    def read(self, data: bytes) -> list[Block]:
        text = _page_of(data).translate(GONE)
        if not text.strip():
            return []
        try:
            root = html.document_fromstring(
                text.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True)
            )
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            raise Refused("broken", str(error)) from error
        self._inside(root, ())
        self._end()
        return self.blocks

    # --- paragraphs
    # --------------------------------------------------------------------------------------------

    def _inside(self, element: Element, marks: tuple[str, ...]) -> None:
        self._text(element.text, marks)
        for child in element:
            if isinstance(child.tag, str):
                self._element(child, child.tag.lower().rpartition(":")[2], marks)
            self._text(child.tail, marks)

    def _element(self, child: Element, tag: str, marks: tuple[str, ...]) -> None:
        if HIDDEN.search(child.get("style") or ""):
            self.drop("hidden", " ".join("".join(map(str, child.itertext())).split())[:200])
        elif tag == "br":
            self._open().inlines.append(Inline("break"))
        elif tag == "table":
            self._end()
            self.blocks.append(self._table(child))
        elif tag == "img":
            source = child.get("src") or ""
            self.drop("picture" if source.startswith(("data:", "cid:")) else "external", source[:80])
        elif tag in {"ul", "ol"}:
            self.lists.append((tag, 0))
            self._paragraph(child, tag, marks)
            self.lists.pop()
        elif PARAGRAPH.fullmatch(tag):
            self._paragraph(child, tag, marks)
        elif not LEFT_OUT.fullmatch(tag):
            self._inside(child, marks + self._marks_of(child, tag))

    def _marks_of(self, child: Element, tag: str) -> tuple[str, ...]:
        target = (child.get("href") or "").strip()
        if tag == "a" and target.lower().startswith(("http://", "https://", "mailto:")):
            return (f"link:{target[:2000]}",)
        if tag == "a" and target and not target.startswith("#"):
            self.drop("link", target[:200])
        return (MARKS[tag],) if tag in MARKS else ()

    def _paragraph(self, child: Element, tag: str, marks: tuple[str, ...]) -> None:
        self._end()
        before = len(self.blocks)
        if tag == "li":
            self._item()
        self._inside(child, marks)
        self._end()
        centred = tag == "center" or (child.get("align") or "").lower() == "center"
        for block in self.blocks[before:]:
            if isinstance(block, Para):
                if centred or CENTRED.search(child.get("style") or ""):
                    block.align = "center"
                if tag[0] == "h" and tag[1:].isdigit():
                    block.level = int(tag[1:])

    def _item(self) -> None:
        """A list's item: a bullet, or its number written out."""
        kind, count = self.lists[-1] if self.lists else ("ul", 0)
        if kind == "ol":
            self.lists[-1] = (kind, count + 1)
            self._open().inlines.append(Inline("text", f"{count + 1}. ", ("number",)))
        else:
            self._open().bullet = max(0, min(len(self.lists), 9) - 1)

    def _open(self) -> Para:
        if self.para is None:
            if self.paragraphs >= limits.PIECES:
                raise Refused("too_many_pieces")
            self.para = Para(self.paragraphs)
            self.paragraphs += 1
            self.blocks.append(self.para)
        return self.para

    def _text(self, text: str | None, marks: tuple[str, ...]) -> None:
        words = BLANKS.sub(" ", text or "")
        if self.para is None:
            words = words.lstrip(" ")
        if words:
            self._open().inlines.append(Inline("text", words, tuple(sorted(set(marks)))))

    def _end(self) -> None:
        if self.para is not None:
            self.para.inlines = join(self.para.inlines)
        self.para = None

    # --- tables
    # ------------------------------------------------------------------------------------------------

    def _table(self, element: Element) -> Table:
        table = Table(self.tables)
        self.tables += 1
        taken: set[tuple[int, int]] = set()
        rows = [row for row in element.iter("tr") if next(row.iterancestors("table")) is element]
        for number, row in enumerate(rows):
            cells: list[Cell] = []
            for child in row.iterchildren("td", "th"):
                column = len(cells) and cells[-1].column + cells[-1].colspan
                while (number, column) in taken:
                    column += 1
                across, down = _span(child, "colspan", WIDEST), _span(child, "rowspan", TALLEST)
                down = min(down, len(rows) - number)
                taken |= {(number + n, column + m) for n in range(down) for m in range(across)}
                cells.append(Cell(number, column, across, down, self._cell(child)))
            table.rows.append(cells)
        every = [cell for cells in table.rows for cell in cells]
        table.columns = max((cell.column + cell.colspan for cell in every), default=0)
        return table

    def _cell(self, element: Element) -> list[Block]:
        outer, lists, self.blocks, self.lists = self.blocks, self.lists, [], []
        self._inside(element, ())
        self._end()
        found, self.blocks, self.lists = self.blocks, outer, lists
        return found


def _span(element: Element, name: str, most: int) -> int:
    text = (element.get(name) or "1").strip()
    return max(1, min(int(text), most)) if text.isascii() and text.isdigit() and len(text) < 6 else 1  # noqa: PLR2004
