"""The advanced form (高级检索) as a tree, so that it asks what one could have typed."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from search.query.parser import OPERATORS, plain_phrase, plain_words
from search.query.tree import Field, Node, Phrase, Words, all_of, any_of, negated


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


def tree_of_lines(lines: Iterable[Line]) -> Node | None:
    """The lines from top to bottom, each joined to all above it; what is an operator elsewhere is a space here."""
    found: Node | None = None
    for line in lines:
        node = _node(line)
        if node is None:
            continue
        above = [] if found is None else [found]
        if line.joint == Joint.NOT:
            found = all_of([*above, negated(node)])
        elif line.joint == Joint.OR:
            found = any_of([*above, node])
        else:
            found = all_of([*above, node])
    return found


def _node(line: Line) -> Node | None:
    """What one line asks for; None where it holds no word."""
    words = plain_words(" ".join(word for word in line.text.split() if word not in OPERATORS))
    if not words:
        return None
    if line.is_exact:
        return Phrase(plain_phrase(line.text), line.field)
    if line.field == Field.ANY:
        return Words(" ".join(words))
    return all_of(Words(word, line.field) for word in words)
