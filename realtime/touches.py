"""Tell the apps that own documents that these have new content: at once, then twice a second at most."""

import asyncio
import logging

from realtime.kinds import RoomKind
from realtime.services import touched
from realtime.threads import DatabaseThreads

logger = logging.getLogger(__name__)


class Touches:
    """Gathers touched documents of one process and tells their owners in a thread of its own."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._loop = asyncio.get_running_loop()
        self._thread = DatabaseThreads("touch")
        self._due: dict[int, touched.Touch] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = -1e9

    def note(self, kind: RoomKind, key: str, document_id: int, seq: int) -> None:
        """A document's log reaches ``seq``."""
        self._due[document_id] = touched.Touch(document_id, kind.name, key, seq)
        if self._timer is None:
            pause = max(0.0, self._told_at + self._seconds - self._loop.time())
            self._timer = self._loop.call_later(pause, self._tell)

    def _tell(self) -> None:
        due, self._due, self._timer = list(self._due.values()), {}, None
        self._told_at = self._loop.time()
        if due:
            self._thread.run(_tell, due)

    async def stop(self) -> None:
        """Tell what is left, and end."""
        if self._timer is not None:
            self._timer.cancel()
        self._tell()
        await self._thread.stop()


def _tell(due: list[touched.Touch]) -> None:
    try:
        touched.tell(due)
    except Exception:
        logger.exception("an owner could not be told of new content; the worker tells it later")
