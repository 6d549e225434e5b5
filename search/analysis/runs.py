"""Text in runs: Han characters, Latin words, numbers (段). What is none of these parts them."""

import re
from typing import Final

HAN: Final = "〇々\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN: Final = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")


Run = tuple[str, bool]
"""A run, and whether it is of Han characters."""


def runs(text: str) -> list[Run]:
    """The runs of normalised text in order, each with whether it is of Han characters."""
    return [(han or other, bool(han)) for han, other in _RUN.findall(text)]


def is_han(character: str) -> bool:
    return bool(_RUN.fullmatch(character) and _RUN.fullmatch(character)[1])  # type: ignore[index]


def is_latin(character: str) -> bool:
    """Whether it is of a word or number in plain letters, which is one only as a whole; nothing, as at an end, is not."""
    return character.isascii() and character.isalnum()
