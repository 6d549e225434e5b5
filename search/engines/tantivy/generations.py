"""Where an index lives (索引世代): it is never changed into another, but followed by one made beside it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from tantivy import Index

LOCK_SECONDS: Final = 20.0
"""So long a writer waits for another one. A batch takes milliseconds, now and then a second."""


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one entry: these values under this version, or nothing."""

    id: str
    version: int
    values: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class About:
    """What an index was made with. ``code`` says which fields it has; it is whole if it was made of everything at once."""

    fingerprint: str
    code: int
    is_whole: bool = False


class Generation(ABC):
    """One index."""

    name: str

    @abstractmethod
    def index(self) -> Index:
        """The index, opened anew: what was opened earlier may know nothing of segments that others wrote since."""

    @abstractmethod
    def stamp(self) -> bytes | None:
        """What is another after each commit; None where one must look."""

    @abstractmethod
    def about(self) -> About: ...

    @abstractmethod
    def note(self, changes: Sequence[Change]) -> None:
        """Keep changes for when the generation is filled: until then another process writes to it."""

    @abstractmethod
    def noted(self) -> Iterator[Change]:
        """The changes that were kept, in their order."""

    @abstractmethod
    def size_bytes(self) -> int: ...


class Generations(ABC):
    """The generations of one site."""

    @abstractmethod
    def locked(self) -> AbstractContextManager[None]:
        """Nobody else writes within the block. Raises EngineBusyError if somebody does for too long."""

    @abstractmethod
    def filling(self) -> AbstractContextManager[None]:
        """Nobody else makes an index anew within the block; raises EngineBusyError if somebody does."""

    @abstractmethod
    def current(self) -> Generation | None:
        """The one that answers."""

    @abstractmethod
    def coming(self) -> Generation | None:
        """The one that is being filled; what a dead process left half done goes. Only while ``locked``."""

    @abstractmethod
    def begin(self, fingerprint: str) -> Generation:
        """The very first generation: it is empty and answers, but is not whole. Only while ``locked``."""

    @abstractmethod
    def add(self, fingerprint: str) -> Generation:
        """A new generation that does not answer yet. Only while ``filling`` and ``locked``."""

    @abstractmethod
    def finish(self, fresh: Generation) -> None:
        """Put it in the place of the one that answered. Only while ``filling`` and ``locked``."""

    @abstractmethod
    def drop(self, fresh: Generation) -> None:
        """Take away what was not finished."""
