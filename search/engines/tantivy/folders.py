"""Generations in a folder: one folder each, and small files that say which of them answers and which is being filled.

Locks are the system's own and end with the process that holds them, however it ends.
"""

import json
import logging
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout
from tantivy import Index
from typing_extensions import override

from search.engines.tantivy.generations import LOCK_SECONDS, About, Change, Generation, Generations, Held
from search.engines.tantivy.schema import CODE, schema
from search.errors import EngineBusyError, EngineUnavailableError

logger = logging.getLogger(__name__)

GRACE_SECONDS: Final = 60.0
"""So long an old generation is kept for searches that are under way."""
_POLL_SECONDS: Final = 0.01
_BEGIN_SECONDS: Final = 2.0
_MADE_WITH, _NOTED = "made_with.json", "changes.jsonl"


def _written(path: Path, text: str) -> None:
    """A small file that is there as a whole or not at all, whenever the power fails."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class FolderGeneration(Generation):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name

    @override
    def index(self) -> Index:
        try:
            index = Index.open(str(self.folder))
            index.config_reader("manual")
        except (OSError, ValueError) as error:
            raise EngineUnavailableError(f"the index {self.name} cannot be opened: {error}") from error
        return index

    @override
    def stamp(self) -> bytes | None:
        """Tantivy's list of segments, which a commit or a merge puts in the place of the one before."""
        return (self.folder / "meta.json").read_bytes()

    @override
    def about(self) -> About:
        try:
            return About(**json.loads((self.folder / _MADE_WITH).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return About("", 0)

    def say(self, about: About) -> None:
        _written(self.folder / _MADE_WITH, json.dumps(asdict(about)))

    @override
    def note(self, changes: Sequence[Change]) -> None:
        """A batch is one line, written before it is committed elsewhere; a line cut short belongs to no batch that was."""
        line = json.dumps([asdict(change) for change in changes])
        with (self.folder / _NOTED).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}")
            file.flush()
            os.fsync(file.fileno())

    @override
    def noted(self) -> Iterator[Change]:
        try:
            file = (self.folder / _NOTED).open(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return
        with file:
            for line in file:
                try:
                    changes = json.loads(line)
                except ValueError:
                    continue
                yield from (Change(**change) for change in changes)

    def forget_noted(self) -> None:
        (self.folder / _NOTED).unlink(missing_ok=True)

    @override
    def size_bytes(self) -> int:
        total = 0
        for file in self.folder.iterdir():
            try:
                total += file.stat().st_size
            except FileNotFoundError:  # merged away in this moment
                continue
        return total


class FolderGenerations(Generations):
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._current, self._coming = folder / "current", folder / "coming"

    @override
    @contextmanager
    def locked(self) -> Iterator[Held]:
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = self._acquired("writing.lock", LOCK_SECONDS, "somebody else writes to the index")
        held = Held(lock.release)
        try:
            yield held
        finally:
            held.leave()

    @override
    @contextmanager
    def filling(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._holding("filling.lock", _BEGIN_SECONDS, "the index is being made anew already"):
            yield

    @contextmanager
    def _holding(self, name: str, seconds: float, otherwise: str) -> Iterator[None]:
        lock = self._acquired(name, seconds, otherwise)
        try:
            yield
        finally:
            lock.release()

    def _acquired(self, name: str, seconds: float, otherwise: str) -> FileLock:
        """Any thread may release it."""
        path = self.folder / name
        lock = FileLock(path, timeout=seconds, poll_interval=_POLL_SECONDS, thread_local=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise EngineBusyError(otherwise) from error
        return lock

    @override
    def current(self) -> FolderGeneration | None:
        return self._named_in(self._current)

    def _named_in(self, pointer: Path) -> FolderGeneration | None:
        try:
            return FolderGeneration(self.folder / pointer.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None

    @override
    def coming(self) -> FolderGeneration | None:
        coming, current = self._named_in(self._coming), self.current()
        if coming is not None and self._nobody_fills():
            self._coming.unlink(missing_ok=True)
            if current is None or coming.name != current.name:
                logger.warning("the unfinished index %s is dropped", coming.name)
                shutil.rmtree(coming.folder, ignore_errors=True)
            coming = None
        self._tidy({one.name for one in (coming, current) if one is not None})
        return coming

    def _nobody_fills(self) -> bool:
        try:
            with self._holding("filling.lock", 0, ""):
                return True
        except EngineBusyError:
            return False

    def _tidy(self, kept: set[str]) -> None:
        """Old generations go when nobody can be searching them any more."""
        try:
            since = time.time() - self._current.stat().st_mtime
        except FileNotFoundError:
            return
        if since < GRACE_SECONDS:
            return
        for one in self.folder.iterdir():
            if one.is_dir() and one.name not in kept:
                shutil.rmtree(one, ignore_errors=True)

    @override
    def begin(self, fingerprint: str) -> FolderGeneration:
        made = self._made(fingerprint)
        _written(self._current, made.name)
        return made

    @override
    def add(self, fingerprint: str) -> FolderGeneration:
        if (left := self._named_in(self._coming)) is not None:
            self.drop(left)
        made = self._made(fingerprint)
        _written(self._coming, made.name)
        return made

    def _made(self, fingerprint: str) -> FolderGeneration:
        name = f"{datetime.now(tz=UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        made = FolderGeneration(self.folder / name)
        made.folder.mkdir()
        Index(schema(), path=str(made.folder))
        made.say(About(fingerprint, CODE))
        return made

    @override
    def finish(self, fresh: Generation) -> None:
        made = FolderGeneration(self.folder / fresh.name)
        about = made.about()
        made.say(About(about.fingerprint, about.code, is_whole=True))
        _written(self._current, made.name)
        self._coming.unlink(missing_ok=True)
        made.forget_noted()

    @override
    def drop(self, fresh: Generation) -> None:
        current = self.current()
        self._coming.unlink(missing_ok=True)
        if current is None or current.name != fresh.name:
            shutil.rmtree(self.folder / fresh.name, ignore_errors=True)
