"""How deep types stand in each other (嵌套深度).

Yrs, and the browsers too, go through nested types by recursion: a document in which a hundred thousand elements stand in
each other ends the process when the outermost is deleted. A lesson plan has a dozen levels.
"""

from bisect import bisect_right
from collections.abc import Iterable

from realtime.grammar import Id, Item, Outline

DEEPEST = 1000


def depth_of(outlines: Iterable[Outline]) -> int:
    """How many types stand in each other in these updates at most; 0 where all stands at the top."""
    return _Levels(outlines).deepest()


class _Levels:
    """The items by client and clock, and the level of each as far as it is known."""

    def __init__(self, outlines: Iterable[Outline]) -> None:
        found: dict[int, list[Item]] = {}
        for outline in outlines:
            for client, items in outline.sections:
                found.setdefault(client, []).extend(items)
        self._items = {client: sorted(items, key=lambda item: item.clock) for client, items in found.items()}
        self._clocks = {client: [item.clock for item in items] for client, items in self._items.items()}
        self._known: dict[tuple[int, int], int] = {}

    def deepest(self) -> int:
        return max(
            (
                self._level((client, nth))
                for client, items in self._items.items()
                for nth in range(len(items))
            ),
            default=0,
        )

    def _level(self, place: tuple[int, int]) -> int:
        """Follow neighbours and parents to what is known, then count back; without recursion."""
        way: list[tuple[tuple[int, int], int]] = []
        at: tuple[int, int] | None = place
        while at is not None and at not in self._known:
            item = self._items[at[0]][at[1]]
            way.append((at, 1 if item.inside else 0))
            at = self._place(item.inside or item.beside)
        level = 0 if at is None else self._known[at]
        for one, more in reversed(way):
            level += more
            self._known[one] = level
        return level

    def _place(self, wanted: Id | None) -> tuple[int, int] | None:
        if wanted is None or wanted[0] not in self._clocks:
            return None
        nth = bisect_right(self._clocks[wanted[0]], wanted[1]) - 1
        return (wanted[0], nth) if nth >= 0 else None
