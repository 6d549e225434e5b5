"""Text as it is compared (规范化): compatibility forms folded, traditional characters as simplified ones, small letters."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from opencc import OpenCC

_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")
_INSTEAD: Final = "\ufffd"


def scrubbed(text: str) -> str:
    """The text without what neither databases nor engines can write: NUL, and halves of characters (lone surrogates), which pasted
    or cut text may hold. Each is one character still, so that marks stay in their places.
    """
    return _UNWRITABLE.sub(_INSTEAD, text)


_STACKED: Final = re.compile("([\u0300-\u036f]{30})[\u0300-\u036f]+")


def settled(text: str) -> str:
    """Scrubbed, and with thirty accents at most on a letter: bringing thousands into their order takes the square of them."""
    return _STACKED.sub(r"\1", scrubbed(text))


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """The text as it is compared: NFKC, simplified, in small letters. Doing it twice changes nothing."""
    folded = unicodedata.normalize("NFKC", scrubbed(text)).lower()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFKC", _simplified(folded)).lower()


def _simplified(text: str) -> str:
    """OpenCC makes 薴 into 苧, which is itself a traditional character."""
    converted: str = _to_simplified().convert(text)
    return converted.replace("苧", "苎")


# --- and back to where it comes from --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Aligned:
    """Normalised text, and where each character of it comes from (对齐)."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where in the source the characters from ``start`` to ``end`` come from; ``end`` is after ``start``."""
        return self.starts[start], self.ends[end - 1]


def aligned(text: str) -> Aligned:
    """The text normalised character by character, with the place in ``text`` of each. What becomes more or fewer
    characters, or melts with its neighbours, is read together and belongs to all that it became: a mark covers just
    what it comes from. It differs from ``normalise`` only in traditional words that are more than their characters
    (乾坤 is not 干坤) and in the last letter of Greek words; so compare it with what was aligned as well.
    """
    plain, odd = _known(text)
    if not odd:
        return Aligned(text.translate(plain), range(len(text)), range(1, len(text) + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for start, end, is_plain in _stretches(text, odd):
        piece = text[start:end]
        part = piece.translate(plain) if is_plain else _piece(piece)
        parts.append(part)
        starts += range(start, end) if is_plain else [start] * len(part)
        ends += range(start + 1, end + 1) if is_plain else [end] * len(part)
    return Aligned("".join(parts), starts, ends)


def normalise_aligned(text: str) -> tuple[str, Sequence[int]]:
    """The same, with the index in ``text`` that each character comes from."""
    found = aligned(text)
    return found.text, found.starts


_MOST_MARKS: Final = 30
"""As many marks on one character are read together (Unicode's stream-safe text has as many)."""
_REMEMBERED: Final = 60_000
_plain: dict[int, str] = {}
"""Characters that are known to become one character, whatever stands beside them, and which."""


def _known(text: str) -> tuple[dict[int, str], set[str]]:
    """A table that holds what each plain character of the text becomes; and the characters that are not plain."""
    global _plain  # noqa: PLW0603 - one for the process; whoever holds the old one goes on with it
    if len(_plain) > _REMEMBERED:
        _plain = {}
    plain, odd = _plain, set()
    for character in set(text):
        if ord(character) not in plain:
            if len(part := _piece(character)) == 1 and not _melts(character):
                plain[ord(character)] = part
            else:
                odd.add(character)
    return plain, odd


@lru_cache(maxsize=8192)
def _piece(text: str) -> str:
    return normalise(text)


@lru_cache(maxsize=8192)
def _melts(character: str) -> bool:
    """Whether it may become one with what stands before: accents, vowel signs, and the later letters of a Hangul syllable."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def _stretches(text: str, odd: set[str]) -> Iterator[tuple[int, int, bool]]:
    """(from, to, is it plain): plain characters together, each other one by itself with what melts with it."""
    at, size = 0, len(text)
    for nth in range(size):
        if nth < at or text[nth] not in odd:
            continue
        start = nth - 1 if nth > at and _melts(text[nth]) else nth
        if start > at:
            yield at, start, True
        at = nth + 1
        while at < size and at - start <= _MOST_MARKS and _melts(text[at]):
            at += 1
        yield start, at, False
    if at < size:
        yield at, size, True
