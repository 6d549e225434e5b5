"""Where an index lives (索引世代): it is never changed into another, but followed by one made beside it."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from tantivy import Index

LOCK_SECONDS: Final = 20.0
"""So long a writer waits for another one. A batch takes milliseconds, and then merges now and then for a second."""
_AT_ONCE_SECONDS: Final = 0.002

logger = logging.getLogger(__name__)


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


class Held:
    """The lock of writers, held until the block ends and what is left to do after it is done."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release
        self._work: Callable[[], None] | None = None

    def afterwards(self, work: Callable[[], None]) -> None:
        """Have this done after the block while the lock is still held; whoever left the block does not wait for it."""
        self._work = work

    def leave(self) -> None:
        if self._work is None:
            self._release()
            return
        # The process waits for it at its end; mostly it is done at once.
        thread = threading.Thread(target=self._finish, args=(self._work,), name="search-merging")
        try:
            thread.start()
        except RuntimeError:  # no room for one more thread: who wrote waits after all
            self._finish(self._work)
        else:
            thread.join(_AT_ONCE_SECONDS)

    def _finish(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:
            logger.exception("what was left to do with the index failed")
        finally:
            self._release()


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
    def locked(self) -> AbstractContextManager[Held]:
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
