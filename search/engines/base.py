"""What an engine must be able to do (检索引擎). Modelled on Wagtail's search backends."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from search.query.clauses import Clause
from search.types import Entry, Found, Hit, Reason, Request


class Batch(Protocol):
    """Changes that become visible together when the ``with`` block ends; none of them if it raises.

    The versions of a thing never go back, also when it is taken out and comes again: some engines remember for a while what
    was taken out, and refuse what is older.
    """

    def put(self, entry: Entry) -> None:
        """Index an entry in the place of what stands there, unless that has a higher version; the same version replaces."""

    def remove(self, kind: str, key: str, version: int) -> None:
        """Take an entry out, unless it stands there with a higher version; nothing happens if it is not there."""


@dataclass(frozen=True, slots=True)
class State:
    """How an index is (索引状态). ``fingerprint`` says what it was made with."""

    documents: int
    size_bytes: int
    fingerprint: str
    is_current: bool


class Engine(ABC):
    """One index and its searches. All methods raise EngineUnavailableError when the engine does not answer."""

    name: str

    @abstractmethod
    def search(self, request: Request) -> Found:
        """The hits of one page, with counts. Empty for a request without principals."""

    @abstractmethod
    def matching(
        self,
        clause: Clause,
        *,
        principals: Collection[str],
        excluded: Collection[str],
        kinds: Collection[str],
        limit: int,
    ) -> list[Hit]:
        """The best hits of a clause, without counts: suggestions, corrections, similar things."""

    @abstractmethod
    def explain(self, request: Request, hit: Hit) -> Reason | None:
        """Why the thing stands where it does; None if the request does not find it."""

    @abstractmethod
    def rarity(self, field: str, tokens: Collection[str]) -> dict[str, float]:
        """The inverse document frequency (BM25) of each token; only for choosing tokens, never to be shown."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Batch]:
        """One batch of changes. Waits for another writer; raises EngineBusyError when that takes too long."""

    @abstractmethod
    def rebuilding(self) -> AbstractContextManager[Batch]:
        """A new index beside the old one, which goes on answering; it takes its place when the block ends. What is written
        meanwhile through ``writing`` goes into both.
        """

    @abstractmethod
    def versions(self) -> Iterator[tuple[str, str, int]]:
        """(kind, key, version) of everything in the index."""

    @abstractmethod
    def state(self) -> State:
        """How the index is; ``is_current`` is False where it must be rebuilt."""
