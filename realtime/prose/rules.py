"""What the white list in ``schema.json`` allows: nodes, marks and each attribute's values.

The browser builds its editor from the same file. A value that is not allowed becomes the attribute's default,
there as here (``frontend/prose/attributes.ts``), so that what a hostile peer wrote means the same to both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_SOURCE: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
)

VERSION: Final[int] = _SOURCE["version"]
PALETTE: Final[tuple[str, ...]] = tuple(_SOURCE["palette"])

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_NOT_IN_LINKS = re.compile(r"[\x00-\x20\x7f\"<>\\]")
# What XML 1.0 cannot hold, with the controls that nobody can see; tab and line feed stay.
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
MAX_LINK = 2000
MAX_SPANNED = 60


class Missing:
    """Stands for "no default": the node or mark cannot be without this attribute."""


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class NodeRule:
    """One node of the white list. ``content`` is ProseMirror's expression, empty for a leaf."""

    name: str
    content: str
    inline: bool
    block: bool
    attrs: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class MarkRule:
    """One mark of the white list; ``rank`` is its place from outside in."""

    name: str
    rank: int
    excludes: str
    attrs: Mapping[str, Mapping[str, Any]]


NODES: Final[Mapping[str, NodeRule]] = {
    name: NodeRule(
        name=name,
        content=rule.get("content", ""),
        inline=rule.get("inline", False),
        block=rule.get("group") == "block",
        attrs=rule.get("attrs", {}),
    )
    for name, rule in _SOURCE["nodes"].items()
}
MARKS: Final[Mapping[str, MarkRule]] = {
    name: MarkRule(name=name, rank=rank, excludes=rule.get("excludes", ""), attrs=rule.get("attrs", {}))
    for rank, (name, rule) in enumerate(_SOURCE["marks"].items())
}


def clean_text(value: str) -> str:
    """The text without characters that no file can hold; every way to end a line becomes a line feed."""
    lines = re.sub("\r\n?|[\v\f\x85\u2028\u2029]", "\n", value)
    return _INVISIBLE.sub("", lines)


def whole(value: object, least: int, most: int) -> int | None:
    """``value`` as a whole number in the range; in shared documents numbers are floats, or digits."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value:  # noqa: PLR0124 -- NaN
        return None
    return int(value) if least <= value <= most and int(value) == value else None


def _widths(value: object, least: int, most: int) -> tuple[int, ...] | None:
    if not isinstance(value, (list, tuple)) or not 0 < len(value) <= MAX_SPANNED:
        return None
    numbers = [0 if width == 0 else whole(width, least, most) for width in value]
    return None if None in numbers else tuple(number for number in numbers if number is not None)


def safe_link(value: object, schemes: tuple[str, ...] = ("http", "https", "mailto")) -> str | None:
    """The address if its scheme is one of ``schemes``; blanks or controls hidden in it do not help."""
    if not isinstance(value, str) or len(value) > MAX_LINK:
        return None
    address = value.strip()
    scheme = _SCHEME.match(address)
    if scheme is None or _NOT_IN_LINKS.search(address) or clean_text(address) != address:
        return None
    return address if scheme[1].lower() in schemes else None


def _allowed(rule: Mapping[str, Any], value: object) -> Any:  # noqa: PLR0911 -- one line a kind of rule
    """``value`` as the rule wants it, or None."""
    if "integer" in rule:
        return whole(value, *rule["integer"])
    if "widths" in rule:
        return _widths(value, *rule["widths"])
    if "values" in rule:
        return value if isinstance(value, str) and value in rule["values"] else None
    if rule.get("palette"):
        return value if isinstance(value, str) and value in PALETTE else None
    if not isinstance(value, str):
        return None
    if rule.get("uuid"):
        return value.lower() if _UUID.fullmatch(value) else None
    if "link" in rule:
        return safe_link(value, tuple(rule["link"]))
    return clean_text(value).replace("\n", " ")[: rule["text"]]


def default(rule: Mapping[str, Any]) -> Any:
    """What the attribute is when nothing is said; ``MISSING`` if it cannot be left out."""
    return rule.get("default", MISSING)


def clean_attrs(rules: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any] | None:
    """The allowed attributes that differ from their defaults; None if one is needed and missing."""
    result = {}
    for name, rule in rules.items():
        value = _allowed(rule, given.get(name))
        if value is None:
            value = default(rule)
        if value is MISSING:
            return None
        if value != default(rule):
            result[name] = value
    return result


def full_attrs(rules: Mapping[str, Mapping[str, Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """All attributes with their defaults, as the editor's binding stores them: none that is null."""
    every = {name: given.get(name, default(rule)) for name, rule in rules.items()}
    return {name: value for name, value in every.items() if value is not None and value is not MISSING}
