"""How bytes leave for one client, and what happens when it does not take them.

Two ways out. On uvicorn, which is what serves in production, frames go straight to the connection's
transport: the WebSocket frame of a message is built once for a whole room, and how much waits for a slow
reader can be asked. Under any other server the plain ASGI ``send`` is used, through a queue and a task for
each connection.
"""

import asyncio
import logging
import struct
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import OPEN

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]

_BINARY = 0x82  # final frame, binary
_ABORT_SECONDS = 5


class Message:
    """One message for many receivers: as it is, and as a WebSocket frame. Servers do not mask, so all receivers
    get the same bytes.
    """

    __slots__ = ("framed", "payload", "size")

    def __init__(self, payload: bytes) -> None:
        self.payload, self.size = payload, len(payload)
        self.framed = _header(self.size) + payload


def _header(size: int) -> bytes:
    if size < 126:  # noqa: PLR2004
        return bytes((_BINARY, size))
    if size < 2**16:
        return struct.pack("!BBH", _BINARY, 126, size)
    return struct.pack("!BBQ", _BINARY, 127, size)


class Outlet(Protocol):
    """The way out to one client."""

    def write(self, message: Message) -> None:
        """Hand over a message; never waits."""

    def backlog(self) -> int:
        """How many bytes wait for the client."""

    async def close(self, code: int, reason: str) -> None:
        """Say goodbye, or cut the connection where the client does not listen."""


def outlet(send: Send) -> Outlet:
    """The best way out that this server offers."""
    server = getattr(send, "__self__", None)
    if isinstance(server, WebSocketsSansIOProtocol) and not server.conn.extensions:
        return DirectOutlet(server)
    return QueuedOutlet(send)


class DirectOutlet:
    """Straight to the transport of a uvicorn connection without compression."""

    __slots__ = ("_conn", "_server", "_transport")

    def __init__(self, server: WebSocketsSansIOProtocol) -> None:
        self._server, self._conn, self._transport = server, server.conn, server.transport

    def write(self, message: Message) -> None:
        if self._conn.state is OPEN and not self._transport.is_closing():
            self._transport.write(message.framed)

    def backlog(self) -> int:
        return self._transport.get_write_buffer_size()

    async def close(self, code: int, reason: str) -> None:
        goodbye = {"type": "websocket.close", "code": code, "reason": reason}
        try:
            await asyncio.wait_for(self._server.send(goodbye), _ABORT_SECONDS)  # type: ignore[arg-type]
        except Exception:
            logger.info("a connection that does not read was cut", exc_info=True)
            self._transport.abort()


class QueuedOutlet:
    """Through ASGI's ``send``, which waits for the client: so in a task."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._queue: asyncio.Queue[Message] = asyncio.Queue()
        self._waiting = 0
        self._task = asyncio.get_running_loop().create_task(self._run())

    def write(self, message: Message) -> None:
        self._waiting += message.size
        self._queue.put_nowait(message)

    def backlog(self) -> int:
        return self._waiting

    async def close(self, code: int, reason: str) -> None:
        if not self._task.done():
            await asyncio.wait([asyncio.get_running_loop().create_task(self._queue.join())], timeout=1)
        self._task.cancel()
        await asyncio.wait([self._task])
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except Exception:
            logger.info("a connection was gone before it could be closed", exc_info=True)

    async def _run(self) -> None:
        while True:
            message = await self._queue.get()
            try:
                await self._send({"type": "websocket.send", "bytes": message.payload})
            except Exception:
                logger.info("a client was gone before it took everything", exc_info=True)
                return
            self._waiting -= message.size
            self._queue.task_done()
