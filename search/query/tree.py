"""What somebody asks for, as a tree (检索式).

There is one tree for one meaning: ``all_of``, ``any_of`` and ``negated`` put no AND into an AND, no OR into an OR and take a
double negation back, so that what is typed for a tree gives that tree again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """Where words are looked for (检索字段). ``TOPIC`` is what a thing is about (主题): title, tags and aims."""

    ANY = "any"
    TOPIC = "topic"
    TITLE = "title"
    PEOPLE = "people"
    UNIT = "unit"
    TAGS = "tags"
    AIMS = "aims"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of which a thing should have many; those that have more come first. Beside something else that must hold, and
    in a field, all of them must be there.
    """

    text: str
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand together just so («…»)."""

    text: str
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True)
class Years:
    """Of these years (年份), the first and the last of them included; None leaves that end open."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these must hold."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of these must hold."""

    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """This must not hold."""

    node: "Node"


Node = Words | Phrase | Years | AllOf | AnyOf | Not


def all_of(nodes: Iterable[Node]) -> Node | None:
    """All of these must hold; None where there are none."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, AllOf) else (node,))]
    return AllOf(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def any_of(nodes: Iterable[Node]) -> Node | None:
    """One of these must hold; None where there are none."""
    flat = [part for node in nodes for part in (node.nodes if isinstance(node, AnyOf) else (node,))]
    return AnyOf(tuple(flat)) if len(flat) > 1 else (flat[0] if flat else None)


def negated(node: Node) -> Node:
    """This must not hold."""
    return node.node if isinstance(node, Not) else Not(node)


def asked_for(tree: Node) -> Iterator[Words | Phrase]:
    """What of a query is asked for; what must not be there is not."""
    if isinstance(tree, (Words, Phrase)):
        yield tree
    elif isinstance(tree, (AllOf, AnyOf)):
        for node in tree.nodes:
            yield from asked_for(node)
