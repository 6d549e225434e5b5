"""uvicorn's WebSocket protocol with a short way for what documents send: whole binary frames.

The general way of a frame (a parser in Python that is a generator, an event, a queue, a task that wakes up,
reading paused and resumed) costs several times what the frame's content costs. Once a page is inside its
room, the consumer sets ``sink``, and whole binary frames go there straight from the bytes that arrived.
Everything else (handshake, text, fragments, ping, pong, close, frames that are too large) takes the general
way, and whatever a page sends after such data goes behind it, never past it: a barrier that overtook an edit would call
it saved. What arrives in pieces is put together here first, so the general parser only sees whole frames and
always stands between two of them.
"""

import asyncio
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.speedups import apply_mask

if TYPE_CHECKING:
    from uvicorn._types import ASGIReceiveEvent

_BINARY, _CONTROL, _MASKED, _LENGTH = 0x82, 0x08, 0x80, 0x7F
_TWO_BYTES = 126
_SHORT_HEADER = 6  # two bytes and the mask


class LeanSocket(WebSocketsSansIOProtocol):
    """``sink`` takes a frame's payload and answers how many seconds the next one has to wait."""

    sink: Callable[[bytes], float] | None = None
    _have = _need = 0
    _waiting: asyncio.TimerHandle | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pieces: list[bytes] = []

    @override
    def data_received(self, data: bytes) -> None:
        if not self.handshake_complete:
            super().data_received(data)
            return
        if not self._have and self._waiting is None and self._is_lone(data):
            self._take(data, _SHORT_HEADER)
            return
        self._pieces.append(data)
        self._have += len(data)
        if self._have >= self._need and self._waiting is None:
            self._take_frames()

    @staticmethod
    def _is_lone(data: bytes) -> bool:
        """Whether this is one short masked frame and nothing else, as nearly all that comes is."""
        size = len(data) - _SHORT_HEADER
        return 0 <= size < _TWO_BYTES and data[1] == _MASKED | size

    def _take_frames(self) -> None:
        """Take every whole frame that is there; what is left waits for more."""
        data, at = b"".join(self._pieces), 0
        self._need = 0
        while self._waiting is None:
            start, end = _bounds(data, at)
            if end > len(data):
                if end - start > (self.conn.max_message_size or end):
                    super().data_received(data[at:])  # it says 1009 as soon as it sees the length
                    at = len(data)
                self._need = end - at
                break
            self._take(data[at:end], start - at)
            at = end
        self._pieces = [data[at:]]
        self._have = len(data) - at

    def _take(self, frame: bytes, header: int) -> None:
        if self.sink is None or self.close_sent or frame[0] != _BINARY or not frame[1] & _MASKED:
            if not frame[0] & _CONTROL:
                self.sink = None  # what follows may not overtake it; the consumer opens the short way again
            super().data_received(frame)
            return
        pause = self.sink(apply_mask(frame[header:], frame[header - 4 : header]))
        if pause > 0:
            self.transport.pause_reading()
            self._waiting = self.loop.call_later(pause, self._go_on)

    def _go_on(self) -> None:
        self._waiting = None
        if not self.transport.is_closing():
            self._take_frames()
            self._read_on()

    def _read_on(self) -> None:
        """Read again, unless a frame's pause or the general way's queue forbids it."""
        if self._waiting is None and not self.read_paused:
            self.transport.resume_reading()

    @override
    async def receive(self) -> "ASGIReceiveEvent":
        message = await super().receive()  # which reads on as soon as its queue is empty
        if self._waiting is not None:
            self.transport.pause_reading()
        return message

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self.sink = None
        self._pieces.clear()
        super().connection_lost(exc)


def _bounds(data: bytes, at: int) -> tuple[int, int]:
    """Where the payload of the frame at ``at`` begins and ends; an end beyond the data means: not all is
    here.
    """
    if len(data) < at + 2:
        return at, len(data) + 1
    length = data[at + 1] & _LENGTH
    start = at + 2 + (4 if data[at + 1] & _MASKED else 0)
    if length < _TWO_BYTES:
        return start, start + length
    extra = 2 if length == _TWO_BYTES else 8
    if len(data) < at + 2 + extra:
        return at, len(data) + 1
    length = struct.unpack_from("!H" if extra == 2 else "!Q", data, at + 2)[0]  # noqa: PLR2004
    return start + extra, start + extra + length
