"""One page that has a document open, seen from the server (连接)."""

import asyncio
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from realtime import wire
from realtime.errors import MalformedFrameError
from realtime.identity import Identity
from realtime.kinds import Access
from realtime.limits import Flow, Limits
from realtime.outlet import Message, Outlet

if TYPE_CHECKING:
    from realtime.room import Room

logger = logging.getLogger(__name__)

_WEIGHED_EVERY = 4096  # bytes; asking after each message how many wait would cost a tenth of sending it

MALFORMED, SIGNED_OUT, WITHDRAWN, MISSING, OTHER_EPOCH, LATER = 4400, 4401, 4403, 4404, 4409, 4503


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page asked for at its handshake."""

    kind: str
    key: str
    session_key: str
    address: str | None = None
    person_id: int | None = None
    epoch: int | None = None
    schema: int | None = None
    events: bool = False


class Connection:
    """The server's end of one WebSocket: who it is, what it may do, and the way out to it.

    ``client`` is the Yjs client id of the page once it has shown its presence. Of a page that ``is_behind`` an edit was
    refused; one that is asked for it ``owes_answer``. Nothing is written after ``close``.
    """

    __slots__ = (
        "_backlog_allowed", "_closing", "_held", "_lacks_space", "_level", "_loop", "_outlet", "_seen", "_taken",
        "_weigh_at", "_weighed", "_written", "client", "flow", "gone", "identity", "is_behind",
        "owes_answer", "room", "sent_at", "settled", "to_be_asked", "visit",
    )  # fmt: skip

    def __init__(
        self, *, visit: Visit, identity: Identity, level: Access, outlet: Outlet, room: "Room", limits: Limits
    ) -> None:
        self.visit, self.identity, self.room = visit, identity, room
        self._level, self._outlet = level, outlet
        self._loop = asyncio.get_running_loop()
        self.client: int | None = None
        self.gone = False
        self.settled: asyncio.Future[None] = self._loop.create_future()
        self.sent_at = self._loop.time()
        self.flow = Flow(limits)
        self._backlog_allowed = limits.backlog_bytes
        self._written = self._weighed = self._seen = 0  # bytes: so far, when it was weighed, at the last look
        self._weigh_at = _WEIGHED_EVERY
        self._held: list[bytes] | None = None
        self._taken: tuple[int, float] = (0, self.sent_at)
        self.is_behind = self.owes_answer = self.to_be_asked = self._lacks_space = False
        self._closing: asyncio.Task[None] | None = None

    # --- what it may do -------------------------------------------------------------------------------------

    @property
    def is_outdated(self) -> bool:
        """Whether the page was built for another schema of the document than ours."""
        return self.visit.schema is not None and self.visit.schema != self.room.kind.schema

    @property
    def may_write(self) -> bool:
        """Whether edits are taken from the page, as far as there is space for them."""
        return self._level >= Access.WRITE and not self.is_outdated

    @property
    def is_saved(self) -> bool:
        """Whether everything that came from the page so far is in the document."""
        return self.may_write and not (self.is_behind or self.owes_answer)

    @property
    def level(self) -> Access:
        """What the page may do now, in one word."""
        return self._level if self.read_only_cause() is None else min(self._level, self._ceiling())

    def _ceiling(self) -> Access:
        return Access.READ if self.is_full or self.is_outdated else Access.COMMENT

    @property
    def is_full(self) -> bool:
        """Whether the page is to know that no more goes into the document, be it only its own last edit."""
        return self.room.space.full or self._lacks_space

    def read_only_cause(self) -> str | None:
        """Why it may not write, in one word that ``PROTOCOL.md`` explains: what the person may never change by
        loading the page again comes first.
        """
        if self._level < Access.WRITE:
            return "role"
        if self.is_outdated:
            return "schema"
        return "full" if self.is_full else None

    def read_only_reason(self) -> str:
        """The same as a sentence, for clients that know no events."""
        cause = self.read_only_cause()
        if cause == "schema":
            return _("This page is older than the document. Load it again to write.")
        if cause == "full":
            return _("This document is full. Delete something, and what is new is saved by itself.")
        return _("You may read this document but not change it.")

    def grant(self, level: Access) -> None:
        """Give or take away rights while the page is open."""
        if level == self._level:
            return
        could_write, self._level = self.may_write, level
        self.tell_level()
        if self.may_write and not could_write:
            self.room.invite(self)

    def tell_level(self) -> None:
        """Say what the page may do. The event comes first: a page that knows why stays as it is where it should."""
        event = {"event": "access", "level": self.level.name.lower()}
        cause = self.read_only_cause()
        if cause is None:
            self.tell(event)
        else:
            self.tell(event | {"cause": cause})
            self.send(wire.read_only(self.read_only_reason()))

    def refuse_write(self) -> None:
        """Say no to an edit; what comes after may rest on it."""
        self.is_behind = True
        self.send(wire.read_only(self.read_only_reason()))

    def refuse_for_space(self) -> None:
        """Say no to an edit that does not fit. What the page sends next may rest on it: it is asked anew before it is taken."""
        knew, self.is_behind, self._lacks_space = self.is_full, True, True
        if knew:
            self.send(wire.read_only(self.read_only_reason()))
        else:
            self.tell_level()

    def tell_again(self) -> None:
        """Say what holds now; the page is asked for what it has right after it."""
        self.to_be_asked = self._lacks_space = False
        self.tell_level()

    def begin_anew(self) -> None:
        """The page is asked for all that the document lacks. A barrier that it sent before it answers means what was refused."""
        self.owes_answer, self.is_behind = self.is_behind, False

    # --- the way in -----------------------------------------------------------------------------------------

    def take(self, frame: bytes) -> float:
        """Hand a frame of the page to the room; how many seconds the next one has to wait."""
        if self.gone:
            return 0.0
        try:
            self.room.receive(self, frame)
        except MalformedFrameError as error:
            self.close(MALFORMED, str(error))
        return self.flow.take(1, len(frame))

    # --- the way out ----------------------------------------------------------------------------------------

    def send(self, payload: bytes) -> None:
        self.write(Message(payload))

    def tell(self, event: dict[str, Any]) -> None:
        """An event, for a page that asked for events."""
        if self.visit.events:
            self.send(wire.event(event))

    def write(self, message: Message) -> None:
        """Hand a message over; a reader that is too far behind is cut off and will ask anew."""
        if self.gone:
            return
        if self._held is not None:
            self._held += message.payloads
            return
        self._outlet.write(message)
        self._written += message.size
        if self._written > self._weigh_at:
            self._weigh()

    def hold(self) -> None:
        """Gather what is written until ``release``: the system takes as long for one message as for several at once."""
        self._held = []

    def release(self) -> None:
        """Hand over what was gathered, also where a ``close`` came after it: the goodbye is still to be said."""
        held, self._held = self._held, None
        if held:
            hand_over = self._outlet.write if self.gone else self.write
            hand_over(Message(*held))

    def _weigh(self) -> None:
        """Cut off who is too far behind; but whoever had taken everything before may take their time for one
        large message.
        """
        news, self._weighed = self._written - self._weighed, self._written
        self._weigh_at = self._written + _WEIGHED_EVERY
        waiting = self._outlet.backlog()
        if waiting <= self._backlog_allowed:
            return
        if waiting <= news:
            self._backlog_allowed = self.room.limits.backlog_bytes + news
        else:
            self.close(LATER, "too slow")

    def answer(self, payload: bytes) -> None:
        """The answer to a question of the page, which may be long: one does not count as backlog, a second one that
        is asked for while the first is not taken does. It is charged to the page like what it sends.
        """
        self._backlog_allowed = max(self._backlog_allowed, self.room.limits.backlog_bytes + len(payload))
        self.flow.take(0, len(payload))
        self.release()  # an answer is weighed alone, or many at once would pass for one
        self.send(payload)

    def look_after(self, limits: Limits) -> None:
        """Once a second: keep the line warm, let go of one that is stuck."""
        now = self._loop.time()
        if self._written > self._seen:
            self._seen, self.sent_at = self._written, now
        elif now - self.sent_at >= limits.keepalive_seconds:
            self.send(wire.NOTHING_NEW)
        self._weigh()
        waiting = self._outlet.backlog()
        if waiting == 0:
            self._backlog_allowed = limits.backlog_bytes
        if waiting == 0 or self._written - waiting > self._taken[0]:
            self._taken = (self._written - waiting, now)
        elif now - self._taken[1] > limits.stuck_seconds:
            self.close(LATER, "nothing was read")

    def close(self, code: int, reason: str = "") -> None:
        """End the connection; it leaves its room at once."""
        if self.gone:
            return
        self.gone = True
        self.room.leave(self)
        self._closing = self._loop.create_task(self._outlet.close(code, reason))

    def settle(self) -> None:
        """All that this page sent is committed, or given back to it."""
        if not self.settled.done():
            self.settled.set_result(None)

    async def closed(self) -> None:
        """Wait for a goodbye that is under way."""
        if self._closing is not None:
            await asyncio.wait([self._closing])
