"""Text as it is compared (规范化): compatibility forms folded, traditional characters as simplified ones, small letters."""

import re
import unicodedata
from functools import cache
from typing import Final

from opencc import OpenCC

_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")
_INSTEAD: Final = "\ufffd"


def scrubbed(text: str) -> str:
    """The text without what neither databases nor engines can write: NUL, and halves of characters (lone surrogates), which pasted
    or cut text may hold. Each is one character still, so that marks stay in their places.
    """
    return _UNWRITABLE.sub(_INSTEAD, text)


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
