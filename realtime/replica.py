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
    """``doc`` and what waits. After RefusedUpdateError it may be half changed and must be thrown away.

    Whether an update waits can only be told from the document's state vector, which costs as much as the
    document has had clients (one for each page that ever wrote in it). So updates are gathered, and looked at
    together when somebody asks for what depends on it.
    """

    __slots__ = ("_state", "_unsettled", "_waiting", "doc")

    def __init__(self) -> None:
        self.doc: pycrdt.Doc[Any] = pycrdt.Doc()
        self._waiting: list[bytes] = []
        self._unsettled: list[bytes] = []
        self._state: bytes | None = None

    @classmethod
    def of(cls, payloads: Sequence[bytes]) -> "Replica":
        """A document with these updates. Raises RefusedUpdateError."""
        replica = cls()
        with replica.doc.transaction():
            replica.apply(payloads)
        replica.settle()
        return replica

    def apply(self, payloads: Iterable[bytes]) -> None:
        """Integrate updates. Raises RefusedUpdateError."""
        self._state = None
        for payload in payloads:
            updates.apply(self.doc, payload)
            self._unsettled.append(payload)

    @property
    def unsettled(self) -> int:
        """How many updates have been integrated since it was last looked which of them wait."""
        return len(self._unsettled)

    def settle(self) -> bytes:
        """Find out which of the updates wait, offer all that wait anew; the state vector then.

        Raises RefusedUpdateError.
        """
        if self._state is None:
            news, self._unsettled = self._unsettled, []
            self._state = self._settle(news)
        return self._state

    def _settle(self, news: Sequence[bytes]) -> bytes:
        state = self.doc.get_state()
        self._waiting += [payload for payload in news if updates.waits(payload, state)]
        while self._waiting:
            before = len(self._waiting), state
            for payload in self._waiting:
                updates.apply(self.doc, payload)
            state = self.doc.get_state()
            self._waiting = [payload for payload in self._waiting if updates.waits(payload, state)]
            if before == (len(self._waiting), state):
                break
        return state

    @property
    def waiting(self) -> Sequence[bytes]:
        """Updates of which some part waits for what has not come. Raises RefusedUpdateError."""
        self.settle()
        return self._waiting

    def condense(self) -> None:
        """Keep what waits as few updates, when it has become many. Raises RefusedUpdateError."""
        if len(self.waiting) > _MANY:
            self._waiting = [updates.merge(self._waiting)]

    def encode(self, since: bytes | None = None) -> bytes:
        """Everything a holder of the state ``since`` lacks, with what waits: the document's own encoding
        omits that. Raises RefusedUpdateError.
        """
        waiting = self.waiting
        whole = self.doc.get_update(since)
        return updates.merge([whole, *waiting]) if waiting else whole
