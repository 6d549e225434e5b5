"""The live documents of one server process: its rooms, its committer, and what it looks at every second
(直播服务).
"""

import asyncio
import logging
import weakref
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, TypeVar

from realtime import bell, kinds, limits, memory, review
from realtime.committer import Committer, Windows
from realtime.connection import LATER, MISSING, OTHER_EPOCH, Connection, Visit
from realtime.errors import RealtimeError, RefusedUpdateError
from realtime.hints import Hints
from realtime.refusals import Refusals
from realtime.room import Room
from realtime.services import access, log, replay
from realtime.threads import DatabaseThreads
from realtime.touches import Touches

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Server:
    """One for each event loop that serves; made when the first page comes."""

    _by_loop: ClassVar["weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Server]"] = (
        weakref.WeakKeyDictionary()
    )

    def __init__(self) -> None:
        self.limits = limits.current()
        self.loop = asyncio.get_running_loop()
        self.rooms: dict[int, Room] = {}
        self.pages: set[Connection] = set()
        self._opening: dict[int, asyncio.Task[Room]] = {}
        self._writer = DatabaseThreads("write")
        self._readers = DatabaseThreads("read", 2)
        self._works: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._offences: dict[int, deque[float]] = {}
        self._access_version: tuple[int, ...] = ()
        self._reviewed_at = self.now()
        self._reviews_due = 0
        self._left_memory = False  # a document went since memory was given back
        self._give_back_at = self.now()
        self.refusals = Refusals(tell=self.report_refusal, now=self.now)
        self.hints = Hints(self)
        self.touches = Touches(self.limits.touch_seconds)
        self._committer = Committer(
            writer=self._writer, windows=Windows(self.limits), on_delivered=self._after_delivery
        )
        self._listener = bell.Listener(reached=self._reached_anywhere, announced=self._announced_anywhere)

    # --- life -----------------------------------------------------------------------------------------------

    @classmethod
    def here(cls) -> "Server":
        """The server of the running event loop."""
        loop = asyncio.get_running_loop()
        server = cls._by_loop.get(loop)
        if server is None:
            server = cls._by_loop[loop] = cls()
            server.start()
        return server

    def start(self) -> None:
        bell.listen(self._listener)
        self._tasks = [
            self.loop.create_task(work) for work in (self._committer.run(), self._look_every_second())
        ]
        self.hints.start()

    async def stop(self) -> None:
        """Commit what is there, close everybody, give the threads and their database connections back."""
        bell.leave(self._listener)
        await self.settle()
        for room in list(self.rooms.values()):
            self.end(room, 1012, "the server restarts")
        self.refusals.tell_all()
        await self.settled()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.hints.stop()
        await self.touches.stop()
        await self._writer.stop()
        await self._readers.stop()
        self._by_loop.pop(self.loop, None)

    async def settle(self) -> None:
        """Wait until nothing that was received is uncommitted."""
        while any(room.unsettled for room in self.rooms.values()):  # noqa: ASYNC110 -- at the end only
            await asyncio.sleep(0.005)

    async def settled(self) -> None:
        """Wait until the short works that run beside the rest (reports, quarantine, snapshots) are done."""
        while self._works:
            await asyncio.wait(tuple(self._works))

    def now(self) -> float:
        return self.loop.time()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a short work beside the rest, and hold on to it."""
        task = self.loop.create_task(work)
        self._works.add(task)
        task.add_done_callback(self._works.discard)

    async def read(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a query in a reader thread."""
        return await self._readers.run(function, *args, **kwargs)

    async def _write(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return await self._writer.run(function, *args, **kwargs)

    # --- rooms ----------------------------------------------------------------------------------------------

    async def open(self, document_id: int) -> Room:
        """The room of a document, loaded once however many ask. Raises DocumentMissingError."""
        room = self.rooms.get(document_id)
        if room is not None:
            return room
        task = self._opening.get(document_id)
        if task is None:
            task = self._opening[document_id] = self.loop.create_task(self._load(document_id))
            task.add_done_callback(lambda _: self._opening.pop(document_id, None))
        return await asyncio.shield(task)

    async def _load(self, document_id: int) -> Room:
        loaded = await self.read(replay.load, document_id)
        kind = kinds.find(loaded.kind)
        if kind is None:
            raise RealtimeError(f"the kind {loaded.kind!r} is not registered")
        room = self.rooms[document_id] = Room(loaded, kind, server=self, limits=self.limits)
        self.hints.follow(room)
        return room

    def end(self, room: Room, code: int = LATER, reason: str = "") -> None:
        """Close a room and let it out of memory."""
        room.end(code, reason)

    def forget(self, room: Room) -> None:
        """A room ended."""
        if self.rooms.get(room.document_id) is room:
            del self.rooms[room.document_id]
            self._left_memory = True
            self.hints.unfollow(room)

    def wake(self, room: Room) -> None:
        self._committer.wake(room)

    def rebuild(self, room: Room) -> None:
        """Read a room's document from the log again; until then the room waits."""
        if not room.rebuilding:
            room.rebuilding = True
            self.spawn(self._rebuild(room))

    async def _rebuild(self, room: Room) -> None:
        try:
            loaded = await self.read(replay.load, room.document_id)
        except Exception:
            logger.exception("document %s cannot be read again", room.document_id)
            self.end(room)
            return
        if loaded.epoch != room.epoch:
            self.end(room, OTHER_EPOCH, "the history was rebuilt")
        elif not room.ended:
            room.resume(loaded)

    # --- after a window -------------------------------------------------------------------------------------

    def _after_delivery(self, room: Room) -> None:
        reached = max(
            room.seq, room.wanted_seq
        )  # own rows may lie beyond those of others that are not read yet
        if reached > room.told_seq:
            room.told_seq = reached
            self.hints.reached_id(room.document_id, reached)
            self.touches.note(room.kind, room.key, room.document_id, reached)
        if room.rows_since_snapshot >= self.limits.snapshot_rows:
            self.keep_snapshot(room)

    def keep_snapshot(self, room: Room) -> None:
        """Renew the cache of a document; between windows, when document and log say the same."""
        try:
            seq, whole, state = room.snapshot()
        except RefusedUpdateError:
            logger.exception(
                "document %s cannot be written out; it is read from the log again", room.document_id
            )
            self.rebuild(room)
            return
        self.spawn(self._keep_snapshot(room, seq, whole, state))

    async def _keep_snapshot(self, room: Room, seq: int, whole: bytes, state: bytes) -> None:
        try:
            await self.read(replay.check_encoding, whole, state)
            await self._write(replay.keep_snapshot, room.document_id, epoch=room.epoch, seq=seq, whole=whole)
        except RealtimeError:
            logger.exception(
                "document %s cannot be read back; it is loaded from the log again", room.document_id
            )
            self.end(room)
        except Exception:
            logger.exception("document %s: the snapshot could not be kept", room.document_id)

    def quarantine(self, room: Room, sender: Connection, payload: bytes, reason: str) -> None:
        """Keep bytes aside that would hurt, and report their sender."""
        self.spawn(self._quarantine(room.document_id, sender.identity.person_id, payload, reason))
        self._report_poison(sender, reason)
        offences = self._offences.setdefault(sender.identity.person_id, deque(maxlen=self.limits.offences))
        offences.append(self.now())

    def has_offended(self, person_id: int) -> bool:
        """Whether a person has sent so many bad updates lately that they have to wait."""
        offences = self._offences.get(person_id, deque())
        full = len(offences) == self.limits.offences
        return full and self.now() - offences[0] < self.limits.offence_seconds

    async def _quarantine(self, document_id: int, person_id: int, payload: bytes, reason: str) -> None:
        try:
            await self._write(
                log.quarantine, document_id, person_id=person_id, payload=payload, reason=reason
            )
        except Exception:
            logger.exception("document %s: %s bytes could not be quarantined", document_id, len(payload))

    def _report_poison(self, who: Connection, reason: str) -> None:
        visit = who.visit
        self.report_refusal(
            access.Refusal("poison", visit.kind, visit.key, who.identity.person_id, visit.address, reason)
        )

    def note_refusal(self, act: str, visit: Visit, person_id: int) -> None:
        """Tell the sinks of a refused act, of one that is repeated once a minute."""
        self.refusals.note(access.Refusal(act, visit.kind, visit.key, person_id, visit.address))

    def report_refusal(self, refusal: access.Refusal) -> None:
        self.spawn(self._write(access.report, refusal))

    # --- what others wrote ----------------------------------------------------------------------------------

    def reached(self, document_id: int, seq: int) -> None:
        """Somebody says that a document's log is at ``seq``."""
        room = self.rooms.get(document_id)
        if room is None or room.ended or seq <= room.seq:
            return
        if room.wanted_seq >= seq and room.catching_up:
            return
        room.wanted_seq = max(room.wanted_seq, seq)
        if not room.catching_up:
            room.catching_up = True
            self.spawn(self._catch_up(room))

    async def _catch_up(self, room: Room) -> None:
        try:
            while room.wanted_seq > room.seq and room.takes_rows:
                until = room.wanted_seq
                rows = await self.read(log.rows_after, room.document_id, seq=room.seq, epoch=room.epoch)
                if room.takes_rows:
                    room.take_rows(rows, until)
        except Exception:
            logger.warning(
                "document %s: rows could not be read, tried again", room.document_id, exc_info=True
            )
        finally:
            room.catching_up = False
        self._after_delivery_of_others(room)

    def _after_delivery_of_others(self, room: Room) -> None:
        room.told_seq = max(room.told_seq, room.seq)

    def _reached_anywhere(self, document_id: int, seq: int) -> None:
        self.loop.call_soon_threadsafe(self._reached_here, document_id, seq)

    def _reached_here(self, document_id: int, seq: int) -> None:
        self.hints.reached_id(document_id, seq)
        self.reached(document_id, seq)

    def _announced_anywhere(self, kind: str, key: str, event: dict[str, Any]) -> None:
        self.loop.call_soon_threadsafe(self._announced_here, kind, key, event)

    def _announced_here(self, kind: str, key: str, event: dict[str, Any]) -> None:
        self.hints.announced(kind, key, event)
        self.announce(kind, key, event)

    def announce(self, kind: str, key: str, event: dict[str, Any]) -> None:
        """An event for the pages of this process that have the document open."""
        for room in self.rooms.values():
            if room.key == key and room.kind.name == kind:
                room.announce(event)

    def share_presence(self, room: Room) -> None:
        self.hints.presence(room)

    # --- every second ---------------------------------------------------------------------------------------

    async def _look_every_second(self) -> None:
        while True:
            await asyncio.sleep(self.limits.poll_seconds)
            try:
                await self.look()
            except Exception:
                logger.exception("the look into the database failed")

    async def look(self) -> None:
        """What a lost hint would have told: new rows, gone documents, other rights; look after all."""
        self.refusals.tell_due()
        self._look_after_connections()
        self._give_memory_back()  # what went at the last look; its snapshot is kept by now
        self._unload_idle()
        if not self.rooms:
            return
        version, heads = await self.read(_look, list(self.rooms))
        for room in list(self.rooms.values()):
            self._compare(room, heads)
        if version != self._access_version or self.now() - self._reviewed_at > self.limits.recheck_seconds:
            self._reviews_due = 2  # again later: a sign may come a moment before the change itself
        self._access_version = version
        if self._reviews_due:
            await self._review()
            self._reviewed_at = self.now()
            self._reviews_due -= 1

    def _compare(self, room: Room, heads: dict[int, tuple[int, int]]) -> None:
        if room.document_id not in heads:
            if room.opened_before_look:
                self.end(room, MISSING, "the document is gone")
            return
        seq, epoch = heads[room.document_id]
        if epoch != room.epoch:
            room.announce({"event": "epoch", "epoch": epoch})
            self.end(room, OTHER_EPOCH, "the history was rebuilt")
        else:
            self.reached(room.document_id, seq)

    def connections(self) -> list[Connection]:
        """All pages, those too that wait to be let into their room: access may be withdrawn meanwhile."""
        return [connection for connection in self.pages if not connection.gone]

    def _look_after_connections(self) -> None:
        for connection_ in self.connections():
            connection_.look_after(self.limits)
        for room in list(self.rooms.values()):
            room.opened_before_look = True
            room.look_for_space()
            room.presence.forget_silent(3 * self.limits.presence_share_seconds)
            if room.presence.has_changes:
                self.wake(room)

    def _unload_idle(self) -> None:
        for room in list(self.rooms.values()):
            if room.is_idle and self.now() - room.empty_since >= self.limits.linger_seconds:
                if room.rows_since_snapshot:
                    self.keep_snapshot(room)
                self.end(room)

    def _give_memory_back(self) -> None:
        """Not for each document that goes: where many come and go, the next one uses what the last one left."""
        if self._left_memory and self.now() >= self._give_back_at:
            self._left_memory = False
            self._give_back_at = self.now() + self.limits.give_back_seconds
            self._readers.run(memory.give_back)

    async def _review(self) -> None:
        connections = self.connections()
        verdicts = await self.read(review.verdicts, [connection_.visit for connection_ in connections])
        for connection_, verdict in zip(connections, verdicts, strict=True):
            review.enforce(connection_, verdict)


def _look(document_ids: Sequence[int]) -> tuple[tuple[int, int], dict[int, tuple[int, int]]]:
    return access.access_version(), log.heads(document_ids)
