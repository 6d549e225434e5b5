"""Which part of an update can be integrated now, and which waits for what has not come (先到与未到).

Yrs would keep the part that waits by itself, but often does not come back to it (three of four shuffled logs of random
edits stayed incomplete), and it reads freed memory when certain forged updates wait together, which ends the
process. So it is given only what it can integrate wholly; the rest is kept by ``replica.py``.
"""

import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from realtime import grammar, wire
from realtime.grammar import Id, Item, Outline, Section

Clocks = dict[int, int]
"""How many clocks of each client are there."""

Range = tuple[int, int, int]


class Parted(NamedTuple):
    """An update in two: what can be integrated, and what waits; of what waits, what it waits for first. And where what was
    there ended, of items that were there in part (where garbage goes on does not matter).
    """

    ready: bytes | None
    rest: bytes | None
    blockers: tuple[Id, ...] = ()
    seams: tuple[Id, ...] = ()


def part(update: bytes, outline: Outline, clocks: Clocks) -> Parted:
    """Part an update for a document with these ``clocks``, which then count what is ready as well."""
    if _is_keystroke(outline, clocks):
        return Parted(update, None)
    walk = _Walk(outline.sections, clocks)
    walk.run()
    met = tuple(seam for item, seam in walk.seams if grammar.kind(update, item) != grammar.GARBAGE)
    now, later = _deletions(outline.deleted, clocks)
    blockers = (*walk.blockers(), *((client, end - 1) for client, _, end in later))
    if not blockers:
        return Parted(update, None, seams=met)
    if not walk.moved and not now:
        return Parted(None, update, blockers)
    ready = _encoded(update, walk.ready(), now)
    return Parted(ready, _encoded(update, walk.rest(), later), blockers, met)


def _is_keystroke(outline: Outline, clocks: Clocks) -> bool:
    """Whether an update is one item, the next of its client, and ready; it is counted then. Most are."""
    if outline.deleted or len(outline.sections) != 1 or len(outline.sections[0].items) != 1:
        return False
    client, (item,) = outline.sections[0]
    if item.clock != clocks.get(client, 0) or item.is_gap:
        return False
    if any(clock >= clocks.get(other, 0) for other, clock in item.needs):
        return False
    clocks[client] = item.until
    return True


class _Walk:
    """Goes through all sections at once, each as far as what it needs is there."""

    def __init__(self, sections: list[Section], clocks: Clocks) -> None:
        self.sections, self.clocks = sections, clocks
        self.moved = False
        self.seams: list[tuple[Item, Id]] = []
        self._first = [_first_unknown(section, clocks) for section in sections]
        self._at = list(self._first)
        self._blocked: dict[int, list[tuple[int, int]]] = {}  # client → heap of (clock, section)

    def run(self) -> None:
        queue = list(range(len(self.sections)))
        while queue:
            nth = queue.pop()
            client = self.sections[nth].client
            known = self.clocks.get(client, 0)
            blocker = self._advance(nth)
            if blocker is not None:
                heapq.heappush(self._blocked.setdefault(blocker[0], []), (blocker[1], nth))
            if self.clocks.get(client, 0) > known:
                self.moved = True
                queue += self._freed(client)

    def _advance(self, nth: int) -> Id | None:
        """Take items of one section; what the first that cannot be taken waits for."""
        client, items = self.sections[nth]
        known = self.clocks.get(client, 0)
        while self._at[nth] < len(items):
            item = items[self._at[nth]]
            if item.until > known:
                blocker = self._blocker(client, item, known)
                if blocker is not None:
                    return blocker
                if item.clock < known:
                    self.seams.append((item, (client, known)))
                known = self.clocks[client] = item.until
            self._at[nth] += 1
        return None

    def _blocker(self, client: int, item: Item, known: int) -> Id | None:
        if item.is_gap:
            return client, item.until - 1
        if item.clock > known:
            return client, item.clock - 1
        return next((need for need in item.needs if need[1] >= self.clocks.get(need[0], 0)), None)

    def _freed(self, client: int) -> Iterator[int]:
        heap, known = self._blocked.get(client, []), self.clocks[client]
        while heap and heap[0][0] < known:
            yield heapq.heappop(heap)[1]

    def blockers(self) -> Iterator[Id]:
        for client, heap in self._blocked.items():
            for clock, _ in heap:
                yield client, clock

    def ready(self) -> list[Section]:
        return [
            Section(section.client, section.items[first:at])
            for section, first, at in zip(self.sections, self._first, self._at, strict=True)
            if at > first
        ]

    def rest(self) -> list[Section]:
        left = ((section, section.items[at:]) for section, at in zip(self.sections, self._at, strict=True))
        return [Section(section.client, items) for section, items in left if items]


def seams(update: bytes, outline: Outline, clocks: Clocks) -> list[Id]:
    """Where what is there ends, amid an item of an update that is no garbage."""
    return [
        (client, clocks[client])
        for client, items in outline.sections
        for item in items
        if item.clock < clocks.get(client, 0) < item.until and grammar.kind(update, item) != grammar.GARBAGE
    ]


def unknown(update: bytes, outline: Outline, clocks: Clocks) -> bytes:
    """What waits, without the items that are there already, be it in part and from another update: what was integrated
    counts, but a merge prefers the longer one. (What a page wrote is never there in part and waits.)
    """
    known = ((section, clocks.get(section.client, 0)) for section in outline.sections)
    left = [
        Section(client, [item for item in items if item.clock >= clock]) for (client, items), clock in known
    ]
    if all(
        len(some.items) == len(section.items) for some, section in zip(left, outline.sections, strict=True)
    ):
        return update
    return _encoded(update, [section for section in left if section.items], outline.deleted)


def _first_unknown(section: Section, clocks: Clocks) -> int:
    known = clocks.get(section.client, 0)
    return next((nth for nth, item in enumerate(section.items) if item.until > known), len(section.items))


def _deletions(deleted: Iterable[Range], clocks: Clocks) -> tuple[list[Range], list[Range]]:
    """What is deleted of what is there, and of what is not."""
    now, later = [], []
    for client, start, end in deleted:
        known = min(max(clocks.get(client, 0), start), end)
        if start < known:
            now.append((client, start, known))
        if known < end:
            later.append((client, known, end))
    return now, later


def _encoded(update: bytes, sections: list[Section], deleted: list[Range]) -> bytes:
    out = [wire.uint(len(sections))]
    for client, items in sections:
        out += [wire.uint(len(items)), wire.uint(client), wire.uint(items[0].clock)]
        out.append(update[items[0].start : items[-1].end])
    ranges: dict[int, list[tuple[int, int]]] = {}
    for client, start, end in deleted:
        ranges.setdefault(client, []).append((start, end))
    out.append(wire.uint(len(ranges)))
    for client, found in ranges.items():
        out += [wire.uint(client), wire.uint(len(found))]
        out += [wire.uint(start) + wire.uint(end - start) for start, end in found]
    return b"".join(out)


def state_vector(clocks: Clocks) -> bytes:
    """The clocks as Yjs writes them."""
    known = {client: clock for client, clock in clocks.items() if clock}
    pairs = (wire.uint(client) + wire.uint(clock) for client, clock in known.items())
    return wire.uint(len(known)) + b"".join(pairs)
