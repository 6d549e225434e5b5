"""Once the site answers, what the first search needs is loaded beside it: no start waits for it, and no teacher. What is loaded
then is no garbage, and is not looked through for any.
"""

import gc
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any, Final

from django.db import connections

from search.services import warming

logger = logging.getLogger(__name__)

AFTER_SECONDS: Final = 2.0
"""The very first pages go first: loading takes a second of one core."""

Lifespan = Callable[[Any, Any, Any], Awaitable[None]]


def warmed(lifespan: Lifespan, *, after_seconds: float = AFTER_SECONDS) -> Lifespan:
    """The same beginning and end of a process, which warms itself in between. One that ends before does not begin with it."""

    async def with_warming(scope: Any, receive: Any, send: Any) -> None:
        # No daemon: a thread that is cut off inside a library of machine code takes the whole process down with it.
        timer = threading.Timer(after_seconds, warm_up)
        timer.name = "search-warming"

        async def send_and_begin(message: dict[str, Any]) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                timer.start()

        try:
            await lifespan(scope, receive, send_and_begin)
        finally:
            timer.cancel()

    return with_warming


def warm_up() -> None:
    """Load it; whatever fails is written to the log, for the first search then does it itself."""
    try:
        warming.warm()
    except Exception:
        logger.warning("the search could not be warmed up", exc_info=True)
    finally:
        connections.close_all()  # this thread's own
    set_aside()


def set_aside() -> None:
    """Let the garbage collector pass over what is loaded now: it stays as long as the process does. Each time when it looked through
    all of it (once in three hundred searches), everybody who was writing waited for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
