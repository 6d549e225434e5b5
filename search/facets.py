"""Counts by value as the page shows them (分面): boxes in a natural order, textbooks as a tree."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from search import kinds
from search.types import PATH_MARK

SHOWN_AT_ONCE: Final = 6
MOST_MORE: Final = 24
MOST_BELOW: Final = 10
"""So many finer values stand below one at once; below one that is chosen as many again and again, so that all can be reached."""
MOST_BELOW_CHOSEN: Final = 40

_IN_ORDER: Final = frozenset({"stage", "grade"})
"""What stands in the order in which the apps say it (``kinds.register_values``); all else stands by its count."""


@dataclass(slots=True, eq=False)
class Value:
    """One value of a facet, with those below it. ``is_open`` where something below it is chosen."""

    path: str
    label: str
    count: int = 0
    is_chosen: bool = False
    below: list["Value"] = field(default_factory=list)
    is_cut: bool = False
    """More stands below it, which is shown when it is chosen."""

    @property
    def is_open(self) -> bool:
        return any(value.is_chosen or value.is_open for value in self.below)


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet; ``more`` are the values that are shown on request."""

    name: str
    values: list[Value]
    more: list[Value]

    @property
    def is_more_open(self) -> bool:
        return any(value.is_chosen or value.is_open for value in self.more)


def facet(name: str, counts: Mapping[str, int], chosen: Sequence[str]) -> Facet:
    """The values that were counted, and those that are chosen even where nothing was found with them."""
    top: dict[str, Value] = {}
    everything: dict[str, Value] = {}
    for path, count in [*counts.items(), *((path, 0) for path in chosen if path not in counts)]:
        _place(path, count, top, everything)
    for path in chosen:
        everything[path].is_chosen = True
    for value in everything.values():
        value.below.sort(key=_by_count)
    for value in top.values():
        _prune(value, MOST_BELOW)
    values = sorted(top.values(), key=_order_of(name))
    first = [value for value in values if value.is_chosen or value.is_open][:SHOWN_AT_ONCE]
    others = [value for value in values if value not in first]
    room = max(0, SHOWN_AT_ONCE - len(first))
    at_once = [value for value in values if value in first or value in others[:room]]
    more = others[room:]
    return Facet(name, at_once, more[:MOST_MORE])


def _prune(value: Value, most: int) -> None:
    """A city's textbooks have thousands of units: below what is not chosen stands the next finer step alone, the most of it."""
    room = MOST_BELOW_CHOSEN if value.is_chosen or value.is_open else most
    kept = [one for nth, one in enumerate(value.below) if nth < room or one.is_chosen or one.is_open]
    value.is_cut, value.below = len(kept) < len(value.below), kept
    for one in value.below:
        _prune(one, 0)


def _place(path: str, count: int, top: dict[str, Value], everything: dict[str, Value]) -> None:
    """Put a path into the tree; what stands below a value counts for it too."""
    above: Value | None = None
    for step in _steps(path):
        value = everything.get(step)
        if value is None:
            value = everything[step] = Value(step, step.rpartition(PATH_MARK)[2])
            if above is None:
                top[step] = value
            else:
                above.below.append(value)
        value.count += count
        above = value


def _steps(path: str) -> Iterator[str]:
    parts = path.split(PATH_MARK)
    return (PATH_MARK.join(parts[:number]) for number in range(1, len(parts) + 1))


def _by_count(value: Value) -> tuple[int, str]:
    return -value.count, value.label


def _order_of(name: str) -> Callable[[Value], tuple[Any, ...]]:
    if name == "year":
        return _latest
    if name not in _IN_ORDER:
        return _by_count
    places = {label: place for place, label in enumerate(kinds.values_of(name))}
    return lambda value: (places.get(value.label, len(places)), *_by_count(value))


def _latest(value: Value) -> tuple[int, str]:
    return (-int(value.label) if value.label.isdecimal() else 0), value.label
