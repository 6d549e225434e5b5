"""Analysis by several processes (多进程分析): what an engine keeps of entries is made by helpers while it writes what they made before.

A helper is a Python that answers chunks of entries from its standard input until that ends. So none outlives whoever
started it, however that ends. It is told what to make tokens with and asks no database.
"""

import logging
import os
import pickle
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import IO, Any, Final, Self

from search.types import Entry

logger = logging.getLogger(__name__)

Make = Callable[[Entry], Mapping[str, Any]]
"""Makes of an entry what an engine keeps. Helpers get it pickled."""

ALONE: Final = 1_000
"""So many entries are made here before helpers are called: fewer are done sooner than a helper has begun."""
NICENESS: Final = 15
"""Searches go before whatever makes an index anew."""
_MOST_HELPERS: Final = 2
"""They make as much as one writer writes (measured); each takes 150 MB."""
_CHUNK, _CHUNK_CHARACTERS = 32, 100_000
_ROOT: Final = Path(__file__).resolve().parents[2]
_BEGIN: Final = "from search.analysis.crew import serve; serve()"


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of an entry; ``values`` is None where that cannot be, and ``fault`` says why."""

    id: str
    version: int
    values: Mapping[str, Any] | None
    fault: str = ""


def made_of(entry: Entry, make: Make) -> Made:
    """One entry that cannot be made stops no other."""
    try:
        return Made(entry.id, entry.version, make(entry))
    except (ValueError, TypeError, OverflowError) as error:
        return Made(entry.id, entry.version, None, f"{type(error).__name__}: {error}")


def helpers_here() -> int:
    """How many helpers this machine bears; none on one core, which all would wait for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST_HELPERS) if cores > 1 else 0


def stand_back() -> None:
    """Have this thread, and what it starts, wait for whoever has something more urgent to do."""
    if sys.platform == "linux":  # elsewhere it would be the whole process
        me = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, me, max(NICENESS, os.getpriority(os.PRIO_PROCESS, me)))


class Crew:
    """Makes entries in the order in which they come. Little is under way at any time, however many come.

    A helper that dies is missed by nobody: this process does its work. Must be closed, but for one without ``helpers``, which makes each
    entry as it comes.
    """

    def __init__(self, make: Make, *, helpers: int | None = None, alone: int | None = None) -> None:
        self.make = make
        self._most = helpers_here() if helpers is None else helpers
        self._alone = ALONE if alone is None else alone
        self.helpers: list[Helper] = []
        self._threads: list[threading.Thread] = []
        self._chunk: list[Entry] = []
        self._characters = 0
        self._chunks = SimpleQueue[tuple[list[Entry], Future[list[Made]]] | None]()
        self._under_way = deque[Future[list[Made]]]()

    def put(self, entry: Entry) -> Iterator[Made]:
        """Take one more; what is ready by now."""
        if self._alone > 0 or not self._most:
            self._alone -= 1
            yield made_of(entry, self.make)
            return
        self._chunk.append(entry)
        self._characters += sum(len(part.text) for part in entry.parts)
        if len(self._chunk) >= _CHUNK or self._characters >= _CHUNK_CHARACTERS:
            self._send()
            yield from self._ready(but=2 * self._most)

    def rest(self) -> Iterator[Made]:
        """Everything that was put and has not come back yet."""
        if self._chunk:
            self._send()
        yield from self._ready(but=0)

    def _send(self) -> None:
        if not self.helpers:
            self._call_helpers()
        chunk, answer = self._chunk, Future[list[Made]]()
        self._chunk, self._characters = [], 0
        self._under_way.append(answer)
        if self.helpers:
            self._chunks.put((chunk, answer))
        else:
            answer.set_result([made_of(entry, self.make) for entry in chunk])

    def _ready(self, *, but: int) -> Iterator[Made]:
        while len(self._under_way) > but:
            yield from self._under_way.popleft().result()

    def _call_helpers(self) -> None:
        while len(self.helpers) < self._most:
            try:
                self._call_one()
            except (OSError, RuntimeError) as error:  # no room for one more process, or thread
                logger.warning("no helper for the index can be called: %s", error)
                self._most = len(self.helpers)

    def _call_one(self) -> None:
        helper = Helper(self.make)
        # Not of a pool: Python would wait for that at its end, and these may end with the process.
        thread = threading.Thread(target=self._pass_on, args=(helper,), name="search-crew", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            with helper:  # which ends it
                raise
        self.helpers.append(helper)
        self._threads.append(thread)

    def _pass_on(self, helper: "Helper") -> None:
        """Have chunks made by this helper, one after another."""
        with helper:
            while (task := self._chunks.get()) is not None:
                chunk, answer = task
                try:
                    answer.set_result(helper.made_of(chunk))
                except BaseException as error:  # noqa: BLE001 - whoever waits for the answer must hear of it
                    answer.set_exception(error)

    def close(self) -> None:
        """Whatever is under way is given up."""
        for helper in self.helpers:
            helper.end()
        for _ in self._threads:
            self._chunks.put(None)
        for thread in self._threads:
            thread.join()


class Helper:
    """A process that makes chunks; in its place, once it is gone, this one."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._is_over = self._is_gone = False
        order = pickle.dumps(make)
        # A group of its own: Ctrl+C is for whoever started it.
        self.process = subprocess.Popen(  # noqa: S603 - the command is ours
            [sys.executable, "-c", _BEGIN],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
        )
        self._say(order)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_fault: object) -> None:
        self.end()
        with suppress(OSError):  # what was not sent any more
            self.process.__exit__(None, None, None)

    def made_of(self, chunk: Sequence[Entry]) -> list[Made]:
        """Nothing once the helper was told to end: nobody waits for it any more."""
        if not self._is_gone:
            said = self._say(pickle.dumps(chunk, pickle.HIGHEST_PROTOCOL))
            if said and (answer := self._heard()) is not None:
                return answer
            self._miss()
        return [] if self._is_over else [made_of(entry, self._make) for entry in chunk]

    def _miss(self) -> None:
        self._is_gone = True
        if not self._is_over:
            logger.warning(
                "a helper that makes the index is gone (%s): its work is done here", self.process.poll()
            )

    def _say(self, what: bytes) -> bool:
        """Whether it could be said."""
        try:
            _pipe(self.process.stdin).write(what)
            _pipe(self.process.stdin).flush()
        except OSError:
            return False
        return True

    def _heard(self) -> list[Made] | None:
        try:
            answer: list[Made] = pickle.load(_pipe(self.process.stdout))  # noqa: S301 - our own helper's
        except (OSError, EOFError, pickle.UnpicklingError):  # it ended, perhaps amid its answer
            return None
        return answer

    def end(self) -> None:
        self._is_over = self._is_gone = True
        self.process.kill()
        self.process.wait()


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    assert end is not None  # noqa: S101 - both were asked for
    return end


def serve() -> None:
    """What a helper does."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    stand_back()
    with suppress(EOFError, BrokenPipeError):
        make: Make = pickle.load(asked)  # noqa: S301 - from who started it
        while True:
            chunk: list[Entry] = pickle.load(asked)  # noqa: S301 - as above
            pickle.dump([made_of(entry, make) for entry in chunk], answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
