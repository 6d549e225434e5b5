"""What somebody asks for, as a tree (检索式)."""

from dataclasses import dataclass
from enum import StrEnum


class Field(StrEnum):
    """Where words are looked for (检索字段)."""

    ANY = "any"
    TITLE = "title"
    PEOPLE = "people"
    UNIT = "unit"
    TAGS = "tags"
    AIMS = "aims"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Words:
    """Words of which a thing should have many; those that have more come first."""

    text: str
    field: Field = Field.ANY


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand together just so («…»)."""

    text: str
    field: Field = Field.ANY


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


Node = Words | Phrase | AllOf | AnyOf | Not
