"""A document in memory together with what still waits for others (副本).

Yrs is given only what it can integrate wholly (``parting.py`` says why), so the clocks are known here without
asking it: its own state vector costs as much as the document ever had clients, one for each page that wrote. What waits is
offered again when what it waits for has come. Characters that an edit cuts in half are mended (``halves.py``).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pycrdt

from realtime import depth, grammar, halves, orphans, parting, updates
from realtime.errors import RefusedUpdateError
from realtime.grammar import Id

_MANY, _TOO_MANY = 20, 200
_WORTH_A_LOOK = 10_000  # levels that Yrs goes through without harm


@dataclass(slots=True)
class Waiting:
    """What waits of an update, the update as it came, and what must come first.

    ``spans`` are the clocks that it has of each client, as (client, from, to). ``looked`` says up to which clock of a client
    it was looked at last: it may be long, and is not read anew for every keystroke.
    """

    rest: bytes
    source: bytes
    blockers: tuple[Id, ...]
    spans: tuple[tuple[int, int, int], ...]
    looked: dict[int, int] = field(default_factory=dict)

    def meets(self, clocks: parting.Clocks) -> bool:
        """Whether something at its clocks is there by now."""
        return any(first < clocks.get(client, 0) for client, first, _ in self.spans)

    def is_met_anew(self, clocks: parting.Clocks) -> bool:
        """Whether what is there ends amid it, elsewhere than when it was looked at last."""
        moved = {
            client: clocks[client]
            for client, first, until in self.spans
            if first < clocks.get(client, 0) < until and self.looked.get(client) != clocks[client]
        }
        self.looked.update(moved)
        return bool(moved)


class Replica:
    """``doc`` and what waits. After RefusedUpdateError it may be half changed and must be thrown away."""

    __slots__ = ("_careful", "_clocks", "_inner", "_second_halves", "_state", "_waiting", "doc")

    def __init__(self, *, careful: bool = False) -> None:
        self._careful = careful
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self._clocks: parting.Clocks = {}
        self._state: bytes | None = None
        self._waiting: list[Waiting] = []
        self._inner = depth.DEEPEST  # at most so many levels
        self._second_halves: set[Id] = set()  # of the characters beyond the first plane

    @classmethod
    def of(cls, payloads: Iterable[bytes], *, base: bytes | None = None, careful: bool = False) -> "Replica":
        """A document with these updates, after a ``base`` that a replica has encoded. One that is made with care counts
        anew after each, which is slow, and refuses none for its count. Raises RefusedUpdateError.
        """
        replica = cls(careful=careful)
        parts = [*([base] if base is not None else []), *payloads]
        with updates.refusing("The updates cannot be read"):
            if halves.hold_any(parts):
                parts = halves.mended(parts)
                replica._second_halves = halves.second_halves(parts)
        if base is not None:
            replica._start_from(parts.pop(0))
        if careful:  # the document may be made anew amid
            replica.apply(parts)
            return replica
        with replica.doc.transaction():
            for one in parts:
                replica.take(one, _outline(one))
        return replica

    @classmethod
    def of_log(cls, payloads: Sequence[bytes], *, base: bytes | None = None) -> "Replica":
        """A document with rows that were all taken once: with care where they load only so. Raises
        RefusedUpdateError.
        """
        try:
            return cls.of(payloads, base=base)
        except RefusedUpdateError:
            return cls.of(payloads, base=base, careful=True)

    def _start_from(self, base: bytes) -> None:
        """Take the encoding of a replica: quickly when nothing in it waits."""
        if self._careful:
            self.take(base, _outline(base))
            return
        updates.apply(self.doc, base)
        with updates.refusing("The base cannot be looked at"):
            state = self.doc.get_state()
            waits = updates.waits(base, state)
            self._clocks = {} if waits else updates.state_clocks(state)
        if waits:
            self.doc = pycrdt.Doc()
            self.take(base, _outline(base))

    # --- in -------------------------------------------------------------------------------------------------

    def apply(self, payloads: Iterable[bytes]) -> None:
        """Integrate updates, or keep what waits. Raises RefusedUpdateError."""
        for payload in payloads:
            self.take(payload, _outline(payload))

    def take(self, payload: bytes, outline: grammar.Outline) -> None:
        """Integrate an update that was read already, or keep what waits. Raises RefusedUpdateError."""
        self._look_how_deep(outline)
        if self._second_halves or outline.strings:
            self._second_halves.update(grammar.halves(outline.strings))
            if self._cuts_a_character(outline):
                payload = self._mend(payload)
                outline = _outline(payload)
        if self._part(payload, payload, outline):
            self._offer_again()

    def _cuts_a_character(self, news: grammar.Outline) -> bool:
        """Whether an update cuts a character, or what waits cuts one that the update brings."""
        rests = [_outline(one.rest) for one in self._waiting] if news.strings else []
        return any(halves.cut(one, self._second_halves, self._clocks) for one in (news, *rests))

    def _look_how_deep(self, news: grammar.Outline) -> None:
        """Refuse what would be too deep. That is looked at only when enough has come for it to be possible."""
        self._inner += news.inner
        if self._inner > _WORTH_A_LOOK:
            rests = [_outline(one.rest) for one in self._waiting]
            self._inner = depth.depth_of([_outline(self.doc.get_update()), news, *rests])
            if self._inner > depth.DEEPEST:
                raise RefusedUpdateError("The document would be too deep.")

    def _part(self, payload: bytes, source: bytes, outline: grammar.Outline, *, waited: bool = False) -> bool:
        """Integrate what can be and keep the rest; whether anything came in."""
        parted = parting.part(payload, outline, self._clocks)
        if parted.rest is not None:
            sections = _outline(parted.rest).sections
            spans = tuple((client, items[0].clock, items[-1].until) for client, items in sections)
            self._waiting.append(Waiting(parted.rest, source, parted.blockers, spans))
        if parted.ready is None:
            return False
        self._state = None
        self._integrate(parted.ready, outline, waited=waited)
        if parted.seams:
            self._look_at(parted.seams)
        if parted.seams or self._careful:
            self._clocks = updates.state_clocks(self.doc.get_state())  # Yrs may count it otherwise
        return True

    def _look_at(self, seams: Sequence[Id]) -> None:
        """Refuse an item that goes on after garbage: pages cannot place it, and read nothing after it."""
        if not self._careful and any(self._ends_in_garbage(seam) for seam in seams):
            raise RefusedUpdateError("An item was there in part, as garbage.")

    def _ends_in_garbage(self, seam: Id) -> bool:
        client, clock = seam
        with updates.refusing("The document cannot be looked at"):
            rest = self.doc.get_update(parting.state_vector({**self._clocks, client: clock - 1}))
            return any(
                section.client == client and grammar.kind(rest, section.items[0]) == grammar.GARBAGE
                for section in grammar.read(rest).sections
            )

    def _integrate(self, ready: bytes, outline: grammar.Outline, *, waited: bool) -> None:
        """Integrate what is ready. What has waited, and each row in a document that is made with care, is taken as the
        pages take it, even where Yrs would refuse it.
        """
        if not ((waited or self._careful) and orphans.may_have_any(outline)):
            updates.apply(self.doc, ready)
            return
        with updates.refusing("The document cannot be written out"):
            before = self.doc.get_update()
        try:
            updates.apply(self.doc, ready)
        except RefusedUpdateError:
            self.doc = pycrdt.Doc()
            updates.apply(self.doc, before)
            updates.apply(self.doc, orphans.as_pages_see_them(ready, before))

    def _offer_again(self) -> None:
        """Take what waited and need not any longer, until nothing moves."""
        while freed := [one for one in self._waiting if self._is_free(one)]:
            self._waiting = [one for one in self._waiting if not self._is_free(one)]
            for one in freed:
                self._part(one.rest, one.source, _outline(one.rest), waited=True)
        for one in self._waiting:
            if one.is_met_anew(self._clocks):
                self._look_at(parting.seams(one.rest, _outline(one.rest), self._clocks))
        if len(self._waiting) > _TOO_MANY:
            self.condense()

    def _is_free(self, one: Waiting) -> bool:
        return any(clock < self._clocks.get(client, 0) for client, clock in one.blockers)

    def _mend(self, payload: bytes) -> bytes:
        """Build the document anew with the characters that an update cuts written as the pages have them from
        now on; the update, written so as well.
        """
        with updates.refusing("The update cannot be mended"):
            whole, payload, *rests = halves.mended(
                [self.doc.get_update(), payload, *(one.rest for one in self._waiting)]
            )
            self._second_halves = halves.second_halves([whole, payload, *rests])
        self._waiting = [replace(one, rest=rest) for one, rest in zip(self._waiting, rests, strict=True)]
        self.doc = pycrdt.Doc()
        updates.apply(self.doc, whole)
        if updates.state_clocks(self.doc.get_state()) != self._clocks:
            raise RefusedUpdateError("The mended document has another state.")
        return payload

    # --- out ------------------------------------------------------------------------------------------------

    @property
    def waiting(self) -> Sequence[bytes]:
        """Updates of which some part waits for what has not come."""
        return [one.source for one in self._waiting]

    def would_wait(self, payload: bytes, outline: grammar.Outline) -> bool:
        """Whether a part of an update would wait for what has not come."""
        return parting.part(payload, outline, dict(self._clocks)).rest is not None

    def condense(self) -> None:
        """Keep what waits as few updates, when it has become many. Raises RefusedUpdateError."""
        if len(self._waiting) > _MANY:
            merged = updates.merge([one.rest for one in self._waiting])
            self._waiting = []
            self._part(merged, merged, _outline(merged))

    def state(self) -> bytes:
        """The state vector of what is integrated."""
        if self._state is None:
            self._state = parting.state_vector(self._clocks)
        return self._state

    def encode(self, since: bytes | None = None) -> bytes:
        """Everything a holder of the state ``since`` lacks, with what waits: the document's own encoding
        omits that. Raises RefusedUpdateError.
        """
        with updates.refusing("The document cannot be written out"):
            whole = self.doc.get_update(since)
        if not self._waiting:
            return whole
        return updates.merge([whole, *map(self._unknown, self._waiting)])

    def _unknown(self, one: Waiting) -> bytes:
        """What waits, without what is there already."""
        if not one.meets(self._clocks):
            return one.rest
        return parting.unknown(one.rest, _outline(one.rest), self._clocks)


def _outline(payload: bytes) -> grammar.Outline:
    with updates.refusing("The update cannot be read"):
        return grammar.read(payload)
