"""Any HTML into rich text: what Word, WPS, WeChat and mammoth make, and what an attacker makes.

nh3 parses it as a browser does and drops all but the tags listed here; what it writes is well-formed and is
read by a plain event parser into a loose tree, which the white list then repairs. Foreign HTML is never kept.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, Final

import nh3
from typing_extensions import override

from realtime.prose.rules import PALETTE
from realtime.prose.schema import BREAK, clean
from realtime.prose.styles import (
    KEPT_PROPERTIES,
    css_list_style,
    declarations,
    line_attrs,
    list_style,
    marks_of,
    palette_colour,
    unbolded,
)
from realtime.prose.tree import Mark, Node, doc, from_plain

MAX_CHARACTERS: Final = 8 * 2**20
_MAX_NESTING: Final = 500  # nh3 needs time by the square of it
_MAX_REOPENED: Final = 3_000_000  # a browser reopens unclosed <font>s in every paragraph

_BOXES: Final = {
    "address", "article", "aside", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "footer",
    "header", "main", "nav", "section", "caption",
}  # fmt: skip
_LINES: Final = {"p": 0, "pre": 0, "h1": 1, "h2": 2, "h3": 3, "h4": 3, "h5": 3, "h6": 3}
_NODES: Final = {
    "blockquote": "blockquote",
    "ul": "bullet_list",
    "ol": "ordered_list",
    "li": "list_item",
    "table": "table",
    "tr": "table_row",
    "td": "table_cell",
    "th": "table_header",
}
_MARKS: Final = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "underline", "ins": "underline",
    "s": "strike", "strike": "strike", "del": "strike", "sup": "superscript", "sub": "subscript",
}  # fmt: skip
_INLINE: Final = {"a", "br", "font", "img", "mark", "span", *_MARKS}
_TAGS: Final = {*_BOXES, *_LINES, *_NODES, *_INLINE, "hr", "tbody", "thead", "tfoot"}
_DROPPED: Final = {
    "head", "iframe", "math", "noembed", "noframes", "noscript", "object", "script", "style", "svg",
    "template", "title", "xml",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "*": {"class", "style", "align", "data-level"},
    "a": {"href"},
    "font": {"color"},
    "img": {"alt", "data-picture", "src", "width"},
    "ol": {"start", "type"},
    "span": {"data-latex"},
    "td": {"colspan", "rowspan", "width", "data-colwidth"},
    "th": {"colspan", "rowspan", "width", "data-colwidth"},
}
_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_DROPPED,
    attributes=_ATTRIBUTES,
    url_schemes={"http", "https", "mailto"},
    filter_style_properties=KEPT_PROPERTIES,
    link_rel=None,
)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_CLOSED_BY_THEIR_LIKE: Final = {
    "p", "li", "dd", "dt", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "br", "img", "hr", "input",
    "col", "meta", "link", "wbr", "area", "base", "embed", "source", "track",
}  # fmt: skip
_FORMATTING: Final = {
    "a",
    "b",
    "big",
    "code",
    "em",
    "font",
    "i",
    "nobr",
    "s",
    "small",
    "strike",
    "strong",
    "tt",
    "u",
}
_OWN_PICTURE = re.compile(r"/documents/pictures/([0-9a-fA-F-]{36})")
_SPACES = re.compile("[ \t\n\r\f]+")
_MSO_LEVEL = re.compile(r"level([1-9])")


class TooLongError(ValueError):
    """The HTML is longer than any page a teacher writes."""


def from_html(html: str) -> Node:
    """The rich text of any HTML, clean. Raises TooLongError above ``MAX_CHARACTERS``."""
    if len(html) > MAX_CHARACTERS:
        raise TooLongError(f"{len(html)} characters of HTML")
    if _is_a_trap(html):
        return clean(from_plain(re.sub(r"<[^>]*>", "\n", html)))
    builder = _Builder()
    builder.feed(_CLEANER.clean(html))
    return clean(builder.finished())


def _is_a_trap(html: str) -> bool:
    """Whether it nests so that parsing alone would take minutes; nothing that an editor writes does."""
    depth = deepest = formatting = most = tags = 0
    for closing, name in _TAG.findall(html):
        tag = name.lower()
        tags += 1
        if tag in _CLOSED_BY_THEIR_LIKE:
            continue
        step = -1 if closing else 1
        depth = max(depth + step, 0)
        deepest = max(deepest, depth)
        if tag in _FORMATTING:
            formatting = max(formatting + step, 0)
            most = max(most, formatting)
    return deepest > _MAX_NESTING or most * tags > _MAX_REOPENED


class _Frame:
    """An open block: its finished children, and the line that is being written in it."""

    def __init__(self, tag: str, node: Node | None) -> None:
        self.tag = tag
        self.node = node
        self.children: list[Node] = []
        self.line: list[Node] = []

    def ends_in_space(self) -> bool:
        last = self.line[-1] if self.line else BREAK
        return last.type == "hard_break" or last.text.endswith(" ")

    def end_line(self, like: Node | None = None) -> None:
        """The line so far as a paragraph (or what ``like`` is); white space alone is none."""
        while self.line and self.line[-1].text.endswith(" "):
            last = self.line.pop()
            if trimmed := last.text.rstrip(" "):
                self.line.append(Node("text", text=trimmed, marks=last.marks))
        if self.line or like is not None:
            like = like or Node("paragraph")
            empty = len(self.line) == 1 and self.line[0].text == "\xa0"  # how Word writes an empty paragraph
            self.children.append(Node(like.type, attrs=like.attrs, content=() if empty else tuple(self.line)))
        self.line = []


class _Builder(HTMLParser):
    """Events of well-formed HTML into a loose tree. ``marks`` are those of the open inline elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.frames = [_Frame("", None)]
        self.inline: list[tuple[str, tuple[Mark, ...]]] = []
        self.marks: tuple[Mark, ...] = ()
        self.ignored = 0  # depth inside a marker of Word's lists
        self.marker = ""

    def finished(self) -> Node:
        self.close()
        while len(self.frames) > 1:
            self._close_frame()
        self.frames[0].end_line()
        return doc(_word_lists(self.frames[0].children))

    # Called by HTMLParser.

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        style = declarations(given.get("style", ""))
        if tag in {"br", "hr", "img"}:
            self._leaf(tag, given)
        elif tag in _INLINE:
            self._open_inline(tag, given, style)
        elif tag in _BOXES or tag in _LINES or tag in _NODES:
            self.frames[-1].end_line()
            self.frames.append(_Frame(tag, _block(tag, given, style)))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _INLINE:
            self._close_inline(tag)
        elif any(frame.tag == tag for frame in self.frames[1:]):
            while self.frames[-1].tag != tag:
                self._close_frame()
            self._close_frame()

    @override
    def handle_data(self, data: str) -> None:
        frame = self.frames[-1]
        if self.ignored:
            self.marker += data
            return
        if frame.tag == "pre":
            frame.line.append(Node("text", text=data, marks=self.marks))
            return
        value = _SPACES.sub(" ", data)
        if frame.ends_in_space():
            value = value.removeprefix(" ")
        if value:
            frame.line.append(Node("text", text=value, marks=self.marks))

    # Inline.

    def _leaf(self, tag: str, given: dict[str, str]) -> None:
        frame = self.frames[-1]
        if tag == "br":
            frame.line.append(BREAK)
        elif tag == "hr":
            frame.end_line()
            frame.children.append(Node("horizontal_rule"))
        else:
            own = _OWN_PICTURE.search(given.get("src", ""))
            picture = given.get("data-picture") or (own[1] if own else "")
            attrs = {"picture": picture, "alt": given.get("alt", ""), "width": given.get("width")}
            frame.line.append(Node("image", attrs=attrs))

    def _open_inline(self, tag: str, given: dict[str, str], style: dict[str, str]) -> None:
        self.inline.append((tag, self.marks))
        if self.ignored or "ignore" in style.get("mso-list", ""):
            self.ignored += 1
        elif tag == "span" and "formula" in given.get("class", "").split():
            self.frames[-1].line.append(Node("formula", attrs={"latex": given.get("data-latex", "")}))
            self.ignored += 1
        else:
            drop = {"strong"} if unbolded(style) else set()
            inherited = (mark for mark in self.marks if mark.type not in drop)
            self.marks = (*_inline_marks(tag, given, style), *inherited)

    def _close_inline(self, tag: str) -> None:
        if not any(opened == tag for opened, _ in self.inline):
            return
        while self.inline:
            opened, self.marks = self.inline.pop()
            self.ignored = max(self.ignored - 1, 0)
            if opened == tag:
                return

    # Blocks.

    def _close_frame(self) -> None:
        frame = self.frames.pop()
        parent = self.frames[-1]
        if frame.tag in _LINES and frame.node is not None:
            if self.marker and "mso_level" in frame.node.attrs:
                frame.node = Node(frame.node.type, attrs={**frame.node.attrs, "marker": self.marker})
            frame.end_line(like=None if frame.children and not frame.line else frame.node)
            parent.children.extend(frame.children)
        else:
            frame.end_line()
            children = _word_lists(frame.children)
            if frame.node is None:
                parent.children.extend(children)
            else:
                parent.children.append(Node(frame.node.type, attrs=frame.node.attrs, content=tuple(children)))
        self.marker = ""


def _inline_marks(tag: str, given: dict[str, str], style: dict[str, str]) -> list[Mark]:
    marks = marks_of(style)
    if tag in _MARKS and not (_MARKS[tag] == "strong" and unbolded(style)):
        marks.append(Mark(_MARKS[tag]))
    if tag == "a" and given.get("href"):
        marks.append(Mark("link", {"href": given["href"]}))
    if tag == "font" and (name := palette_colour(given.get("color", "").lower())):
        marks.append(Mark("color", {"name": name}))
    if tag == "mark":
        marks.append(Mark("highlight", {"name": "orange"}))
    for word in given.get("class", "").split():
        prefix, _, name = word.partition("-")
        if prefix in {"c", "hl"} and name in PALETTE:
            marks.append(Mark("color" if prefix == "c" else "highlight", {"name": name}))
    return marks


def _class_value(given: dict[str, str], prefix: str) -> str | None:
    names = given.get("class", "").split()
    return next((name.removeprefix(prefix) for name in names if name.startswith(prefix)), None)


def _block(tag: str, given: dict[str, str], style: dict[str, str]) -> Node | None:
    """The node of a block element without its content; None for a box that only parts lines."""
    if tag in _BOXES:
        return None
    if tag in _LINES:
        return _line(tag, given, style)
    attrs: dict[str, Any] = {}
    if tag == "ol":
        kind = _class_value(given, "ol-") or css_list_style(style, given.get("type", ""))
        attrs = {"start": given.get("start"), "style": kind}
    elif tag in {"td", "th"}:
        attrs = {"colspan": given.get("colspan"), "rowspan": given.get("rowspan"), "colwidth": _widths(given)}
    return Node(_NODES[tag], attrs=attrs)


def _line(tag: str, given: dict[str, str], style: dict[str, str]) -> Node:
    attrs = line_attrs(style, given.get("align", ""))
    if align := _class_value(given, "ta-"):
        attrs["align"] = align
    if indent := _class_value(given, "ti-"):
        attrs["indent"] = indent
    if found := _MSO_LEVEL.search(style.get("mso-list", "")):
        attrs["mso_level"] = int(found[1])
    level = _LINES[tag]
    return (
        Node("heading", attrs={**attrs, "level": given.get("data-level") or level})
        if level
        else Node("paragraph", attrs=attrs)
    )


def _widths(given: dict[str, str]) -> list[int] | None:
    listed = given.get("data-colwidth", "")
    if re.fullmatch(r"[0-9]{1,4}(,[0-9]{1,4}){0,59}", listed):
        return [int(width) for width in listed.split(",")]
    width = given.get("width", "")
    alone = given.get("colspan", "1") in {"", "1"}
    return [int(width)] if alone and re.fullmatch(r"[0-9]{2,4}", width) else None


def _word_lists(blocks: list[Node]) -> list[Node]:
    """Word's list paragraphs, which say only their level and show their marker, as real lists."""
    result: list[Node] = []
    open_lists: list[tuple[int, Node, list[Node]]] = []

    def close(level: int) -> None:
        while open_lists and open_lists[-1][0] > level:
            _, like, items = open_lists.pop()
            made = Node(like.type, attrs=like.attrs, content=tuple(items))
            if open_lists:
                parent = open_lists[-1][2]
                parent[-1] = Node("list_item", content=(*parent[-1].content, made))
            else:
                result.append(made)

    for block in blocks:
        level = block.attrs.get("mso_level", 0)
        close(level)
        if not level:
            result.append(block)
            continue
        like = _list_like(str(block.attrs.get("marker", "")))
        if open_lists and open_lists[-1][0] == level and open_lists[-1][1].type != like.type:
            close(level - 1)
        if not open_lists or open_lists[-1][0] < level:
            open_lists.append((level, like, []))
        open_lists[-1][2].append(Node("list_item", content=(Node("paragraph", content=block.content),)))
    close(0)
    return result


def _list_like(marker: str) -> Node:
    style = list_style(marker.replace("\xa0", " "))
    if style is None:
        return Node("bullet_list")
    digits = re.search(r"[0-9]{1,4}", marker)
    return Node("ordered_list", attrs={"style": style, "start": int(digits[0]) if digits else 1})
