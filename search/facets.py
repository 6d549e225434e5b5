"""Counts by value as the page shows them (分面): boxes in a natural order, textbooks as a tree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from search.types import PATH_MARK

SHOWN_AT_ONCE: Final = 6
MOST_MORE: Final = 24
MOST_BELOW: Final = 10
"""So many finer values stand below one at once; below one that is chosen as many again and again, so that all can be reached."""
MOST_BELOW_CHOSEN: Final = 40

_NATURAL: Final = (
    *("幼儿园", "小学", "初中", "高中", "大学"),
    *("小班", "中班", "大班"),
    *("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级", "九年级"),
    *("高一", "高二", "高三", "大一", "大二", "大三", "大四"),
)
"""What has an order of its own; all else stands by its count."""
_IN_ORDER: Final = frozenset({"stage", "grade"})


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
    values = sorted(
        top.values(), key=_naturally if name in _IN_ORDER else _latest if name == "year" else _by_count
    )
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


def _naturally(value: Value) -> tuple[int, int, str]:
    place = _NATURAL.index(value.label) if value.label in _NATURAL else len(_NATURAL)
    return place, -value.count, value.label


def _latest(value: Value) -> tuple[int, str]:
    return (-int(value.label) if value.label.isdecimal() else 0), value.label
