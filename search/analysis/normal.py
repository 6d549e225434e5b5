"""Text as it is compared (规范化): compatibility forms folded, traditional characters as simplified ones, small letters."""

import unicodedata
from functools import cache
from typing import Final

from opencc import OpenCC

_WIDE: Final = tuple(zip("，：；？！（）", ",:;?!()", strict=True))
"""The commonest forms that folding changes. Text without any is folded in no time, and most has no others."""


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """The text as it is compared: NFKC, simplified, in small letters. Doing it twice changes nothing."""
    for wide, plain in _WIDE:
        text = text.replace(wide, plain)
    folded = unicodedata.normalize("NFKC", text).lower()
    if folded.isascii():
        return folded
    return unicodedata.normalize("NFKC", _to_simplified().convert(folded.replace("\0", " "))).lower()


def normalise_aligned(text: str) -> tuple[str, list[int]]:
    """The same, and for each of its characters the index in ``text`` that it comes from. Traditional words of several
    characters are read one by one here, so that a mark covers just what it should.
    """
    parts, places = [], []
    for at, character in enumerate(text):
        part = normalise(character)
        parts.append(part)
        places += [at] * len(part)
    return "".join(parts), places
