"""The y-websocket protocol as bytes: variable-length numbers, strings, messages. ``PROTOCOL.md`` describes
it.

pycrdt's own encoder writes the number of characters before a string where the protocol wants bytes, which
corrupts Chinese; hence these few functions.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from realtime.errors import MalformedFrameError

# Message types; a sync message is told apart by its second number.
SYNC, AWARENESS, AUTH, QUERY_AWARENESS, BARRIER, EVENT = 0, 1, 2, 3, 102, 103
STEP1, STEP2, UPDATE = 0, 1, 2

EMPTY_UPDATE = b"\x00\x00"
_MAX_SHIFT = 63

LARGEST_CLIENT = 2**53 - 1
"""JavaScript fails to read a frame with a larger number, and Yrs keeps the lower 53 bits of it."""

MOST_MESSAGES = 100
"""In one frame; whoever reads frames counts these alone."""


def uint(number: int) -> bytes:
    """A number, seven bits a byte, lowest first."""
    if number < 0x80:  # noqa: PLR2004
        return bytes((number,))
    out = bytearray()
    while number > 0x7F:  # noqa: PLR2004
        out.append(0x80 | (number & 0x7F))
        number >>= 7
    out.append(number)
    return bytes(out)


def var_bytes(data: bytes) -> bytes:
    return uint(len(data)) + data


def var_string(text: str) -> bytes:
    return var_bytes(text.encode())


def read_uint(data: bytes, at: int) -> tuple[int, int]:
    """The number that begins at ``at``, and where the next thing begins."""
    number = shift = 0
    while True:
        if at >= len(data) or shift > _MAX_SHIFT:
            raise MalformedFrameError("A number runs past the end of the message.")
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004
            return number, at
        shift += 7


def read_bytes(data: bytes, at: int) -> tuple[bytes, int]:
    """The byte string that begins at ``at``, and where the next thing begins."""
    size, at = read_uint(data, at)
    end = at + size
    if end > len(data):
        raise MalformedFrameError("A byte string runs past the end of the message.")
    return data[at:end], end


def read_string(data: bytes, at: int) -> tuple[str, int]:
    """The string that begins at ``at``, and where the next thing begins."""
    raw, at = read_bytes(data, at)
    try:
        return raw.decode(), at
    except UnicodeDecodeError as error:
        raise MalformedFrameError("A string is not UTF-8.") from error


def lone_update(frame: bytes) -> bytes | None:
    """The update of a frame that is one short update and nothing else, as most are; None for any other frame."""
    size = len(frame) - 3
    return frame[3:] if 0 <= size < 0x80 and frame[:3] == bytes((SYNC, UPDATE, size)) else None  # noqa: PLR2004


def messages(frame: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The messages of one frame as (type, sync step, payload); what follows an unknown type is passed over.

    Stock clients put one message into a frame, later ones several.
    """
    if not frame:
        raise MalformedFrameError("The frame is empty.")
    at = number = 0
    while at < len(frame):
        number += 1
        if number > MOST_MESSAGES:
            raise MalformedFrameError("The frame holds too many messages.")
        kind, at = read_uint(frame, at)
        if kind == SYNC:
            step, at = read_uint(frame, at)
            if step > UPDATE:
                raise MalformedFrameError("There is no such sync message.")
            payload, at = read_bytes(frame, at)
            yield kind, step, payload
        elif kind in {AWARENESS, BARRIER}:
            payload, at = read_bytes(frame, at)
            yield kind, 0, payload
        elif kind == QUERY_AWARENESS:
            yield kind, 0, b""
        else:
            return


def step1(state: bytes) -> bytes:
    return b"\x00\x00" + var_bytes(state)


def step2(update: bytes) -> bytes:
    return b"\x00\x01" + var_bytes(update)


def update(payload: bytes) -> bytes:
    return b"\x00\x02" + var_bytes(payload)


def read_only(reason: str) -> bytes:
    return b"\x02\x00" + var_string(reason)


def barrier(payload: bytes) -> bytes:
    return b"\x66" + var_bytes(payload)


def event(content: dict[str, Any]) -> bytes:
    return b"\x67" + var_string(json.dumps(content, ensure_ascii=False, separators=(",", ":")))


def present(client: int, clock: int, state: str) -> bytes:
    """Presence of one client, its state as JSON; a part of an awareness message."""
    return uint(client) + uint(clock) + var_string(state)


def awareness_of(parts: Sequence[bytes]) -> bytes:
    """Presence of the clients whose parts are given."""
    return b"\x01" + var_bytes(uint(len(parts)) + b"".join(parts))


def awareness(entries: Iterable[tuple[int, int, str]]) -> bytes:
    """Presence of some clients: (client, clock, state as JSON)."""
    return awareness_of([present(*entry) for entry in entries])


NOTHING_NEW = awareness([])
"""A message without effect, for a client that would otherwise take the silence for a dead connection."""


def read_awareness(payload: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The entries of a presence message as (client, clock, raw JSON)."""
    count, at = read_uint(payload, 0)
    for _ in range(count):
        client, at = read_uint(payload, at)
        clock, at = read_uint(payload, at)
        state, at = read_bytes(payload, at)
        yield client, clock, state
    if at != len(payload):
        raise MalformedFrameError("Something follows the last presence.")
