"""What can be found: apps register their kinds here (可检索的种类)."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise

from search.types import Entry

Principals = Callable[[Any], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One sort of thing that is searched (种类).

    ``read`` gives the entries of these keys as the database has them now; a key that is missing from its answer is gone
    from the index. ``all_keys`` walks through all keys there are, in order. ``visible`` tells which of these keys a person may
    find now: the last word before a page is shown. ``cards`` gives what a results page shows of each key (a template's
    context), ``template`` is the partial that shows it. ``tab`` puts it under a tab of its own. ``follows`` says, by another
    kind, which keys name these things of it: they are read anew when those get another name.
    """

    name: str
    label: str | Promise
    read: Callable[[Sequence[str]], Iterable[Entry]]
    all_keys: Callable[[], Iterator[str]]
    visible: Callable[[Any, Collection[str]], set[str]]
    cards: Callable[[Any, Sequence[str]], dict[str, Any]]
    template: str
    tab: bool = True
    follows: Mapping[str, Callable[[Collection[str]], Iterable[object]]] = field(default_factory=dict)


_LONGEST_ID: Final = 18
"""Digits; more do not fit into a database's numbers."""

_kinds: dict[str, Kind] = {}
_principals: list[Principals] = []
_values: dict[str, list[Callable[[], Iterable[str]]]] = {}


def register(kind: Kind) -> None:
    """Raises ValueError for a taken name, and for one that would not be told from its key."""
    if kind.name in _kinds or not kind.name.isidentifier():
        raise ValueError(f"the kind {kind.name!r} is registered already or no name")
    _kinds[kind.name] = kind


def unregister(name: str) -> None:
    """For tests that brought a kind of their own."""
    _kinds.pop(name, None)


def find(name: str) -> Kind | None:
    return _kinds.get(name)


def kinds() -> list[Kind]:
    """Every kind, in the order in which they came."""
    return list(_kinds.values())


def row_ids(keys: Iterable[str]) -> list[int]:
    """Of these keys the numbers that a row may have; anybody can write any key into an address."""
    return [int(key) for key in keys if key.isascii() and key.isdecimal() and len(key) <= _LONGEST_ID]


def register_principals(of: Principals) -> None:
    """Say which readers' tokens a person holds; what several apps say adds up."""
    _principals.append(of)


def principals_of(person: Any) -> frozenset[str]:
    """The readers' tokens of this person now (检索身份); none for who may not sign in."""
    if not person.is_authenticated or not person.is_active:
        return frozenset()
    return frozenset().union(*(of(person) for of in _principals))


def register_values(facet: str, values: Callable[[], Iterable[str]]) -> None:
    """Say which values a facet commonly has, in their order, for forms that offer them before anything was found (分面的值)."""
    _values.setdefault(facet, []).append(values)


def values_of(facet: str) -> list[str]:
    """What the apps say that the facet commonly has; nothing of it is anybody's."""
    return list(dict.fromkeys(value for said in _values.get(facet, ()) for value in said()))
