"""Rich text as plain text, for search, titles of files and comparisons."""

from __future__ import annotations

import re
from typing import Final

from realtime.prose.tree import Node

# They turn what stands behind them: a name could read as another one.
_DIRECTIONS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINES: Final = {"paragraph", "heading", "horizontal_rule"}


def without_directions(value: str) -> str:
    """The text without the signs that change its direction, for paper."""
    return _DIRECTIONS.sub("", value)


def to_text(node: Node) -> str:
    """One line a paragraph or row, tabs between a row's cells; pictures stand as their description."""
    return "\n".join(_lines(node)).strip("\n")


def _lines(node: Node) -> list[str]:
    if node.type in _LINES:
        return _line(node).split("\n")
    if node.type == "table_row":
        return ["\t".join(" ".join(_lines(cell)).strip() for cell in node.content)]
    if node.type in {"text", "image", "formula", "hard_break"}:
        return [_inline(node)]
    return [line for child in node.content for line in _lines(child)]


def _line(node: Node) -> str:
    return "".join(_inline(child) for child in node.content)


def _inline(node: Node) -> str:
    if node.type == "text":
        return node.text
    if node.type == "hard_break":
        return "\n"
    return str(node.attrs.get("alt" if node.type == "image" else "latex", ""))
