"""What the server processes tell each other over the channel layer: hints, and who is present (提示).

One channel for the process, one group for each open document, one for all processes. Everything here may be
lost: rows are found in the database a second later, presence is told again every few seconds.
"""

import asyncio
import logging
import uuid
from typing import TYPE_CHECKING, Any

from realtime import bell
from realtime.presence import Entry

if TYPE_CHECKING:
    from realtime.room import Room
    from realtime.server import Server

logger = logging.getLogger(__name__)

_PATIENCE = 2.0


class Hints:
    """The process's ear and mouth; without Redis there is nobody to talk to and nothing is done."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._layer: Any = bell.shared_layer()
        self._me = uuid.uuid4().hex
        self._channel = ""
        self._wanted: set[str] = {bell.group_of_all()}
        self._joined: set[str] = set()
        self._outbox: dict[tuple[str, str], dict[str, Any]] = {}
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._ear: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._layer is not None:
            self._task = self._server.loop.create_task(self._talk())
            self._ear = self._server.loop.create_task(self._listen())

    async def stop(self) -> None:
        """End, also when Redis does not answer: the layer waits for it even while it is cancelled, once."""
        tasks = [task for task in (self._task, self._ear) if task is not None]
        for _ in range(2):
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=_PATIENCE)

    # --- what is told ---------------------------------------------------------------------------------------

    def follow(self, room: "Room") -> None:
        """Hear of a document from now on, and ask who is in it elsewhere."""
        if self._layer is not None:
            self._wanted.add(bell.group_of(room.document_id))
            self._post(room.document_id, "document.ask", {})

    def unfollow(self, room: "Room") -> None:
        self._wanted.discard(bell.group_of(room.document_id))
        self._changed.set()

    def reached_id(self, document_id: int, seq: int) -> None:
        self._post(document_id, "document.reached", {"seq": seq})

    def presence(self, room: "Room") -> None:
        """Tell who is in a document here."""
        if self._layer is not None:
            present = [(*entry, person_id) for entry, person_id in room.presence.owned()]
            gone = [(*entry, None) for entry in room.presence.recently_gone()]
            self._post(room.document_id, "document.presence", {"present": present + gone})

    def announced(self, kind: str, key: str, event: dict[str, Any]) -> None:
        message = {"type": "document.event", "kind": kind, "key": key, "event": event}
        self._put(bell.group_of_all(), uuid.uuid4().hex, message)

    def _post(self, document_id: int, what: str, content: dict[str, Any]) -> None:
        self._put(bell.group_of(document_id), what, {"type": what, "document": document_id, **content})

    def _put(self, group: str, what: str, message: dict[str, Any]) -> None:
        """A later hint of the same sort takes the place of one that is not out yet."""
        if self._layer is not None:
            self._outbox[group, what] = message | {"from": self._me}
            self._changed.set()

    # --- the wire -------------------------------------------------------------------------------------------

    async def _talk(self) -> None:
        """Keep the groups, send what is there; when Redis is away, try again a second later."""
        while True:
            try:
                async with asyncio.timeout(self._server.limits.presence_share_seconds):
                    await self._changed.wait()
            except TimeoutError:
                self._share_all()
            self._changed.clear()
            try:
                await self._keep_groups()
                await self._send_all()
            except Exception:
                logger.warning("Redis does not answer; the database is asked every second", exc_info=True)
                self._joined.clear()
                self._outbox.clear()
                await asyncio.sleep(1)
                self._share_all()

    def _share_all(self) -> None:
        for room in self._server.rooms.values():
            if room.connections:
                self.presence(room)

    async def _keep_groups(self) -> None:
        if not self._channel:
            return
        for group in self._wanted - self._joined:
            await asyncio.wait_for(self._layer.group_add(group, self._channel), _PATIENCE)
            self._joined.add(group)
        for group in self._joined - self._wanted:
            await asyncio.wait_for(self._layer.group_discard(group, self._channel), _PATIENCE)
            self._joined.discard(group)

    async def _send_all(self) -> None:
        while self._outbox:
            (group, _), message = next(iter(self._outbox.items()))
            del self._outbox[next(iter(self._outbox))]
            await asyncio.wait_for(self._layer.group_send(group, message), _PATIENCE)

    async def _listen(self) -> None:
        while True:
            try:
                if not self._channel:
                    self._channel = await self._layer.new_channel("realtime")
                    self._changed.set()
                self._hear(await self._layer.receive(self._channel))
            except Exception:
                logger.warning("Redis cannot be heard; the database is asked every second", exc_info=True)
                await asyncio.sleep(1)

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("from") == self._me:
            return
        if message["type"] == "document.event":
            self._server.announce(message["kind"], message["key"], message["event"])
            return
        room = self._server.rooms.get(message["document"])
        if room is None:
            return
        if message["type"] == "document.reached":
            self._server.reached(room.document_id, message["seq"])
        elif message["type"] == "document.ask":
            self.presence(room)
        elif message["type"] == "document.presence":
            self._hear_presence(room, message["from"], message["present"])

    def _hear_presence(self, room: "Room", process: str, present: list[list[Any]]) -> None:
        entries: list[Entry] = [(client, clock, state) for client, clock, state, _ in present]
        person_ids = {client: person_id for client, _, _, person_id in present}
        room.presence.take_over(entries, owner=process, person_ids=person_ids)
        if room.presence.has_changes:
            self._server.wake(room)
