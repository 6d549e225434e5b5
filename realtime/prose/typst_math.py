"""Formulas as Typst's mathematics: every token is escaped or quoted, so that none is code."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final

from realtime.prose.formulas import EMPTY, LIMIT_NAMES, Piece

_ACCENTS: Final = {
    "\u0302": "hat", "\u0303": "tilde", "\u20d7": "arrow", "\u0307": "dot", "\u0308": "dot.double",
    "\u030c": "caron", "\u0301": "acute", "\u0300": "grave", "\u0306": "breve",
}  # fmt: skip


def quoted(value: str) -> str:
    """A Typst string literal of any text."""
    inner = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inner}"'


def math(formula: Piece) -> str:
    """The formula as an equation within a line."""
    return f"${_write(formula)}$"


def _write(piece: Piece) -> str:
    return _WRITERS[piece.kind](piece)


def _token(piece: Piece) -> str:
    """One letter is a variable; words and Chinese are quoted; signs are escaped and mean themselves."""
    value = piece.text
    if not value:
        return ""
    if value in LIMIT_NAMES:
        return f"op({quoted(value)}, limits: #true)"
    if piece.kind == "text":
        return quoted(value)
    if piece.kind == "ident" and len(value) > 1 and not value.startswith("\\"):
        return f"op({quoted(value)})" if value.isascii() else quoted(value)
    if piece.kind == "number" or len(value) > 1 or ord(value) >= 0x2E80:  # noqa: PLR2004 -- Chinese
        return quoted(value)
    return _sign(value)


def _sign(value: str) -> str:
    """A sign that means itself. Typst looks for the partner of each bracket, of ⟨ and ⌊ too, that is not escaped."""
    escaped = (
        value != ""
        and not value.isalpha()
        and (value.isascii() or unicodedata.category(value) in {"Ps", "Pe"})
    )
    return f"\\{value}" if escaped else value


def _row(piece: Piece) -> str:
    return " ".join(filter(None, (_write(part) for part in piece.parts)))


def _call(name: str, *arguments: str) -> str:
    return f"{name}({', '.join(argument or '#none' for argument in arguments)})"


def _frac(piece: Piece) -> str:
    above, below = (_write(part) or quoted("") for part in piece.parts)
    return _call("frac", above, below) if piece.kind == "frac" else f"mat(delim: #none, {above}; {below})"


def _root(piece: Piece) -> str:
    body, degree = piece.parts
    inner = _write(body) or quoted("")
    return _call("sqrt", inner) if degree == EMPTY else _call("root", _write(degree) or quoted(""), inner)


def _scripts(piece: Piece) -> str:
    base, below, above = piece.parts
    inner = _write(base) or quoted("")
    if piece.kind == "limits":
        inner = f"limits({inner})"
    slots = [f"{side}: {_write(part)}" for side, part in (("b", below), ("t", above)) if _write(part)]
    return f"attach({', '.join([inner, *slots])})"


def _fence(piece: Piece) -> str:
    opening, closing = (_sign(sign.strip()) for sign in piece.text)
    return f"lr({opening} {_write(piece.parts[0])} {closing})"


def _accent(piece: Piece) -> str:
    return _call(_ACCENTS[piece.text], _write(piece.parts[0]) or quoted(""))


def _bar(piece: Piece) -> str:
    return _call(f"{piece.text}line", _write(piece.parts[0]) or quoted(""))


def _brace(piece: Piece) -> str:
    return _call(f"{piece.text}brace", _write(piece.parts[0]) or quoted(""))


def _arrow(piece: Piece) -> str:
    return _call("accent", _write(piece.parts[0]) or quoted(""), piece.text)


def _matrix(piece: Piece) -> str:
    rows = [row.parts if row.kind == "row" else (row,) for row in piece.parts]
    written = "; ".join(", ".join(_write(cell) or quoted("") for cell in row) for row in rows)
    side = "align: #left, " if piece.text else ""
    return f"mat(delim: #none, {side}{written})"


_WRITERS: Final[dict[str, Callable[[Piece], str]]] = {
    "ident": _token,
    "number": _token,
    "op": _token,
    "text": _token,
    "space": lambda _piece: "thin",
    "row": _row,
    "frac": _frac,
    "stack": _frac,
    "root": _root,
    "scripts": _scripts,
    "limits": _scripts,
    "fence": _fence,
    "accent": _accent,
    "bar": _bar,
    "brace": _brace,
    "arrow": _arrow,
    "matrix": _matrix,
}
