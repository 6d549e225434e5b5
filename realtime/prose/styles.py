"""What the style of foreign HTML means in our palette and marks: Word's, WPS's, WeChat's, mammoth's."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Mapping
from typing import Any, Final

from realtime.prose.tree import Mark

KEPT_PROPERTIES: Final = {
    "background",
    "background-color",
    "color",
    "font-style",
    "font-weight",
    "list-style-type",
    "mso-list",
    "text-align",
    "text-decoration",
    "text-decoration-line",
    "text-indent",
    "vertical-align",
    "white-space",
}
_NAMED: Final = {
    "red": "#ff0000", "crimson": "#dc143c", "maroon": "#800000", "orange": "#ffa500", "yellow": "#ffff00",
    "gold": "#ffd700", "green": "#008000", "lime": "#00ff00", "teal": "#008080", "olive": "#808000",
    "blue": "#0000ff", "navy": "#000080", "aqua": "#00ffff", "cyan": "#00ffff", "purple": "#800080",
    "fuchsia": "#ff00ff", "magenta": "#ff00ff", "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0",
}  # fmt: skip
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})\b")
_RGB = re.compile(r"rgba?\(\s*([0-9]{1,3})[\s,]+([0-9]{1,3})[\s,]+([0-9]{1,3})(?:[\s,/]+([0-9.]{1,6}))?")
_HUES: Final = ((20, "red"), (68, "orange"), (170, "green"), (255, "blue"), (330, "purple"), (361, "red"))
_LENGTH = re.compile(r"(-?[0-9]{1,4}(?:\.[0-9]{0,4})?)(pt|px|em|ch|cm|mm|in)?")
_POINTS: Final = {"pt": 1.0, "px": 0.75, "em": 12.0, "ch": 12.0, "cm": 28.35, "mm": 2.835, "in": 72.0}
_TWO_CHARACTERS: Final = range(18, 33)  # points that two characters of 五号 to 四号 measure


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute, names and values in lower case."""
    pairs = (part.partition(":") for part in style.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value.strip()}


def _rgb(value: str) -> tuple[int, int, int] | None:
    """Red, green and blue of a CSS colour; None if it is none or nearly transparent."""
    if found := _RGB.search(value):
        channels = [min(int(part), 255) for part in found.groups()[:3]]
        faint = found[4] is not None and float(re.sub(r"\.(?=.*\.)", "", found[4]) or 0) < 0.1  # noqa: PLR2004
        return None if faint else (channels[0], channels[1], channels[2])
    words = re.findall(r"[a-z]+", value)
    found = _HEX.search(value) or _HEX.search(next((_NAMED[word] for word in words if word in _NAMED), ""))
    if not found:
        return None
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])  # noqa: PLR2004
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def palette_colour(value: str, *, ground: bool = False) -> str | None:
    """The palette's name nearest to a CSS colour; None for black, white and what is nearly so.

    On a ground (highlight) light tints count, on text they are what prints black in Word.
    """
    rgb = _rgb(value)
    if rgb is None:
        return None
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in rgb))
    if not 0.1 < lightness < (0.97 if ground else 0.9):  # noqa: PLR2004 -- black and white
        return None
    if saturation < 0.2:  # noqa: PLR2004
        return "gray" if 0.3 < lightness < 0.95 else None  # noqa: PLR2004 -- dark grey reads as black
    return next(name for limit, name in _HUES if hue * 360 < limit)


def marks_of(style: Mapping[str, str]) -> list[Mark]:
    """The marks that an inline style amounts to."""
    marks = []
    weight = style.get("font-weight", "")
    if weight.startswith("bold") or (weight.isdigit() and int(weight[:4]) >= 600):  # noqa: PLR2004
        marks.append(Mark("strong"))
    if style.get("font-style", "") in {"italic", "oblique"}:
        marks.append(Mark("em"))
    line = style.get("text-decoration", "") + style.get("text-decoration-line", "")
    marks.extend(
        Mark(name) for word, name in (("underline", "underline"), ("line-through", "strike")) if word in line
    )
    shift = {"super": "superscript", "sub": "subscript"}.get(style.get("vertical-align", ""))
    if shift:
        marks.append(Mark(shift))
    if name := palette_colour(style.get("color", "")):
        marks.append(Mark("color", {"name": name}))
    if name := palette_colour(style.get("background-color") or style.get("background", ""), ground=True):
        marks.append(Mark("highlight", {"name": name}))
    return marks


def unbolded(style: Mapping[str, str]) -> bool:
    """Whether the style says that text inside a bold element is not bold (Word's headings, Google's <b>)."""
    return style.get("font-weight", "") in {"normal", "400"}


def line_attrs(style: Mapping[str, str], align: str) -> dict[str, Any]:
    """Alignment and first-line indent of a paragraph. Word's 首行缩进 of two characters is ``indent`` 2."""
    attrs: dict[str, Any] = {"align": (style.get("text-align") or align).lower()}
    found = _LENGTH.fullmatch(style.get("text-indent", ""))
    if found and found[2]:
        points = float(found[1]) * _POINTS[found[2]]
        if found[2] in {"em", "ch"}:
            attrs["indent"] = max(0, min(6, round(float(found[1]))))
        elif int(points) in _TWO_CHARACTERS:
            attrs["indent"] = 2
    return attrs


_MARKERS: Final = (
    ("cjk", re.compile(r"[一二三四五六七八九十百]+[、.．]")),
    ("circled", re.compile(r"[\u2460-\u2473]")),
    ("paren", re.compile(r"[(（]?[0-9]+[)）]")),
    ("decimal", re.compile(r"[0-9]+[.．、]?")),
    ("lower-alpha", re.compile(r"[a-z][.．、)）]?", re.IGNORECASE)),
)  # fmt: skip


def list_style(marker: str) -> str | None:
    """The style of an ordered list whose item begins with ``marker``; None for a bullet."""
    return next((name for name, pattern in _MARKERS if pattern.fullmatch(marker.strip())), None)


def css_list_style(style: Mapping[str, str], kind: str) -> str:
    """The style of an ``<ol>``, by its style or its ``type``."""
    named = style.get("list-style-type", "")
    if "chinese" in named or "cjk" in named:
        return "cjk"
    return "lower-alpha" if named in {"lower-alpha", "lower-latin"} or kind in {"a", "A"} else "decimal"
