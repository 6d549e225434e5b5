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

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]

_BINARY = 0x82  # final frame, binary
_ABORT_SECONDS = 5


class Message:
    """What many receivers get at once, one or several payloads: as they are, and as WebSocket frames. Servers do not mask,
    so all receivers get the same bytes.
    """

    __slots__ = ("framed", "payloads", "size")

    def __init__(self, *payloads: bytes) -> None:
        self.payloads = payloads
        self.framed = b"".join([_header(len(payload)) + payload for payload in payloads])
        self.size = len(self.framed)


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

    __slots__ = ("_is_closing", "_push", "_server", "_transport")

    def __init__(self, server: WebSocketsSansIOProtocol) -> None:
        self._server, self._transport = server, server.transport
        self._push, self._is_closing = server.transport.write, server.transport.is_closing

    def write(self, message: Message) -> None:
        if not (
            self._server.close_sent or self._is_closing()
        ):  # a close of the page's own is answered at once
            self._push(message.framed)

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
                for payload in message.payloads:
                    await self._send({"type": "websocket.send", "bytes": payload})
            except Exception:
                logger.info("a client was gone before it took everything", exc_info=True)
                return
            self._waiting -= message.size
            self._queue.task_done()
