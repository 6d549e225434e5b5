"""Updates written by hand, byte by byte: what Yrs takes and the browsers, or the process, do not survive."""

import random

from realtime import wire

CLIENT = 5


def update(*items: bytes, client: int = CLIENT, clock: int = 0, deletions: bytes = b"\x00") -> bytes:
    """An update of one client."""
    head = b"\x01" + wire.uint(len(items)) + wire.uint(client) + wire.uint(clock)
    return head + b"".join(items) + deletions


def item(kind: int, content: bytes, *, parent: str = "t") -> bytes:
    """An item that stands alone in a shared type of that name."""
    return bytes((kind, 1)) + wire.var_string(parent) + content


def text(letters: str) -> bytes:
    return item(4, wire.var_string(letters))


def beside(client: int, clock: int, letters: str) -> bytes:
    """A text to the right of something."""
    return b"\x84" + wire.uint(client) + wire.uint(clock) + wire.var_string(letters)


def value(*encoded: bytes) -> bytes:
    """Plain values."""
    return item(8, wire.uint(len(encoded)) + b"".join(encoded))


def nested(depth: int) -> bytes:
    """An array in an array in an array."""
    return b"\x75\x01" * depth + b"\x7e"


DEADLY = {
    "a nested document that Yjs does not know as a type": update(item(7, b"\x09")),
    "a type without a definition": update(item(7, b"\x0f")),
    "a nested document without options": update(item(9, wire.var_string("x") + b"\x7f")),
    "a value nested too deep for a page": update(value(nested(5_000))),
    "a client beyond JavaScript's numbers": update(text("abc"), client=2**53),
    "a client whose number does not even fit": update(text("abc"), client=2**64 - 1),
    "a clock that begins anew in Yrs": update(text("abc"), clock=2**32),
    "items that run over Yrs' clock": update(b"\x00" + wire.uint(2**32 - 1), b"\x00\x05"),
    "a deletion of a client beyond the numbers": update(
        text("a"), deletions=b"\x01" + wire.uint(2**60) + b"\x01\x00\x01"
    ),
    "a deletion beyond the clock": update(text("a"), deletions=b"\x01\x05\x01" + wire.uint(2**33) + b"\x05"),
    "an empty text": update(text("")),
    "nothing that was deleted": update(b"\x00\x00"),
    "bytes behind the end": update(text("a")) + b"\x00",
}
"""By what is wrong with each."""

SOUND = {
    "a text": update(text("教案𠮷abc")),
    "a value of each sort": update(
        value(
            b"\x7f", b"\x7e", b"\x79", b"\x78", b"\x7d\x41", b"\x7d\x81\x01", b"\x7c" + b"\x00" * 4,
            b"\x7b" + b"\x00" * 8, b"\x7a" + b"\x00" * 8, b"\x77\x01a", b"\x74\x01a",
            b"\x76\x02\x01a\x7e\x01b\x75\x01\x7e", b"\x75\x00", b"\x76\x00",
        )
    ),
    "each sort of type": update(*(item(7, bytes((kind,))) for kind in (0, 1, 2, 4, 6)), item(7, b"\x03\x01p")),
    "a nested document": update(item(9, wire.var_string("x") + b"\x76\x00")),
    "what was deleted, and nothing": update(item(1, b"\x05"), b"\x00\x03"),
    "a picture in a text": update(item(5, wire.var_string('{"a":1}'))),
    "a format": update(item(6, wire.var_string("bold") + wire.var_string("true"))),
    "bytes": update(item(3, wire.var_bytes(b"abc"))),
    "old values": update(item(2, b"\x01" + wire.var_string("1"))),
    "a gap": update(b"\x0a\x03", text("a")),
    "an entry of a map": update(bytes((4 | 0x20, 1)) + wire.var_string("m") + wire.var_string("k") + wire.var_string("v")),
}  # fmt: skip

WRITTEN_TODAY = {name: seed for name, seed in SOUND.items() if name != "old values"}
"""What Yjs 13 still writes; Yrs does not read the values of its first years."""

WAITING_TOGETHER = (
    (
        update(b"\x00\x02", client=6, clock=3),
        update(b"\x84\x06\x03" + wire.var_string("𠮷x"), client=6, clock=1),
    ),
    (
        update(b"\x00\x02", client=5, clock=6),
        update(b"\x84\x05\x06" + wire.var_string("教案"), client=5, clock=5),
    ),
)
"""Pairs that each wait for what is missing; Yrs, which merges what waits, reads freed memory with the second."""

CUT_WHERE_THE_KNOWN_ENDS = tuple(
    bytes.fromhex(row)
    for row in (
        "020206000401017405f0a0aeb7780601017404626f6c64047472756501050486070504626f6c6404747275650105010501",
        "0201070184060005f0a0aeb77801050301010174020107010101",
        "020107000401017405f0a0aeb7780305018707010444050006e69599e6a188810600030106010302",
    )
)
"""The last overlaps the one before it; Yrs would take one letter less of it than its length says."""

ON_GARBAGE = (update(text("abc"), clock=2), update(b"\x00\x03"))
"""The first waits, and is there in part as garbage when the second comes: a page then reads nothing any more."""

NO_TYPE = update(text("a"), bytes((8, 0)) + wire.uint(CLIENT) + b"\x00" + b"\x01\x7e")
"""A value in a text instead of in a type: it passes every look at its bytes and cannot be integrated."""


# --- random small updates whose items overlap ---------------------------------------------------------------

_CLIENTS = (5, 6, 7)


def overlapping(rest: random.Random) -> list[bytes]:
    """A few small updates of the same few clients: most of them say different things at the same clocks, need what never
    comes, or cut a character.
    """
    return [_any_update(rest) for _ in range(rest.randrange(2, 6))]


def _any_id(rest: random.Random) -> bytes:
    return wire.uint(rest.choice(_CLIENTS)) + wire.uint(rest.randrange(7))


def _any_item(rest: random.Random) -> bytes:
    kind = rest.choice([4, 4, 4, 0, 1, 10, 6, 7, 8])
    if kind in {0, 10}:
        return bytes((kind,)) + wire.uint(rest.randrange(1, 4))
    info = kind | rest.choice([0, 0x80, 0x80, 0x40, 0xC0])
    place = b"".join(_any_id(rest) for bit in (0x80, 0x40) if info & bit)
    if not place:
        place = (b"\x01" + wire.var_string("t")) if rest.random() < 0.7 else (b"\x00" + _any_id(rest))
    return bytes((info,)) + place + _any_content(kind, rest)


def _any_content(kind: int, rest: random.Random) -> bytes:
    if kind == 4:
        return wire.var_string(rest.choice(["a", "教案", "𠮷x", "abc"]))
    if kind == 1:
        return wire.uint(rest.randrange(1, 4))
    if kind == 6:
        return wire.var_string("bold") + wire.var_string("true")
    if kind == 7:
        return bytes((rest.choice([0, 1, 2, 4, 6]),))
    count = rest.randrange(1, 3)
    return wire.uint(count) + b"\x7e" * count


def _any_update(rest: random.Random) -> bytes:
    clients = rest.sample(_CLIENTS, rest.randrange(1, 3))
    parts = [wire.uint(len(clients))]
    for client in sorted(clients, reverse=True):
        items = [_any_item(rest) for _ in range(rest.randrange(1, 4))]
        parts += [wire.uint(len(items)), wire.uint(client), wire.uint(rest.randrange(5)), *items]
    deletions = rest.randrange(2)
    parts.append(wire.uint(deletions))
    for _ in range(deletions):
        parts += [wire.uint(rest.choice(_CLIENTS)), b"\x01", wire.uint(rest.randrange(6))]
        parts.append(wire.uint(rest.randrange(1, 4)))
    return b"".join(parts)
