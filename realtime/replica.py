"""A document in memory together with the updates that still wait for others (副本).

Yrs keeps what it could not integrate yet, but often does not come back to it when the missing part arrives,
and never shows it again (pycrdt 0.14.13, found by shuffling random edits: three of four shuffled logs stayed
incomplete). So what waits is remembered here and offered again until nothing moves any more.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pycrdt

from realtime import updates

_MANY = 20


class Replica:
    """``doc`` and what waits. After RefusedUpdateError it may be half changed and must be thrown away."""

    __slots__ = ("_waiting", "doc")

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self._waiting: list[bytes] = []

    @classmethod
    def of(cls, payloads: Sequence[bytes]) -> "Replica":
        """A document with these updates. Raises RefusedUpdateError."""
        replica = cls()
        with replica.doc.transaction():
            replica.apply(payloads)
        replica.settle(payloads)
        return replica

    def apply(self, payloads: Iterable[bytes]) -> None:
        """Integrate updates; ``settle`` must follow. Raises RefusedUpdateError."""
        for payload in payloads:
            updates.apply(self.doc, payload)

    def settle(self, payloads: Sequence[bytes]) -> bytes:
        """Remember which of the updates just applied wait, offer all that wait anew; the state vector then.

        Raises RefusedUpdateError.
        """
        state = self.doc.get_state()
        self._waiting += [payload for payload in payloads if updates.waits(payload, state)]
        while self._waiting:
            before = len(self._waiting), state
            self.apply(self._waiting)
            state = self.doc.get_state()
            self._waiting = [payload for payload in self._waiting if updates.waits(payload, state)]
            if before == (len(self._waiting), state):
                break
        return state

    @property
    def waiting(self) -> Sequence[bytes]:
        """Updates of which some part waits for what has not come."""
        return self._waiting

    def condense(self) -> None:
        """Keep what waits as few updates, when it has become many."""
        if len(self._waiting) > _MANY:
            self._waiting = [updates.merge(self._waiting)]

    def state(self) -> bytes:
        """The state vector of what is integrated."""
        return self.doc.get_state()

    def encode(self, since: bytes | None = None) -> bytes:
        """Everything a holder of the state ``since`` lacks, with what waits: the document's own encoding
        omits that.
        """
        whole = self.doc.get_update(since)
        return updates.merge([whole, *self._waiting]) if self._waiting else whole
