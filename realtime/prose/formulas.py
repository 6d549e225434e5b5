"""LaTeX formulas as a small tree, from which OMML (Word) and Typst are written.

latex2mathml reads the LaTeX; what it makes is brought into few kinds of pieces here. What cannot be read, or
is larger than a formula that anybody writes by hand, stays LaTeX text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Final
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from realtime.prose.rules import clean_text

MAX_LATEX: Final = 2000
_MAX_PIECES: Final = 1500
_MAX_DEPTH: Final = 30

NARY: Final = frozenset("∑∏∐∫∬∭∮⋃⋂⋁⋀⨁⨂")
LIMIT_NAMES: Final = frozenset({"lim", "max", "min", "sup", "inf", "gcd", "det", "lim sup", "lim inf"})
ACCENTS: Final = {
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "→": "\u20d7", "⃗": "\u20d7", "˙": "\u0307",
    ".": "\u0307", "¨": "\u0308", "ˇ": "\u030c", "´": "\u0301", "`": "\u0300", "˘": "\u0306",
}  # fmt: skip
BARS: Final = frozenset("―¯‾_ˉ\u2015\u0332")
_ALIGNED: Final = re.compile(r"\\(begin|end)\s*\{(?:aligned|align\*?|gathered|gather\*?|split)\}")
_OPENING: Final = frozenset("([{|‖⟨⌊⌈")
_CLOSING: Final = frozenset(")]}|‖⟩⌋⌉")
_TRANSPARENT: Final = {"math", "mrow", "mstyle", "mpadded", "semantics", "menclose", "mtd"}
_TOKENS: Final = {"mi": "ident", "mn": "number", "mo": "op", "mtext": "text", "ms": "text"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a formula (公式).

    ``kind`` is ident, number, op, text or space (``text``); row (``parts``); frac and stack (above, below);
    root (body, degree); scripts (base, below, above); limits (the same, over and under); fence (body;
    ``text`` is the two signs); accent, bar, brace and arrow (body); matrix (its ``parts`` are rows; ``text`` is left or empty).
    """

    kind: str
    text: str = ""
    parts: tuple[Piece, ...] = field(default=())


EMPTY: Final = Piece("row")


def parse(latex: str) -> Piece | None:
    """The formula, or None where it cannot be read."""
    if not latex.strip() or len(latex) > MAX_LATEX:
        return None
    try:
        return _Reader().piece(convert_to_element(_ALIGNED.sub(_as_array, latex)), 0)
    except RecursionError:
        return None
    except Exception:  # noqa: BLE001 -- the library raises whatever it stumbles over; the formula then stays text
        return None


def _as_array(match: re.Match[str]) -> str:
    """latex2mathml knows no lines of equations (方程组); an array of left-aligned columns is the same."""
    return r"\begin{array}{" + "l" * 8 + "}" if match[1] == "begin" else r"\end{array}"


class _Reader:
    """MathML into pieces, bounded."""

    def __init__(self) -> None:
        self.count = 0

    def piece(self, element: Element, depth: int) -> Piece:
        self.count += 1
        if self.count > _MAX_PIECES or depth > _MAX_DEPTH:
            raise ValueError("a formula of that size")
        tag = element.tag.rpartition("}")[2]
        if tag in _TOKENS:
            return Piece(_TOKENS[tag], clean_text(unescape(element.text or "")))
        if tag == "mspace":
            return Piece("space")
        if tag == "mphantom":
            return EMPTY
        parts = [self.piece(child, depth + 1) for child in element]
        if tag in _TRANSPARENT:
            return _row(parts, list(element))
        return _built(tag, parts, element)


def _row(parts: list[Piece], elements: list[Element]) -> Piece:
    """Pieces side by side; what stands between two stretching fences becomes one."""
    if len(parts) < 2:  # noqa: PLR2004
        return parts[0] if parts else EMPTY
    signs = parts[0].text, parts[-1].text
    framed = len(parts) == 3 and parts[1].kind in {"matrix", "stack"}  # noqa: PLR2004 -- two signs about one thing
    if framed and signs[0] in _OPENING and signs[1] in _CLOSING:
        return Piece("fence", signs[0] + signs[1], (parts[1],))
    if _is_fence(elements[0], "prefix") and parts[0].text[:1] in _OPENING:
        closed = _is_fence(elements[-1], "postfix") or parts[-1].text[:1] in _CLOSING
        tables = any(part.kind == "matrix" for part in parts)
        if closed and len(parts) > 1 and parts[-1].kind == "op":
            return Piece(
                "fence",
                parts[0].text[:1] + (parts[-1].text[:1] or " "),  # \right. closes with nothing
                (Piece("row", parts=tuple(parts[1:-1])),),
            )
        if tables:
            return Piece("fence", parts[0].text[:1] + " ", (Piece("row", parts=tuple(parts[1:])),))
    return Piece("row", parts=tuple(parts))


def _is_fence(element: Element, form: str) -> bool:
    tag = element.tag.rpartition("}")[2]
    return tag == "mo" and (element.get("form") == form or element.get("fence") == "true")


def _built(tag: str, parts: list[Piece], element: Element) -> Piece:
    """The piece of a construct."""
    first, second = [*parts, EMPTY, EMPTY][:2]
    if tag == "mfrac":
        kind = "stack" if element.get("linethickness", "") in {"0", "0px", "0pt"} else "frac"
        return Piece(kind, parts=(first, second))
    if tag in {"msqrt", "mroot"}:
        body = Piece("row", parts=tuple(parts)) if tag == "msqrt" else first
        return Piece("root", parts=(body, EMPTY if tag == "msqrt" else second))
    if tag in {"msub", "msup", "msubsup", "munder", "mover", "munderover"}:
        return _scripts(tag, parts)
    if tag == "mtable":
        left = any(cell.get("columnalign") == "left" for row in element for cell in row)
        return Piece("matrix", "left" if left else "", tuple(parts))
    if tag == "mtr":
        return Piece("row", parts=tuple(parts))
    return Piece("row", parts=tuple(parts))


def _scripts(tag: str, parts: list[Piece]) -> Piece:
    base, first, second = (*parts, EMPTY, EMPTY)[:3]
    below, above = (EMPTY, first) if tag in {"msup", "mover"} else (first, second)
    simple = tag in {"mover", "munder"} and first.kind == "op"
    if simple and (special := _marked(tag, base, first.text)):
        return special
    over = tag in {"munder", "mover", "munderover"} or base.text in LIMIT_NAMES
    return Piece("limits" if over else "scripts", parts=(base, below, above))


def _marked(tag: str, base: Piece, sign: str) -> Piece | None:
    """A base with an accent, a bar or a brace; None for anything else above or below it."""
    place = "over" if tag == "mover" else "under"
    if sign in BARS:
        return Piece("bar", place, (base,))
    if sign in {"⏞", "⏟"}:
        return Piece("brace", place, (base,))
    wide = base.kind == "row" and len(base.parts) > 1
    if tag == "mover" and sign in ACCENTS and not (sign == "→" and wide):
        return Piece("accent", ACCENTS[sign], (base,))
    return Piece("arrow", sign, (base,)) if tag == "mover" and sign in "→←↔" else None
