"""The advanced form (高级检索) as a tree, so that it asks what one could have typed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from search.query.tree import AllOf, AnyOf, Field, Node, Not, Phrase, Words


class Joint(StrEnum):
    """How a line goes with what stands above it."""

    AND = "and"
    OR = "or"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form: words, where they are looked for, and whether they must stand together just so (精确)."""

    text: str
    field: Field = Field.ANY
    is_exact: bool = False
    joint: Joint = Joint.AND


_SIGNS: Final = re.compile(r"[()（）|｜“”\"＂「」『』:：]")
_JOINTS: Final = frozenset({"and", "or", "not"})


def tree_of_lines(lines: Iterable[Line]) -> Node | None:
    """The lines from top to bottom, each joined to all above it; what is an operator elsewhere is a space here."""
    found: Node | None = None
    for line in lines:
        node = _node(line)
        if node is None:
            continue
        if line.joint == Joint.NOT:
            found = _both(found, Not(node))
        elif found is not None and line.joint == Joint.OR:
            found = AnyOf((found, node))
        else:
            found = _both(found, node)
    return found


def _node(line: Line) -> Node | None:
    stripped = (word.lstrip("-－—") for word in _SIGNS.sub(" ", line.text).split())
    words = [word for word in stripped if word and word.lower() not in _JOINTS]
    if not words:
        return None
    if line.is_exact or (line.joint == Joint.NOT and len(words) > 1):  # a minus stands before one thing alone
        return Phrase(" ".join(words), line.field)
    if line.field == Field.ANY:
        return Words(" ".join(words))
    nodes = tuple(Words(word, line.field) for word in words)
    return AllOf(nodes) if len(nodes) > 1 else nodes[0]


def _both(found: Node | None, node: Node) -> Node:
    parts = found.nodes if isinstance(found, AllOf) else (found,) if found is not None else ()
    more = node.nodes if isinstance(node, AllOf) else (node,)
    nodes = (*parts, *more)
    return AllOf(nodes) if len(nodes) > 1 else nodes[0]
