"""What a style says, through the styles it is based on."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass, field

from lessons.imports.package import Element, W, child, is_on, number, value

MARKS = {"b": "strong", "i": "em", "strike": "strike", "dstrike": "strike"}
HIGHLIGHTS = {
    "yellow": "orange",
    "green": "green",
    "cyan": "blue",
    "magenta": "purple",
    "blue": "blue",
    "red": "red",
    "darkYellow": "orange",
    "darkRed": "red",
    "lightGray": "gray",
    "darkGray": "gray",
}
LONGEST_CHAIN = 30  # Word itself takes ten
GREY_FROM, GREY_TO, GREY_SPREAD = 0x68, 0xE4, 18


@dataclass(slots=True)
class Look:
    """How text looks (样式): switches by mark name, a colour as six hex digits, a size in points."""

    switches: dict[str, bool] = field(default_factory=dict)
    colour: str = ""
    size: float = 0
    hidden: bool = False

    def over(self, other: Look) -> Look:
        """The look laid over another."""
        return Look(
            other.switches | self.switches,
            self.colour or other.colour,
            self.size or other.size,
            self.hidden or other.hidden,
        )

    def marks(self) -> tuple[str, ...]:
        marks = [name for name, on in self.switches.items() if on]
        if is_grey(self.colour):
            marks.append("grey")
        elif name := palette(self.colour):
            marks.append(f"color:{name}")
        return tuple(sorted(set(marks)))


def _channels(colour: str) -> tuple[int, int, int] | None:
    try:
        number = int(colour, 16) if len(colour) == 6 else -1  # noqa: PLR2004 - rrggbb
    except ValueError:
        return None
    return None if number < 0 else (number >> 16, number >> 8 & 255, number & 255)


def is_grey(colour: str) -> bool:
    """Whether it is the grey in which forms print their hints (提示语): not black, not white, no hue."""
    channels = _channels(colour)
    if channels is None or max(channels) - min(channels) > GREY_SPREAD:
        return False
    return GREY_FROM <= sum(channels) // 3 <= GREY_TO


def palette(colour: str) -> str:
    """The palette's nearest name for a colour; empty for black, white and grey."""
    channels = _channels(colour)
    if channels is None:
        return ""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in channels))
    if saturation < 0.25 or not 0.1 < lightness < 0.93:  # noqa: PLR2004 - too dull, too dark, too light
        return ""
    bounds = ((20, "red"), (65, "orange"), (165, "green"), (255, "blue"), (330, "purple"), (361, "red"))
    return next(name for bound, name in bounds if hue * 360 < bound)


def look_of(properties: Element | None) -> Look:
    """What a ``w:rPr`` says by itself."""
    look = Look()
    if properties is None:
        return look
    for tag, mark in MARKS.items():
        if (on := is_on(properties, tag)) is not None:
            look.switches[mark] = on or (mark == "strike" and look.switches.get("strike", False))
    underline = child(properties, "u")
    if underline is not None:
        look.switches["underline"] = value(underline, default="single") != "none"
    position = value(child(properties, "vertAlign"))
    if position in {"superscript", "subscript"}:
        look.switches[position] = True
    if name := HIGHLIGHTS.get(value(child(properties, "highlight"))):
        look.switches[f"highlight:{name}"] = True
    look.colour = value(child(properties, "color")).replace("auto", "").upper()
    size = value(child(properties, "sz"))
    look.size = number(size, most=3276) / 2
    look.hidden = bool(is_on(properties, "vanish"))
    return look


def outline_level(text: str) -> int:
    """An outline level from 1; Word counts from 0, and 9 is body text."""
    level = number(text, 9, least=-1, most=9)
    return level + 1 if 0 <= level < 9 else 0  # noqa: PLR2004 - 9 is body text


class Styles:
    """The styles of a document (样式表)."""

    def __init__(self, root: Element | None) -> None:
        self.elements: dict[str, Element] = {}
        self.default_paragraph = ""
        self.defaults = Look()
        self._looks: dict[str, Look] = {}
        if root is None:
            return
        self.defaults = look_of(child(root, "docDefaults", "rPrDefault", "rPr"))
        for style in root.iter(W + "style"):
            self.elements[value(style, "styleId")] = style
            if value(style, "type") == "paragraph" and value(style, "default") in {"1", "true"}:
                self.default_paragraph = value(style, "styleId")

    def chain(self, style_id: str) -> list[Element]:
        """The style and those it is based on, nearest first; a circle ends."""
        chain: list[Element] = []
        while (
            len(chain) < LONGEST_CHAIN and style_id in self.elements and self.elements[style_id] not in chain
        ):
            chain.append(self.elements[style_id])
            style_id = value(child(chain[-1], "basedOn"))
        return chain

    def look(self, style_id: str) -> Look:
        if style_id not in self._looks:
            look = Look()
            for style in self.chain(style_id):
                look = look.over(look_of(child(style, "rPr")))
            self._looks[style_id] = look
        return self._looks[style_id]

    def paragraph_look(self, style_id: str) -> Look:
        """The look of a paragraph's style; of its colour only grey counts, a theme's blue headings say
        nothing.
        """
        look = self.look(style_id).over(self.defaults)
        return Look(look.switches, look.colour if is_grey(look.colour) else "", look.size, look.hidden)

    def level(self, style_id: str) -> int:
        """Outline level from 1, or 0 for body text; also by the style's name, for WPS leaves the level
        out.
        """
        for style in self.chain(style_id):
            outline = value(child(style, "pPr", "outlineLvl"))
            if outline:
                return outline_level(outline)
            name = value(child(style, "name")).lower()
            for prefix in ("heading ", "标题 "):
                if name.startswith(prefix) and name.removeprefix(prefix).isdigit():
                    return int(name.removeprefix(prefix))
            if name in {"title", "标题"}:
                return 1
        return 0

    def paragraph_property(self, style_id: str, *path: str) -> Element | None:
        """The first ``w:pPr`` child along the chain."""
        for style in self.chain(style_id):
            found = child(style, "pPr", *path)
            if found is not None:
                return found
        return None
