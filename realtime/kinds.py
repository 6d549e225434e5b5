"""The kinds of shared documents; the apps that own them register here: this floor knows none of them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum


class Access(IntEnum):
    """What somebody may do with a document; each level includes those below it."""

    NONE = 0
    READ = 1
    COMMENT = 2
    WRITE = 3


@dataclass(frozen=True, slots=True)
class RoomKind:
    """One kind of shared document (共享文档).

    ``schema`` is the version of the body's schema; a page with an older one is read-only. ``access`` answers
    for many (person id, document key) pairs at once, in order, with a bounded number of queries; a person who
    may not sign in gets NONE. ``touched`` is told, off the event loop and outside the writing transaction,
    which keys have new content committed; at once for the first edit and then at most every half second for a
    document.
    """

    name: str
    schema: int
    access: Callable[[Sequence[tuple[int, str]]], list[Access]]
    touched: Callable[[Collection[str]], None] | None = None


_kinds: dict[str, RoomKind] = {}


def register(kind: RoomKind) -> None:
    """Make a kind known; called from ``AppConfig.ready`` of the app that owns it."""
    if kind.name in _kinds:
        raise ValueError(f"the kind {kind.name!r} is registered already")
    _kinds[kind.name] = kind


def find(name: str) -> RoomKind | None:
    """The kind of that name, or None."""
    return _kinds.get(name)
