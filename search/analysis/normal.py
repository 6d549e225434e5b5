"""Text as it is compared (规范化): compatibility forms folded, traditional characters as simplified ones, small letters."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter
from typing import Final

from opencc import OpenCC

_WIDE: Final = tuple(zip("，：；？！（）", ",:;?!()", strict=True))
"""The commonest forms that folding changes. Text without any is folded in no time, and most has no others."""

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
    text = scrubbed(text)
    for wide, plain in _WIDE:
        text = text.replace(wide, plain)
    folded = unicodedata.normalize("NFKC", text).lower()
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
    """Normalised text, and where each character of it comes from (对齐). Of the source each character became one, but for
    ``pieces``: (where it begins in the text, how long it is there, from, to).
    """

    text: str
    pieces: Sequence[tuple[int, int, int, int]] = ()

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Where in the source the characters from ``start`` to ``end`` come from; ``end`` is after ``start``."""
        return self._place(start)[0], self._place(end - 1)[1]

    @property
    def starts(self) -> list[int]:
        """Where in the source begins what each character comes from."""
        return [self._place(at)[0] for at in range(len(self.text))]

    @property
    def ends(self) -> list[int]:
        """Where in the source ends what each character comes from."""
        return [self._place(at)[1] for at in range(len(self.text))]

    def _place(self, at: int) -> tuple[int, int]:
        nth = bisect_right(self.pieces, at, key=itemgetter(0))
        if not nth:
            return at, at + 1
        begin, size, start, end = self.pieces[nth - 1]
        if at < begin + size:
            return start, end
        return end + at - begin - size, end + at - begin - size + 1


def aligned(text: str) -> Aligned:
    """The text normalised character by character, with the place in ``text`` of each. What becomes more or fewer
    characters, or melts with its neighbours, is read together and belongs to all that it became: a mark covers just
    what it comes from. It differs from ``normalise`` only in traditional words that are more than their characters
    (乾坤 is not 干坤) and in the last letter of Greek words; so compare it with what was aligned as well.
    """
    plain, odd = _known(set(_changing().findall(text)))
    flat = _flat(text, plain)
    if not odd:
        return Aligned(flat)
    parts: list[str] = []
    pieces: list[tuple[int, int, int, int]] = []
    at = size = 0
    for start, end in _stretches(text, odd):
        part = _piece(text[start:end])
        parts += flat[at:start], part
        size += start - at
        pieces.append((size, len(part), start, end))
        size += len(part)
        at = end
    return Aligned("".join((*parts, flat[at:])), pieces)


def all_aligned(texts: Sequence[str]) -> list[Aligned]:
    """Each of many texts aligned; what changes in them is looked up in one go, for most are short and alike."""
    together = "\n".join(texts)
    changed, odd = _known(set(_changing().findall(together)))
    flat, at = _flat(together, changed), 0
    found = []
    for text in texts:
        is_odd = bool(odd) and not odd.isdisjoint(text)
        found.append(aligned(text) if is_odd else Aligned(flat[at : at + len(text)]))
        at += len(text) + 1
    return found


def normalise_aligned(text: str) -> tuple[str, Sequence[int]]:
    """The same, with the index in ``text`` that each character comes from."""
    found = aligned(text)
    return found.text, found.starts


_MOST_MARKS: Final = 30
"""As many marks on one character are read together (Unicode's stream-safe text has as many)."""
_REMEMBERED: Final = 60_000
_ONE_BY_ONE: Final = 40
"""Of so many different characters each is put into its place faster than all are looked up."""
_STEADY: Final = (
    *range(0x20, 0x7F), 0x2014, *range(0x2018, 0x201E), *range(0x3001, 0x3003), *range(0x3008, 0x3012), *range(0x4E00, 0xA000),
)  # fmt: skip
"""What most text is made of, Latin letters, quotation marks, 、。 and Han; what of it stays as it is needs no look."""
_plain: dict[str, str] = {}
"""Characters that are known to become one character, whatever stands beside them, and which."""


@cache
def _changing() -> re.Pattern[str]:
    """All but the characters that stay as they are."""
    common = list(map(chr, _STEADY))
    kept = [
        one for one, same in zip(common, normalise("\n".join(common)).split("\n"), strict=True) if one == same
    ]
    return re.compile(f"[^\n{re.escape(''.join(kept))}]")


def _known(characters: set[str]) -> tuple[dict[str, str], set[str]]:
    """What each plain one of the characters becomes, if it is another; and those that are not plain."""
    if len(_plain) > _REMEMBERED:
        _plain.clear()
    changed, odd = {}, set()
    for character in characters:
        become = _plain.get(character)
        if become is None:
            if len(become := _piece(character)) != 1 or _melts(character):
                odd.add(character)
                continue
            _plain[character] = become
        if become != character:
            changed[character] = become
    return changed, odd


def _flat(text: str, changed: dict[str, str]) -> str:
    """The text with each of these characters as what it becomes. None becomes one that changes."""
    if len(changed) > _ONE_BY_ONE:
        return text.translate({ord(character): become for character, become in changed.items()})
    for character, become in changed.items():
        text = text.replace(character, become)
    return text


@lru_cache(maxsize=8192)
def _piece(text: str) -> str:
    return normalise(text)


@lru_cache(maxsize=8192)
def _melts(character: str) -> bool:
    """Whether it may become one with what stands before: accents, vowel signs, and the later letters of a Hangul syllable."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def _stretches(text: str, odd: set[str]) -> Iterator[tuple[int, int]]:
    """(from, to) of each character that is not plain, with what melts with it."""
    at, size = 0, len(text)
    for match in re.finditer(f"[{re.escape(''.join(sorted(odd)))}]", text):
        nth = match.start()
        if nth < at:
            continue
        start = nth - 1 if nth > at and _melts(text[nth]) else nth
        at = nth + 1
        while at < size and at - start <= _MOST_MARKS and _melts(text[at]):
            at += 1
        yield start, at
