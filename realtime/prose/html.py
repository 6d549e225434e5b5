"""Rich text as HTML, by an escaping walker of our own.

The page's policy allows no inline style, so alignment, colour and indent are classes (``ta-center``,
``c-red``, ``hl-orange``, ``ti-2``, ``ol-cjk``). The browser's editor writes the same tags
(``frontend/prose/dom.ts``); one golden file holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from typing import Any, Final

from django.utils.safestring import SafeString

from realtime.prose.hostile import from_html
from realtime.prose.schema import clean
from realtime.prose.tree import Mark, Node

__all__ = ["from_html", "to_html"]

PictureUrl = Callable[[str], str]

_HEADINGS: Final = {1: "h3", 2: "h4", 3: "h5"}  # h1 is the page's, h2 the field's
_BLOCKS: Final = {
    "blockquote": "blockquote",
    "bullet_list": "ul",
    "ordered_list": "ol",
    "list_item": "li",
    "paragraph": "p",
    "table_row": "tr",
    "table_cell": "td",
    "table_header": "th",
}
_MARKS: Final = {
    "strong": "strong",
    "em": "em",
    "underline": "u",
    "strike": "s",
    "superscript": "sup",
    "subscript": "sub",
}


def to_html(node: Node, *, picture_url: PictureUrl | None) -> SafeString:
    """``node``, cleaned first, as HTML; without ``picture_url`` pictures stand as their description."""
    html = "".join(_contents(clean(node).content, picture_url))
    return SafeString(html)  # every text and attribute below went through escape()


def _open(tag: str, attrs: Iterable[tuple[str, Any]] = ()) -> str:
    written = "".join(f' {name}="{escape(str(value))}"' for name, value in attrs if value not in (None, ""))
    return f"<{tag}{written}>"


def _contents(nodes: Iterable[Node], picture_url: PictureUrl | None) -> Iterator[str]:
    """Nodes in order; marks that go on are not closed between them."""
    active: list[Mark] = []
    for node in nodes:
        kept = _common(active, node.marks)
        yield from (_close_mark(mark) for mark in reversed(active[kept:]))
        yield from (_open_mark(mark) for mark in node.marks[kept:])
        active = list(node.marks)
        yield from _node(node, picture_url)
    yield from (_close_mark(mark) for mark in reversed(active))


def _common(active: list[Mark], marks: tuple[Mark, ...]) -> int:
    """How many of the outer marks are the same."""
    count = 0
    while count < min(len(active), len(marks)) and active[count] == marks[count]:
        count += 1
    return count


def _open_mark(mark: Mark) -> str:
    if mark.type == "link":
        target = ("target", "_blank"), ("rel", "noopener noreferrer nofollow")
        return _open("a", (("href", mark.attrs["href"]), *target))
    if mark.type in _MARKS:
        return f"<{_MARKS[mark.type]}>"
    return _open("span", [("class", f"{'c' if mark.type == 'color' else 'hl'}-{mark.attrs['name']}")])


def _close_mark(mark: Mark) -> str:
    return "</a>" if mark.type == "link" else f"</{_MARKS.get(mark.type, 'span')}>"


def _node(node: Node, picture_url: PictureUrl | None) -> Iterator[str]:
    if node.type == "text":
        yield escape(node.text, quote=False)
    elif node.type in {"hard_break", "horizontal_rule"}:
        yield "<br>" if node.type == "hard_break" else "<hr>"
    elif node.type == "image":
        yield _picture(node, picture_url)
    elif node.type == "formula":
        latex = escape(node.attrs.get("latex", ""))
        yield f'<span class="formula" data-latex="{latex}">{latex}</span>'
    else:
        yield from _block(node, picture_url)


def _block(node: Node, picture_url: PictureUrl | None) -> Iterator[str]:
    inside = _contents(node.content, picture_url)
    if node.type == "table":
        yield "<table><tbody>"
        yield from inside
        yield "</tbody></table>"
        return
    tag = _HEADINGS[node.attrs.get("level", 1)] if node.type == "heading" else _BLOCKS[node.type]
    yield _open(tag, _block_attrs(node))
    yield from inside
    yield f"</{tag}>"


def _block_attrs(node: Node) -> Iterator[tuple[str, Any]]:
    """Attributes in the order in which the browser writes them, so that the two can be compared as text."""
    attrs = node.attrs
    if node.type == "heading":
        yield "data-level", attrs.get("level", 1)
    if node.type == "ordered_list":
        yield "start", attrs.get("start")
        yield "class", f"ol-{attrs['style']}" if "style" in attrs else ""
    if node.type in {"table_cell", "table_header"}:
        yield from _cell_attrs(node)
    if node.type in {"paragraph", "heading"}:
        align = f"ta-{attrs['align']}" if "align" in attrs else ""
        indent = f"ti-{attrs['indent']}" if "indent" in attrs else ""
        yield "class", " ".join(filter(None, (align, indent)))


def _cell_attrs(cell: Node) -> Iterator[tuple[str, Any]]:
    widths = cell.attrs.get("colwidth")
    yield "colspan", cell.attrs.get("colspan")
    yield "rowspan", cell.attrs.get("rowspan")
    if widths:
        yield "data-colwidth", ",".join(map(str, widths))
        yield "width", sum(widths) if widths[0] else None


def _picture(node: Node, picture_url: PictureUrl | None) -> str:
    alt = node.attrs.get("alt", "")
    if picture_url is None:
        label = escape(alt or "?")
        return f'<span class="picture-missing" role="img" aria-label="{label}">{label}</span>'
    picture = node.attrs["picture"]
    before = _open("img", [("class", "picture"), ("src", picture_url(picture)), ("data-picture", picture)])
    width = f' width="{node.attrs["width"]}"' if "width" in node.attrs else ""
    return f'{before[:-1]} alt="{escape(alt)}"{width}>'
