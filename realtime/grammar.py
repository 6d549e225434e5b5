"""The structure of a Yjs update, read as strictly as the browsers read it (文法).

Yrs takes bytes that Yjs 13 chokes on: a type or a nested document of a sort Yjs does not know makes
``applyUpdate`` throw in every page, now and after each reload, and an array nested forty thousand deep ends the
server's own process, for Yrs reads it by recursion on the stack and nothing can be caught. So the bytes are walked
here once, before Yrs sees them, without recursion and without making values.

``read`` also tells what is needed to see whether an edit cuts a character in half (``halves.py``).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from realtime.errors import MalformedFrameError

MAX_CLIENT: Final = 2**53 - 1  # JavaScript's numbers; Yrs keeps the lower 53 bits of what is larger
MAX_CLOCK: Final = 2**31 - 1  # Yrs counts in 32 bits and begins anew beyond them
MAX_NESTING: Final = 100

_LEFT, _RIGHT, _KEY, _KIND = 0x80, 0x40, 0x20, 0x1F
_GC, _DELETED, _JSON, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY, _DOC, _SKIP = range(11)
_NAMED_TYPES, _LAST_TYPE = {3, 5}, 6
_ANY_LEAF, _ANY_NUMBER, _ANY_STRING, _ANY_BYTES = {127, 126, 121, 120}, 125, {119}, {116}
_ANY_FIXED = {124: 4, 123: 8, 122: 8}
_ANY_OBJECT, _ANY_ARRAY = 118, 117
_ASTRAL_LEAD: Final = 0xF0

Id = tuple[int, int]


@dataclass(slots=True)
class Outline:
    """What an update refers to."""

    strings: list[tuple[Id, int, bytes]] = field(default_factory=list)
    """Texts with characters beyond the first plane: their first id, where their length stands, their bytes."""
    lefts: list[Id] = field(default_factory=list)
    """The left neighbour of each item."""
    rights: list[Id] = field(default_factory=list)
    """The right neighbour of each item."""
    deleted: list[tuple[int, int, int]] = field(default_factory=list)
    """Deletions as (client, from, to)."""


_UINT: Final = rb"[\x80-\xff]{0,%d}[\x00-\x7f]"
_TYPED: Final = re.compile(
    rb"\x01\x01"
    + _UINT % 6
    + _UINT % 3
    + rb"(?:\x84|\x44|\xc4"
    + _UINT % 6
    + _UINT % 3
    + rb")"
    + _UINT % 6
    + _UINT % 3,
    re.DOTALL,
)
"""The head of an update that types one text beside another one."""


def check(update: bytes) -> None:
    """Raise MalformedFrameError for what Yjs 13 could not read; a keystroke is known by its looks."""
    head = _TYPED.match(update)
    if head is not None:
        at = head.end()
        size = update[at] if at < len(update) else 0x80
        if size < 0x80 and at + size + 2 == len(update) and update[-1] == 0:  # noqa: PLR2004
            return
    read(update)


def read(update: bytes) -> Outline:
    """Walk an update of version 1. Raises MalformedFrameError for what Yjs 13 could not read."""
    return _Walk(update).walk()


class _Walk:
    """One walk over the bytes; ``at`` is where it stands."""

    __slots__ = ("at", "data", "found")

    def __init__(self, data: bytes) -> None:
        self.data, self.at, self.found = data, 0, Outline()

    def walk(self) -> Outline:
        try:
            for _ in range(self.uint()):
                self.client()
            self.deletions()
        except IndexError as error:
            raise MalformedFrameError("The update ends too early.") from error
        if self.at != len(self.data):
            raise MalformedFrameError("Something follows the update.")
        return self.found

    # --- numbers and strings --------------------------------------------------------------------------------

    def uint(self) -> int:
        data, at = self.data, self.at
        byte = data[at]
        if byte < 0x80:  # noqa: PLR2004
            self.at = at + 1
            return byte
        number, shift = byte & 0x7F, 7
        while True:
            at += 1
            byte = data[at]
            number |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004
                self.at = at + 1
                return number
            shift += 7
            if shift > 63:  # noqa: PLR2004
                raise MalformedFrameError("A number is too long.")

    def clock(self) -> int:
        number = self.uint()
        if number > MAX_CLOCK:
            raise MalformedFrameError("A clock is beyond what pages count.")
        return number

    def id(self) -> Id:
        client = self.uint()
        if client > MAX_CLIENT:
            raise MalformedFrameError("A client's number is beyond what pages count.")
        return client, self.clock()

    def pass_over(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise MalformedFrameError("A string runs past the end of the update.")

    def string(self) -> bytes:
        size = self.uint()
        start = self.at
        self.pass_over(size)
        return self.data[start : self.at]

    # --- items ----------------------------------------------------------------------------------------------

    def client(self) -> None:
        count = self.uint()
        client, clock = self.id()
        for _ in range(count):
            clock += self.item(client, clock)
            if clock > MAX_CLOCK:
                raise MalformedFrameError("A clock is beyond what pages count.")

    def item(self, client: int, clock: int) -> int:
        """Pass over one item; how many clocks it takes."""
        info = self.data[self.at]
        self.at += 1
        kind = info & _KIND
        if kind in (_GC, _SKIP):
            return self.clock()
        if info & _LEFT:
            self.found.lefts.append(self.id())
        if info & _RIGHT:
            self.found.rights.append(self.id())
        if not info & (_LEFT | _RIGHT):
            if self.uint() == 1:
                self.string()
            else:
                self.id()
            if info & _KEY:
                self.string()
        if kind == _STRING:
            return self.text(client, clock)
        return self.content(kind)

    def text(self, client: int, clock: int) -> int:
        """A run of text; its length is in halves of UTF-16."""
        start = self.at
        raw = self.string()
        if raw.isascii():
            return len(raw)
        try:
            text = raw.decode()
        except UnicodeDecodeError as error:
            raise MalformedFrameError("A text is not UTF-8.") from error
        beyond = sum(map(raw.count, ASTRAL_LEADS)) if max(raw) >= _ASTRAL_LEAD else 0
        if beyond:
            self.found.strings.append(((client, clock), start, raw))
        return len(text) + beyond

    def content(self, kind: int) -> int:
        if kind == _DELETED:
            return self.clock()
        if kind in {_BINARY, _EMBED}:
            self.string()
        elif kind == _FORMAT:
            self.string()
            self.string()
        elif kind == _TYPE:
            self.type()
        elif kind == _JSON:
            return self.many(self.string)
        elif kind == _ANY:
            return self.many(self.any)
        elif kind == _DOC:
            self.string()
            if self.data[self.at] != _ANY_OBJECT:
                raise MalformedFrameError("A nested document has no options.")
            self.any()
        else:
            raise MalformedFrameError("There is no such content.")
        return 1

    def type(self) -> None:
        kind = self.uint()
        if kind > _LAST_TYPE:
            raise MalformedFrameError("There is no such type.")
        if kind in _NAMED_TYPES:
            self.string()

    def many(self, one: Callable[[], object]) -> int:
        count = self.uint()
        if count > len(self.data) - self.at:
            raise MalformedFrameError("It claims more values than it has bytes.")
        for _ in range(count):
            one()
        return count

    def any(self) -> None:
        """Pass over one value, however deep, without recursion."""
        waiting = [1]  # how many values are still to come at each depth; negative: with keys
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                continue
            if waiting[-1] < 0:
                self.string()
                waiting[-1] += 1
            else:
                waiting[-1] -= 1
            inside = self.leaf()
            if inside is not None:
                waiting.append(inside)
                if len(waiting) > MAX_NESTING:
                    raise MalformedFrameError("A value is nested too deep.")

    def leaf(self) -> int | None:
        """Pass over a value's head; how many values it holds, negative with keys, or None for a plain one."""
        tag = self.data[self.at]
        self.at += 1
        if tag in _ANY_LEAF:
            return None
        if tag in _ANY_FIXED:
            self.pass_over(_ANY_FIXED[tag])
        elif tag == _ANY_NUMBER:
            self.number()
        elif tag in _ANY_STRING or tag in _ANY_BYTES:
            self.string()
        elif tag in (_ANY_OBJECT, _ANY_ARRAY):
            count = self.uint()
            if count > len(self.data) - self.at:
                raise MalformedFrameError("It claims more values than it has bytes.")
            return -count if tag == _ANY_OBJECT else count
        else:
            raise MalformedFrameError("There is no such value.")
        return None

    def number(self) -> None:
        """A signed number: the first byte has six bits."""
        while self.data[self.at] >= 0x80:  # noqa: PLR2004
            self.at += 1
        self.at += 1

    # --- the end --------------------------------------------------------------------------------------------

    def deletions(self) -> None:
        for _ in range(self.uint()):
            client = self.uint()
            if client > MAX_CLIENT:
                raise MalformedFrameError("A client's number is beyond what pages count.")
            for _ in range(self.uint()):
                start = self.clock()
                end = start + self.clock()
                if end > MAX_CLOCK:
                    raise MalformedFrameError("A clock is beyond what pages count.")
                self.found.deleted.append((client, start, end))


ASTRAL_LEADS: Final = tuple(bytes((lead,)) for lead in range(0xF0, 0xF5))


def halves(strings: list[tuple[Id, int, bytes]]) -> Iterator[Id]:
    """The ids of the second halves of the characters beyond the first plane."""
    for (client, clock), _, raw in strings:
        at = clock
        for character in raw.decode():
            if character > "\uffff":
                yield client, at + 1
                at += 1
            at += 1
