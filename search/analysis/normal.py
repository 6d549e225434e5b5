"""Text as it is compared (规范化): compatibility forms folded, traditional characters as simplified ones, small letters."""

import unicodedata
from functools import cache

from opencc import OpenCC


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normalise(text: str) -> str:
    """The text as it is compared: NFKC, simplified, in small letters. Doing it twice changes nothing."""
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
