"""The WebSocket's door (连接入口): who comes, to which document, and then a loop that reads frames.

A Channels consumer that replaces the loop of ``AsyncConsumer``: the default one waits on a channel of its own
for each connection and, before each message, opens a thread to close old database connections, which costs
two thirds of the CPU. Ours needs neither: the process has one channel, and no query runs in the consumer's
thread.
"""

import asyncio
import logging
from typing import Any
from urllib.parse import parse_qs

from channels.consumer import AsyncConsumer
from django.db import DatabaseError, InterfaceError
from typing_extensions import override

from realtime import kinds, review
from realtime.connection import LATER, MALFORMED, MISSING, OTHER_EPOCH, SIGNED_OUT, Connection, Visit
from realtime.errors import RealtimeError, RefusedUpdateError
from realtime.identity import session_key_of
from realtime.kinds import Access
from realtime.lean_socket import LeanSocket
from realtime.models import Document
from realtime.outlet import Send, outlet
from realtime.review import Verdict
from realtime.server import Server

logger = logging.getLogger(__name__)


class ClosedAtTheDoorError(Exception):
    """A visitor who does not come in; browsers see the code only on an accepted connection."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


class DocumentConsumer(AsyncConsumer):
    """One browser tab at one document (文档连接). ``PROTOCOL.md`` has the messages and close codes."""

    @override
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.server = Server.here()
        self.socket = getattr(send, "__self__", None)
        await receive()  # websocket.connect
        await send({"type": "websocket.accept"})
        try:
            connection = await self._admit(scope, send)
        except ClosedAtTheDoorError as refusal:
            await send({"type": "websocket.close", "code": refusal.code, "reason": refusal.reason})
            return
        try:
            await self._read(connection, receive)
        finally:
            await self._say_goodbye(connection)

    # --- the door -------------------------------------------------------------------------------------------

    async def _admit(self, scope: Any, send: Send) -> Connection:
        visit = visit_of(scope)
        try:
            verdict, document = await self.server.read(_judge, visit)
            self._check(visit, verdict, document)
            assert document is not None and verdict.identity is not None  # noqa: S101, PT018 -- _check saw to it
            room = await self.server.open(document.pk)
        except RefusedUpdateError as error:
            logger.exception("a document cannot be read")
            raise ClosedAtTheDoorError(LATER, "try again later") from error
        except RealtimeError as error:
            raise ClosedAtTheDoorError(MISSING, "no such document") from error
        except (DatabaseError, InterfaceError) as error:
            logger.warning("nobody can be let in, the database does not answer", exc_info=True)
            raise ClosedAtTheDoorError(LATER, "try again later") from error
        connection = Connection(
            visit=visit,
            identity=verdict.identity,
            level=verdict.level,
            outlet=outlet(send),
            room=room,
            limits=self.server.limits,
        )
        self.server.pages.add(connection)
        room.join(connection)
        return connection

    def _check(self, visit: Visit, verdict: Verdict, document: Document | None) -> None:
        if verdict.identity is None:
            raise ClosedAtTheDoorError(SIGNED_OUT, "signed out")
        if visit.person_id not in {None, verdict.identity.person_id}:
            raise ClosedAtTheDoorError(SIGNED_OUT, "somebody else is signed in")
        if self.server.has_offended(verdict.identity.person_id):
            raise ClosedAtTheDoorError(LATER, "too many bad updates")
        if document is None:
            raise ClosedAtTheDoorError(MISSING, "no such document")
        if verdict.level < Access.READ:
            self.server.note_refusal("join", visit, verdict.identity.person_id)
            raise ClosedAtTheDoorError(MISSING, "no such document")
        if visit.epoch is not None and visit.epoch != document.epoch:
            raise ClosedAtTheDoorError(OTHER_EPOCH, str(document.epoch))

    # --- inside ---------------------------------------------------------------------------------------------

    async def _read(self, connection: Connection, receive: Any) -> None:
        """Frames that came before the page was let in wait in the server's queue; after them the short way
        opens.
        """
        while not connection.gone:
            if isinstance(self.socket, LeanSocket) and self.socket.queue.empty():
                self.socket.sink = connection.take
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            await self.dispatch(message | {"connection": connection})

    @override
    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hand a frame to the room; bytes beyond the connection's share wait, and with them the reading."""
        connection: Connection = message["connection"]
        frame = message.get("bytes")
        if frame is None:
            connection.close(MALFORMED, "text frames mean nothing here")
        elif pause := connection.take(frame):
            await asyncio.sleep(pause)

    async def _say_goodbye(self, connection: Connection) -> None:
        """What was received is committed before the connection's task ends, even when the server is going
        down.
        """
        self.server.pages.discard(connection)
        if not connection.gone:
            connection.gone = True
            connection.room.leave(connection)
        connection.room.part(connection)
        await connection.closed()
        await connection.settled


def visit_of(scope: Any) -> Visit:
    """What the handshake asks for. Raises ClosedAtTheDoorError."""
    place = scope["url_route"]["kwargs"]
    query = parse_qs(scope["query_string"].decode("latin-1"))
    client = scope.get("client")
    return Visit(
        kind=place.get("kind", ""),
        key=place.get("key", ""),
        session_key=session_key_of(scope["headers"]),
        address=client[0] if client else None,
        person_id=_number(query, "person"),
        epoch=_number(query, "epoch"),
        schema=_number(query, "schema"),
        events=query.get("events") == ["1"],
    )


def _number(query: dict[str, list[str]], name: str) -> int | None:
    value = query.get(name, [""])[0]
    if value and not (value.isascii() and value.isdecimal() and len(value) < 10):  # noqa: PLR2004
        raise ClosedAtTheDoorError(MALFORMED, f"{name} is not a number")
    return int(value) if value else None


def _judge(visit: Visit) -> tuple[Verdict, Document | None]:
    """Who it is, what they may do, and the document, if there is one."""
    known = kinds.find(visit.kind) is not None
    document = Document.objects.filter(kind=visit.kind, key=visit.key).first() if known else None
    return review.verdicts([visit])[0], document
