"""The structure of a Yjs update, read as strictly as the browsers read it (文法).

Yrs takes bytes that Yjs 13 chokes on: a type or a nested document of a sort Yjs does not know makes
``applyUpdate`` throw in every page, now and after each reload, and an array nested forty thousand deep ends the
server's own process, for Yrs reads it by recursion on the stack and nothing can be caught. So the bytes are walked
here once, before Yrs sees them, without recursion and without making values.

``read`` also tells what is needed to see whether an edit cuts a character in half (``halves.py``), and which part of an
update can be integrated yet (``parting.py``).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from realtime.errors import MalformedFrameError
from realtime.wire import LARGEST_CLIENT

MAX_CLOCK: Final = 2**31 - 1  # Yrs counts in 32 bits and begins anew beyond them
MAX_NESTING: Final = 100

_LEFT, _RIGHT, _KEY, _KIND = 0x80, 0x40, 0x20, 0x1F
_GC, _DELETED, _JSON, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY, _DOC, _SKIP = range(11)
GARBAGE: Final = _GC
MAY_BE_PARENT: Final = frozenset({_GC, _DELETED, _TYPE})
"""Kinds of items that others can be inside of; what was deleted counts as nothing."""
_NAMED_TYPES, _LAST_TYPE = {3, 5}, 6
_ANY_LEAF, _ANY_NUMBER, _ANY_STRING, _ANY_BYTES = {127, 126, 121, 120}, 125, {119}, {116}
_ANY_FIXED = {124: 4, 123: 8, 122: 8}
_ANY_OBJECT, _ANY_ARRAY = 118, 117
_ASTRAL_LEAD: Final = 0xF0

Id = tuple[int, int]


class Item(NamedTuple):
    """One item of an update: where its bytes are, which clocks it takes, and what of others it needs. It stands beside
    a neighbour, or inside of a type, or at the top. A gap stands for clocks that are not in the update.
    """

    start: int
    end: int
    clock: int
    length: int
    needs: tuple[Id, ...]
    is_gap: bool = False
    beside: Id | None = None
    inside: Id | None = None

    @property
    def until(self) -> int:
        """The first clock after it."""
        return self.clock + self.length


class Section(NamedTuple):
    """The items of one client, in a row."""

    client: int
    items: list[Item]


@dataclass(slots=True)
class Outline:
    """What an update holds and refers to."""

    sections: list[Section] = field(default_factory=list)
    """The items, by client, in the order of the bytes."""
    inner: int = 0
    """How many items are the first in their type: a document is at most so many levels deep."""
    strings: list[tuple[Id, int, bytes]] = field(default_factory=list)
    """Texts with characters beyond the first plane: their first id, where their length stands, their bytes."""
    lefts: list[Id] = field(default_factory=list)
    """The left neighbour of each item."""
    rights: list[Id] = field(default_factory=list)
    """The right neighbour of each item."""
    deleted: list[tuple[int, int, int]] = field(default_factory=list)
    """Deletions as (client, from, to)."""


def read(update: bytes) -> Outline:
    """Walk an update of version 1. Raises MalformedFrameError for what Yjs 13 could not read."""
    return _Walk(update).walk()


def kind(update: bytes, item: Item) -> int:
    """What sort of content an item has."""
    return update[item.start] & _KIND


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
        if client > LARGEST_CLIENT:
            raise MalformedFrameError("A client's number is beyond what pages count.")
        return client, self.clock()

    def earlier(self, client: int, clock: int) -> Id:
        """What an item stands beside or in. Nobody refers to what they write later; Yrs, which believes it, reads
        freed memory when two such updates wait.
        """
        found = self.id()
        if found[0] == client and found[1] >= clock:
            raise MalformedFrameError("An item refers to what its writer has not written yet.")
        return found

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
        items: list[Item] = []
        self.found.sections.append(Section(client, items))
        for _ in range(count):
            item = self.item(client, clock)
            if not item.length:
                raise MalformedFrameError("An item is empty.")
            items.append(item)
            clock = item.until
            if clock > MAX_CLOCK:
                raise MalformedFrameError("A clock is beyond what pages count.")

    def item(self, client: int, clock: int) -> Item:
        start = self.at
        info = self.data[start]
        self.at += 1
        kind = info & _KIND
        if kind in (_GC, _SKIP):
            length = self.clock()
            return Item(start, self.at, clock, length, (), is_gap=kind == _SKIP)
        needs = []
        if info & _LEFT:
            needs.append(self.earlier(client, clock))
            self.found.lefts.append(needs[-1])
        if info & _RIGHT:
            needs.append(self.earlier(client, clock))
            self.found.rights.append(needs[-1])
        beside, inside = (needs[0], None) if needs else (None, self.parent(client, clock))
        if inside is not None:
            needs.append(inside)
            self.found.inner += 1
        if beside is None and info & _KEY:
            self.string()
        length = self.text(client, clock) if kind == _STRING else self.content(kind)
        others = tuple(need for need in needs if need[0] != client)
        return Item(start, self.at, clock, length, others, beside=beside, inside=inside)

    def parent(self, client: int, clock: int) -> Id | None:
        """The type an item without neighbours stands in; None at the top of the document."""
        if self.uint() == 1:
            self.string()
            return None
        return self.earlier(client, clock)

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
            if client > LARGEST_CLIENT:
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
