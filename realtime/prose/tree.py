"""The small tree that rich text is while it is neither in a shared document nor on a page.

It has the shape of ProseMirror's JSON, so that the browser's editor and the server speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on text (标记): strong, link, …"""

    type: str
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of rich text (节点); ``text`` and ``marks`` are for text nodes, which alone keep marks."""

    type: str
    attrs: Mapping[str, Any] = field(default_factory=dict)
    content: tuple[Node, ...] = ()
    text: str = ""
    marks: tuple[Mark, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """ProseMirror's JSON of this node."""
        json: dict[str, Any] = {"type": self.type}
        if self.attrs:
            json["attrs"] = dict(self.attrs)
        if self.content:
            json["content"] = [child.to_json() for child in self.content]
        if self.type == "text":
            json["text"] = self.text
        if self.marks:
            json["marks"] = [
                {"type": mark.type, **({"attrs": dict(mark.attrs)} if mark.attrs else {})}
                for mark in self.marks
            ]
        return json


def text(value: str, *marks: Mark) -> Node:
    """A text node; ``value`` is not empty."""
    return Node("text", text=value, marks=marks)


def paragraph(*content: Node | str, **attrs: Any) -> Node:
    """A paragraph of text nodes, inline nodes or plain strings."""
    children = tuple(text(child) if isinstance(child, str) else child for child in content if child != "")
    return Node("paragraph", attrs=attrs, content=children)


def doc(blocks: Iterable[Node] = ()) -> Node:
    """A whole rich text; an empty one has no blocks."""
    return Node("doc", content=tuple(blocks))


def from_plain(value: str) -> Node:
    """One paragraph a line; empty lines are left out."""
    return doc(paragraph(line.strip()) for line in value.splitlines() if line.strip())


def is_blank(node: Node) -> bool:
    """Whether nothing stands in it: no text but white space, no picture, formula or table."""
    if node.type == "text":
        return not node.text.strip()
    if node.type in {"image", "formula", "table", "horizontal_rule"}:
        return False
    return all(is_blank(child) for child in node.content)
