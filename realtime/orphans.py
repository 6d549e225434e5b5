"""Items inside of what is no type (失父), which an update can be forged to have.

A page takes such an item for garbage, and so do all after it; Yrs refuses the whole update. At the door the sender is
refused with it. But an item may wait until its parent comes, and be wrong only then: then it is written as the pages
see it, for who brought the parent has done nothing.
"""

from bisect import bisect_right

from realtime import grammar, wire
from realtime.grammar import Id, Item, Outline


def may_have_any(outline: Outline) -> bool:
    """Whether an update has items that name their parent by its id."""
    return any(item.inside for _, items in outline.sections for item in items)


def as_pages_see_them(update: bytes, whole: bytes) -> bytes:
    """An update with its orphans written as garbage; ``whole`` is the document before it."""
    outline = grammar.read(update)
    places = (_Places(whole, grammar.read(whole)), _Places(update, outline))
    parts, at = [], 0
    for _, items in outline.sections:
        for item in items:
            if item.inside and _is_no_type(item.inside, places):
                parts += [update[at : item.start], bytes((grammar.GARBAGE,)), wire.uint(item.length)]
                at = item.end
    return b"".join((*parts, update[at:]))


def _is_no_type(parent: Id, places: "tuple[_Places, ...]") -> bool:
    """Where two updates have something at the same clocks, the first counts."""
    kinds = (place.kind_at(parent) for place in places)
    found = next((kind for kind in kinds if kind is not None), None)
    return found is not None and found not in grammar.MAY_BE_PARENT


class _Places:
    """What sort of item stands at an id, found without going through all of them."""

    def __init__(self, update: bytes, outline: Outline) -> None:
        self._update = update
        self._items: dict[int, list[Item]] = {}
        for client, items in outline.sections:
            self._items.setdefault(client, []).extend(item for item in items if not item.is_gap)
        self._starts: dict[int, list[int]] = {}
        for client, items in self._items.items():
            items.sort(key=lambda item: item.clock)
            self._starts[client] = [item.clock for item in items]

    def kind_at(self, place: Id) -> int | None:
        """None where nothing stands."""
        client, clock = place
        nth = bisect_right(self._starts.get(client, []), clock) - 1
        if nth < 0 or clock >= self._items[client][nth].until:
            return None
        return grammar.kind(self._update, self._items[client][nth])
