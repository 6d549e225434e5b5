"""How much a document may hold (容量), and what is still taken of a full one.

What is deleted leaves only a few bytes behind, so a document that is full becomes lighter by deleting. But Yjs writes
down what is left of an item that was cut: somebody who deletes every second letter makes it heavier. So a deletion is
charged with the most that it can cost, and what it frees counts only when the document is weighed, which takes a tenth of a
second where it is large, and is done for a tenth of the time at most.
"""

from time import monotonic
from typing import Final

from realtime.grammar import Outline
from realtime.replica import Replica

_CUT: Final = 64  # bytes: two more items at most, with the ids of their neighbours, and a range
_RESERVE: Final = 20  # a twentieth
_REST: Final = 9  # so much longer than it took


class Space:
    """The weight of one document and its limit. ``size`` is never less than the document's own encoding, but for the
    cuts of edits that were taken while there was space. Of a ``full`` document all pages know it.
    """

    __slots__ = ("_most", "_weigh_at", "full", "is_exact", "size")

    def __init__(self, most: int) -> None:
        self._most = most
        self.size, self.is_exact, self.full = 0, False, False
        self._weigh_at = 0.0

    @property
    def is_used_up(self) -> bool:
        """Whether nothing more goes in."""
        return self.size >= self._most

    @property
    def is_scarce(self) -> bool:
        """Whether so little is free that it is not worth while to go on writing."""
        return self.size > self._most - self._reserve

    @property
    def _reserve(self) -> int:
        return self._most // _RESERVE

    def found(self, size: int, *, exact: bool) -> None:
        """The document is so large, or at most so large."""
        self.size, self.is_exact = size, exact

    def add(self, size: int) -> None:
        self.found(self.size + size, exact=False)

    def weigh(self, replica: Replica) -> None:
        """Find out what is really there. Raises RefusedUpdateError."""
        if not self.is_exact:
            began = monotonic()
            self.found(len(replica.encode()), exact=True)
            now = monotonic()
            self._weigh_at = now + _REST * (now - began)

    def weigh_in_turn(self, replica: Replica) -> None:
        """The same, unless it was done a moment ago."""
        if monotonic() >= self._weigh_at:
            self.weigh(replica)

    def take(self, payload: bytes, outline: Outline, replica: Replica, *, follows: bool) -> bool:
        """Whether an update is taken; it is counted then. One that does not follow what the page sent before may only
        delete. Raises RefusedUpdateError.
        """
        cost = len(payload)
        if not (follows and self._fits(cost, replica)):
            cost += _CUT * len(outline.deleted)
            if not self._bears(cost, outline) or replica.would_wait(payload, outline):
                return False
        self.add(cost)
        return True

    def _fits(self, cost: int, replica: Replica) -> bool:
        if self.size + cost > self._most and not self.full:
            self.weigh(replica)  # what came lately may say much that was deleted again
        return self.size + cost <= self._most

    def _bears(self, cost: int, outline: Outline) -> bool:
        """Whether a deletion is taken though nothing fits: one with something new in it (the rest of a paragraph moves up), or in
        many pieces, uses the reserve; one that frees more than it can cost is taken also where the reserve is used up.
        """
        if not outline.deleted:
            return False
        freed = 0 if outline.sections else sum(until - first for _, first, until in outline.deleted)
        return self.size + cost <= (2 * self._most if freed > cost else self._most + self._reserve)
