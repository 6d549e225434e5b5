"""Edits that cut a character in half, and how the server's document is kept right (半个字).

A character beyond the first plane (𠮷, an emoji) is two units of UTF-16. Where an edit comes to stand between the two,
or deletes one of them, Yjs replaces each half by U+FFFD, in every page and for ever. Yrs does not: it counts on, off by
one, deletes the wrong character, and its own encoding loses and repeats text. What it does right is text in
which the two U+FFFD stand already. So before such an edit is integrated, the text it cuts is written that way,
and server and pages say the same.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from realtime import grammar, wire
from realtime.grammar import Id, Outline

_TWO_LOST: Final = "\ufffd\ufffd"
_WIDE: Final = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")


def cut(outline: Outline, known: set[Id], clocks: Mapping[int, int] | None = None) -> set[Id]:
    """Those of the second halves before which an update makes a border, or meets that of what is there: only what goes
    on after these ``clocks`` is taken of an item that is there in part.
    """
    if not known:
        return set()
    found = {(client, clock + 1) for client, clock in outline.lefts}
    found.update(outline.rights)
    for client, items in outline.sections:
        found.update((client, item.clock) for item in items)
        found.add((client, items[-1].until))
        found.add((client, (clocks or {}).get(client, 0)))
    for client, start, end in outline.deleted:
        found.update(((client, start), (client, end)))
    return found & known


def second_halves(updates: Iterable[bytes]) -> set[Id]:
    """The ids of the second halves of all characters beyond the first plane in these updates."""
    return {
        half
        for update in updates
        if _WIDE.search(update)
        for half in grammar.halves(grammar.read(update).strings)
    }


def mended(updates: Sequence[bytes]) -> list[bytes]:
    """Updates that belong together, with the characters that any of them cuts written as two U+FFFD."""
    outlines = [grammar.read(update) for update in updates]
    known = {half for outline in outlines for half in grammar.halves(outline.strings)}
    broken = {half for outline in outlines for half in cut(outline, known)}
    return [_rewritten(update, outline, broken) for update, outline in zip(updates, outlines, strict=True)]


def _rewritten(update: bytes, outline: Outline, broken: set[Id]) -> bytes:
    if not broken:
        return update
    parts, at = [], 0
    for first, start, raw in outline.strings:
        text = _with_halves_lost(first, raw.decode(), broken)
        end = start + len(wire.uint(len(raw))) + len(raw)
        parts += [update[at:start], wire.var_string(text)]
        at = end
    return b"".join((*parts, update[at:]))


def _with_halves_lost(first: Id, text: str, broken: set[Id]) -> str:
    client, clock = first
    written = []
    for character in text:
        wide = character > "\uffff"
        written.append(_TWO_LOST if wide and (client, clock + 1) in broken else character)
        clock += 2 if wide else 1
    return "".join(written)


def hold_any(updates: Iterable[bytes]) -> bool:
    """Whether there is any character beyond the first plane in these updates. Numbers may look like one, so
    what looks like one is read; one update at a time, for there may be very many.
    """
    return any(grammar.read(update).strings for update in updates if _WIDE.search(update))
