"""Threads with a database connection of their own that stays open, so that the event loop waits for no query.

A queue and a callback instead of an executor and its futures: the committer goes this way for every window, and
the locks of ``concurrent.futures`` would cost as much there as what is written.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, connection

T = TypeVar("T")

Work = tuple[Callable[[], Any], "asyncio.Future[Any]"]


class DatabaseThreads:
    """A few threads under one name; Channels' own helper has a single one for everything."""

    def __init__(self, name: str, count: int = 1) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"realtime-{name}-{nth}", daemon=True)
            for nth in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> "asyncio.Future[T]":
        """Have a function that queries run in a thread; what it returns, or raises, comes as a future."""
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put((partial(function, *args, **kwargs), future))
        return future

    async def stop(self) -> None:
        """Wait for what is under way and give the connections back."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            await asyncio.to_thread(thread.join)

    def _work(self) -> None:
        while (work := self._queue.get()) is not None:
            _do(*work, self._loop)
            del work  # nothing may be kept alive while there is nothing to do
        connection.close()


def _do(function: Callable[[], Any], future: "asyncio.Future[Any]", loop: asyncio.AbstractEventLoop) -> None:
    try:
        result = _on_a_living_connection(function)
    except Exception as error:  # noqa: BLE001 -- it goes to whoever waits
        if isinstance(error, (DatabaseError, InterfaceError)):
            connection.close()  # it may be dead; the next query opens another
        _tell(loop, future, partial(future.set_exception, error))
    except BaseException as error:  # noqa: BLE001 -- a PanicException of Rust, which must not end the thread
        failure = RuntimeError(f"{type(error).__name__}: {error}")
        failure.__cause__ = error
        _tell(loop, future, partial(future.set_exception, failure))
    else:
        _tell(loop, future, partial(future.set_result, result))


def _on_a_living_connection(function: Callable[[], T]) -> T:
    """Once more when the database had closed our connection, as it does when it is restarted."""
    try:
        return function()
    except (OperationalError, InterfaceError):
        if connection.connection is None or connection.is_usable():
            raise
        connection.close()
        return function()


def _tell(loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]", settle: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, future, settle)


def _settle(future: "asyncio.Future[Any]", settle: Callable[[], None]) -> None:
    if not future.done():  # whoever waited may have been cancelled
        settle()
