"""Automatic numbers (自动编号): they are not in the text, so they are counted here and written out."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lessons.imports.package import Element, W, child, is_on, number, value

DIGITS = "零一二三四五六七八九"
FINANCIAL = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
NO_SPACE_AFTER = "、）)．：:，,】》"
TOP = 9


def chinese(number: int, digits: str = DIGITS, units: tuple[str, ...] = ("", "十", "百", "千")) -> str:
    """一, 十, 十一, 一百零一 … up to 9999."""
    if not 0 < number < 10_000:  # noqa: PLR2004 - nobody numbers further
        return str(number)
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + units[place]
        gap = not digit
    return text.removeprefix("一") if text.startswith("一十") else text


def roman(number: int) -> str:
    text = ""
    table = [(1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")]
    table += [(50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")]
    for worth, sign in table:
        while number >= worth and len(text) < 20:  # noqa: PLR2004 - nobody numbers further
            text, number = text + sign, number - worth
    return text


def letters(number: int) -> str:
    """A … Z, AA, BB … as Word counts."""
    return chr(65 + (number - 1) % 26) * min(1 + (number - 1) // 26, 10) if number > 0 else str(number)


def enclosed(number: int, first: int, last: int) -> str:
    """A sign such as ①, ⑴ or ⒈, while Unicode has one."""
    return chr(first + number - 1) if 1 <= number <= last else f"({number})"


def spoken(number: int, style: str) -> str:
    """A number in one of Word's counting styles; an unknown style counts in digits."""
    lower = style.lower()
    if style == "ideographTraditional":
        return STEMS[(number - 1) % 10]
    if style == "ideographZodiac":
        return BRANCHES[(number - 1) % 12]
    if "legal" in lower:
        return chinese(number, FINANCIAL, ("", "拾", "佰", "仟"))
    if "digital" in lower or style in {"ideographDigital", "chineseCounting_digits"}:
        return "".join(("〇" + DIGITS[1:])[int(digit)] for digit in str(number))
    if "counting" in lower or style in {"chineseCountingThousand", "japaneseCounting"}:
        return chinese(number)
    plain: dict[str, Callable[[], str]] = {
        "upperRoman": lambda: roman(number),
        "lowerRoman": lambda: roman(number).lower(),
        "upperLetter": lambda: letters(number),
        "lowerLetter": lambda: letters(number).lower(),
        "decimalZero": lambda: f"{number:02d}",
        "decimalFullWidth": lambda: str(number).translate({48 + n: 0xFF10 + n for n in range(10)}),
        "decimalEnclosedCircle": lambda: enclosed(number, 0x2460, 20),
        "decimalEnclosedCircleChinese": lambda: enclosed(number, 0x2460, 20),
        "decimalEnclosedParen": lambda: enclosed(number, 0x2474, 20),
        "decimalEnclosedFullstop": lambda: enclosed(number, 0x2488, 20),
        "none": lambda: "",
    }
    return plain.get(style, lambda: str(number))()


@dataclass(slots=True)
class Level:
    """One level of a numbered list: its style, its pattern such as ``第%1课`` and where it starts."""

    style: str = "decimal"
    pattern: str = ""
    start: int = 1
    suffix: str = "tab"
    plain_digits: bool = False


@dataclass(slots=True)
class Numbering:
    """All numbered lists of a document, and how far each has counted."""

    root: Element | None
    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    abstract: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    counts: dict[str, list[int | None]] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        if self.root is None:
            return
        for abstract in self.root.findall(W + "abstractNum"):
            self.levels[value(abstract, "abstractNumId")] = _levels(abstract)
        for num in self.root.findall(W + "num"):
            self._read_num(num)

    def _read_num(self, num: Element) -> None:
        num_id, abstract_id = value(num, "numId"), value(child(num, "abstractNumId"))
        self.abstract[num_id] = abstract_id
        for override in num.findall(W + "lvlOverride"):
            ilvl = _number(value(override, "ilvl"))
            start = value(child(override, "startOverride"))
            if start:
                self.starts[num_id, ilvl] = _number(start)
            if child(override, "lvl") is not None:
                own = f"{abstract_id}/{num_id}"
                self.levels.setdefault(own, dict(self.levels.get(abstract_id, {}))).update(_levels(override))
                self.abstract[num_id] = own

    def next(self, num_id: str, ilvl: int) -> tuple[str, bool]:
        """Count one paragraph: the number as it is printed, and whether it is a bullet."""
        list_id = self.abstract.get(num_id, "")
        level = self.levels.get(list_id, {}).get(ilvl)
        if level is None:
            return "", False
        if level.style == "bullet":
            return "", True
        self._count(num_id, list_id, ilvl)
        return self._printed(list_id, ilvl, level), False

    def _count(self, num_id: str, list_id: str, ilvl: int) -> None:
        counts = self.counts.setdefault(list_id, [None] * (TOP + 1))
        level = self.levels[list_id][ilvl]
        if (num_id, ilvl) in self.starts and (num_id, ilvl) not in self.seen:
            counts[ilvl] = self.starts[num_id, ilvl]
        else:
            current = counts[ilvl]
            counts[ilvl] = level.start if current is None else current + 1
        self.seen.add((num_id, ilvl))
        counts[ilvl + 1 :] = [None] * (TOP - ilvl)

    def _printed(self, list_id: str, ilvl: int, level: Level) -> str:
        counts = self.counts[list_id]

        def one(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = self.levels[list_id].get(at, Level())
            count = counts[at] if counts[at] is not None else other.start
            style = "decimal" if level.plain_digits and at != ilvl else other.style
            return spoken(count or 0, style)

        text = re.sub(r"%([1-9])", one, level.pattern)
        if text and level.suffix != "nothing" and text[-1] not in NO_SPACE_AFTER:
            text += " "
        return text


def _number(text: str) -> int:
    return number(text, most=32_767)


def _levels(parent: Element) -> dict[int, Level]:
    found = {}
    for lvl in parent.findall(W + "lvl"):
        ilvl = _number(value(lvl, "ilvl"))
        if ilvl < TOP:
            found[ilvl] = Level(
                style=value(child(lvl, "numFmt"), default="decimal"),
                pattern=value(child(lvl, "lvlText")),
                start=_number(value(child(lvl, "start"), default="1")),
                suffix=value(child(lvl, "suff"), default="tab"),
                plain_digits=bool(is_on(lvl, "isLgl")),
            )
    return found
