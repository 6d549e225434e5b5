"""How a line is numbered: 一、 and 1. and 【】 are headings of different ranks."""

from __future__ import annotations

import re

from lessons.imports.columns import number

NUMBER_CLASSES = (
    ("chapter", re.compile(r"\s*第[一二三四五六七八九十\d]+部分")),
    ("cjk", re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、.．:：]")),
    ("cjk-paren", re.compile(r"\s*[（(]\s*[一二三四五六七八九十]{1,3}\s*[)）]")),
    ("decimal", re.compile(r"\s*\d{1,2}\s*[、.．](?!\d)")),
    ("paren", re.compile(r"\s*(?:[（(]\s*\d{1,2}\s*[)）]|\d{1,2}[)）])")),
    ("bracket", re.compile(r"\s*[【\[〖]")),
    ("sign", re.compile(r"\s*[★☆●○■□◆◇▲△▼※➢►▶✿❖◎]")),
)


def number_class(text: str) -> str:
    """How a line is numbered: 一、 and 1. and 【】 are different ranks; empty for none."""
    return next((name for name, pattern in NUMBER_CLASSES if pattern.match(text)), "")


PERIOD = re.compile(r"\s*[（(【]?\s*第\s*[一二三四五六七八九十\d]+\s*(?:课时|学时)\s*[）)】]?\s*")
ORDINAL = re.compile(r"[\s（(第]*([一二三四五六七八九十]{1,3}|\d{1,2})")


def follows(text: str, other: str) -> bool:
    """Whether a heading comes after another of its rank: 六、 after 五、 but not 一、, which begins a
    list inside.
    """
    ours, theirs = ORDINAL.match(text), ORDINAL.match(other)
    if ours is None or theirs is None:
        return True
    return (number(ours[1]) or 0) > (number(theirs[1]) or 0)
