"""Threads with a database connection of their own that stays open, so that the event loop never waits for a
query.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection

T = TypeVar("T")


class DatabaseThreads:
    """A few threads under one name; Channels' own helper has a single one for everything."""

    def __init__(self, name: str, count: int = 1) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, f"realtime-{name}")

    async def run(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a function that queries, and wait for it."""
        return await asyncio.wrap_future(self.submit(function, *args, **kwargs))

    def submit(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> "Future[T]":
        return self._pool.submit(_querying, function, args, kwargs)

    async def stop(self) -> None:
        """Wait for what is under way and give the connections back."""
        everybody = threading.Barrier(self._count)
        goodbyes = [self._pool.submit(_close_after, everybody) for _ in range(self._count)]
        await asyncio.gather(*map(asyncio.wrap_future, goodbyes))
        self._pool.shutdown()


def _querying(function: Callable[..., T], args: Sequence[Any], kwargs: dict[str, Any]) -> T:
    try:
        return function(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        connection.close()  # it may be dead; the next query opens another
        raise


def _close_after(everybody: threading.Barrier) -> None:
    """Each thread waits for all others, so that none closes twice and another never."""
    everybody.wait()
    connection.close()
