"""Generations in memory, for tests: nothing of them outlives the process."""

import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from tantivy import Index
from typing_extensions import override

from search.engines.tantivy.generations import LOCK_SECONDS, About, Change, Generation, Generations, Held
from search.engines.tantivy.schema import CODE, schema
from search.errors import EngineBusyError


class MemoryGeneration(Generation):
    def __init__(self, name: str, about: About) -> None:
        self.name = name
        self.made = about
        self._index = Index(schema())
        self._noted: list[Change] = []

    @override
    def index(self) -> Index:
        self._index.reload()
        return self._index

    @override
    def stamp(self) -> bytes | None:
        return None

    @override
    def about(self) -> About:
        return self.made

    @override
    def note(self, changes: Sequence[Change]) -> None:
        self._noted += changes

    @override
    def noted(self) -> Iterator[Change]:
        return iter(self._noted)

    @override
    def size_bytes(self) -> int:
        return 0


class MemoryGenerations(Generations):
    def __init__(self) -> None:
        self._lock, self._filling = threading.Lock(), threading.Lock()
        self._numbers = itertools.count(1)
        self._current: MemoryGeneration | None = None
        self._coming: MemoryGeneration | None = None

    @override
    @contextmanager
    def locked(self) -> Iterator[Held]:
        if not self._lock.acquire(timeout=LOCK_SECONDS):
            raise EngineBusyError("somebody else writes to the index")
        held = Held(self._lock.release)
        try:
            yield held
        finally:
            held.leave()

    @override
    @contextmanager
    def filling(self) -> Iterator[None]:
        if not self._filling.acquire(blocking=False):
            raise EngineBusyError("the index is being made anew already")
        try:
            yield
        finally:
            self._filling.release()

    @override
    def current(self) -> Generation | None:
        return self._current

    @override
    def coming(self) -> Generation | None:
        return self._coming

    @override
    def begin(self, fingerprint: str) -> Generation:
        self._current = self._made(fingerprint)
        return self._current

    @override
    def add(self, fingerprint: str) -> Generation:
        self._coming = self._made(fingerprint)
        return self._coming

    def _made(self, fingerprint: str) -> MemoryGeneration:
        return MemoryGeneration(str(next(self._numbers)), About(fingerprint, CODE))

    @override
    def finish(self, fresh: Generation) -> None:
        assert isinstance(fresh, MemoryGeneration)  # noqa: S101 - it made it itself
        fresh.made = replace(fresh.made, is_whole=True)
        self._current, self._coming = fresh, None

    @override
    def drop(self, fresh: Generation) -> None:
        self._coming = None
