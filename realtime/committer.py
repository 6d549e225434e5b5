"""The one writer of a process (提交者): gathers what the rooms received, commits it, lets them deliver."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from django.db import DatabaseError, InterfaceError, connection

from realtime.connection import LATER, MISSING, OTHER_EPOCH
from realtime.errors import DocumentMissingError, EpochChangedError
from realtime.limits import Limits
from realtime.services import log
from realtime.threads import DatabaseThreads

if TYPE_CHECKING:
    from realtime.room import Room, Window

logger = logging.getLogger(__name__)

Outcome = int | Exception
"""The last row written, or why nothing was."""


def write(entries: Sequence[log.NewRows]) -> dict[int, Outcome]:
    """Write all documents' rows in one transaction; if that fails, each document's in its own.

    Also a single document is tried again: the database may have been restarted under our connection. Should the
    first commit have arrived after all, the rows are there twice, which a document does not mind.
    """
    try:
        return dict(log.append(entries))
    except Exception as error:
        _let_go(error)
        logger.warning("a commit failed, each document is tried alone", exc_info=True)
        return {entry.document_id: _write_alone(entry) for entry in entries}


def _write_alone(entry: log.NewRows) -> Outcome:
    try:
        return log.append([entry])[entry.document_id]
    except Exception as error:
        _let_go(error)
        logger.exception("document %s: the commit failed", entry.document_id)
        return error


def _let_go(error: Exception) -> None:
    """After a database error the connection may be dead; the next commit opens another."""
    if isinstance(error, (DatabaseError, InterfaceError)):
        connection.close()


class Windows:
    """How long to gather: a pass costs about the same for one edit and for ten, and one message to a page the
    same for one and for three. So a process that has much to do takes longer windows, and does it less often.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.process_time) -> None:
        self._shortest, self._longest = limits.window_seconds, limits.window_most_seconds
        self._share, self._clock = limits.busy_share, clock
        self._spent = clock()

    def next(self) -> float:
        """Seconds from the start of this pass to the next, by the processor time since the last call."""
        before, self._spent = self._spent, self._clock()
        return min(max((self._spent - before) / self._share, self._shortest), self._longest)


class Committer:
    """Runs for as long as the process serves; ``wake`` names a room that has something."""

    def __init__(
        self, *, writer: DatabaseThreads, windows: Windows, on_delivered: Callable[["Room"], None]
    ) -> None:
        self._writer, self._windows, self._on_delivered = writer, windows, on_delivered
        self._loop = asyncio.get_running_loop()
        self._awake = asyncio.Event()
        self._woken: set[Room] = set()
        self._next_at = 0.0

    def wake(self, room: "Room") -> None:
        """A room has something in its inbox, or news of who is present."""
        self._woken.add(room)
        self._awake.set()

    async def run(self) -> None:
        while True:
            await self._awake.wait()
            await self._gather()
            await self._serve(self._take_woken())  # no name here may keep a room alive while nothing happens

    async def _serve(self, rooms: Sequence["Room"]) -> None:
        try:
            await self._commit(rooms)
        except Exception:
            logger.exception("the committer failed; its rooms are read from the log again")
            self._end(rooms)

    async def _gather(self) -> None:
        """Wait until the window is over; when nothing happened lately it is over already."""
        pause = self._next_at - self._loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        self._next_at = self._loop.time() + self._windows.next()

    def _take_woken(self) -> list["Room"]:
        woken, self._woken = self._woken, set()
        self._awake.clear()
        return [room for room in woken if not (room.rebuilding or room.ended)]

    async def _commit(self, rooms: Sequence["Room"]) -> None:
        windows = [window for room in rooms if (window := self._close_window(room))]
        entries = [window.entry() for window in windows if window.rows]
        outcomes: dict[int, Outcome] = {}
        if entries:
            for room in rooms:
                room.busy = True
            try:
                outcomes = await self._writer.run(write, entries)
            finally:
                for room in rooms:
                    room.busy = False
        for window in windows:
            self._finish(window, outcomes.get(window.room.document_id))

    def _close_window(self, room: "Room") -> "Window | None":
        try:
            return room.close_window()
        except Exception:
            logger.exception(
                "document %s: its window failed; it is read from the log again", room.document_id
            )
            room.end(LATER, "not saved, try again")
            return None

    def _finish(self, window: "Window", outcome: Outcome | None) -> None:
        room = window.room
        if room.ended:
            window.let_go()
        elif isinstance(outcome, Exception):
            self._give_up(room, outcome)
            window.let_go()
        elif window.is_stale:
            room.postpone(window, outcome)
        else:
            self._deliver(window, outcome)

    def _deliver(self, window: "Window", last_seq: int | None) -> None:
        try:
            window.room.deliver(window, last_seq)
        except Exception:
            logger.exception("document %s: what was saved could not be shown", window.room.document_id)
            window.room.end(LATER, "come again")
            window.let_go()
        else:
            self._on_delivered(window.room)

    def _give_up(self, room: "Room", outcome: Exception) -> None:
        if isinstance(outcome, DocumentMissingError):
            room.end(MISSING, "the document is gone")
        elif isinstance(outcome, EpochChangedError):
            room.announce({"event": "epoch", "epoch": room.epoch + 1})
            room.end(OTHER_EPOCH, "the history was rebuilt")
        else:
            room.end(LATER, "not saved, try again")

    def _end(self, rooms: Sequence["Room"]) -> None:
        for room in rooms:
            room.end(LATER, "not saved, try again")
