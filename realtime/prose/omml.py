"""Formulas as Word's own (OMML), so that they can be edited there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from realtime.prose.formulas import EMPTY, LIMIT_NAMES, NARY, Piece

FONT: Final = "Cambria Math"


def omml(formula: Piece) -> Any:
    """The ``m:oMath`` element of a formula."""
    return _into(_element("m:oMath"), formula)


def _element(tag: str, *children: Any, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"m:{name}"), value)
    for child in children:
        element.append(child)
    return element


def _into(parent: Any, piece: Piece) -> Any:
    """Append what the piece amounts to; a row is flat in OMML."""
    parts = piece.parts if piece.kind == "row" else (piece,)
    position = 0
    while position < len(parts):
        part = parts[position]
        position += 1
        if part.kind == "row":
            _into(parent, part)
        elif _is_nary(part):
            operand = parts[position] if position < len(parts) else EMPTY
            position += 1
            parent.append(_nary(part, operand))
        else:
            parent.append(_WRITERS[part.kind](part))
    return parent


def _is_nary(part: Piece) -> bool:
    return part.kind in {"scripts", "limits"} and part.parts[0].text in NARY


def _slot(tag: str, piece: Piece) -> Any:
    return _into(_element(tag), piece)


def _run(text: str, *, plain: bool) -> Any:
    """A run of text; Chinese in it stands in 宋体, the rest in Cambria Math."""
    fonts = OxmlElement("w:rFonts")
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    fonts.set(qn("w:eastAsia"), "宋体")
    properties = OxmlElement("w:rPr")
    properties.append(fonts)
    content = _element("m:t")
    content.text = text
    content.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    style = [_element("m:rPr", _element("m:sty", val="p"))] if plain else []
    return _element("m:r", *style, properties, content)


def _token(piece: Piece) -> Any:
    upright = (
        piece.kind == "text" or (piece.kind == "ident" and len(piece.text) > 1) or piece.text in LIMIT_NAMES
    )
    return _run(piece.text or "\u200b", plain=upright or not piece.text.isascii())


def _space(_piece: Piece) -> Any:
    return _run("\u2009", plain=True)


def _frac(piece: Piece) -> Any:
    kind = [_element("m:fPr", _element("m:type", val="noBar"))] if piece.kind == "stack" else []
    return _element("m:f", *kind, _slot("m:num", piece.parts[0]), _slot("m:den", piece.parts[1]))


def _root(piece: Piece) -> Any:
    body, degree = piece.parts
    hidden = [_element("m:radPr", _element("m:degHide", val="1"))] if degree == EMPTY else []
    return _element("m:rad", *hidden, _slot("m:deg", degree), _slot("m:e", body))


def _scripts(piece: Piece) -> Any:
    base, below, above = piece.parts
    tag = "m:sSubSup" if EMPTY not in (below, above) else "m:sSub" if above == EMPTY else "m:sSup"
    slots = [_slot(name, part) for name, part in (("m:sub", below), ("m:sup", above)) if part != EMPTY]
    return _element(tag, _slot("m:e", base), *slots)


def _limits(piece: Piece) -> Any:
    base, below, above = piece.parts
    inner = _slot("m:e", base)
    if below != EMPTY:
        low = _element("m:limLow", inner, _slot("m:lim", below))
        if above == EMPTY:
            return low
        inner = _element("m:e", low)
    return _element("m:limUpp", inner, _slot("m:lim", above))


def _nary(piece: Piece, operand: Piece) -> Any:
    base, below, above = piece.parts
    place = "undOvr" if piece.kind == "limits" or base.text not in "∫∬∭∮" else "subSup"
    properties = [_element("m:chr", val=base.text), _element("m:limLoc", val=place)]
    properties += [
        _element(f"m:{side}Hide", val="1") for side, p in (("sub", below), ("sup", above)) if p == EMPTY
    ]
    slots = _slot("m:sub", below), _slot("m:sup", above), _slot("m:e", operand)
    return _element("m:nary", _element("m:naryPr", *properties), *slots)


def _fence(piece: Piece) -> Any:
    opening, closing = piece.text[0], piece.text[1].strip()
    properties = _element("m:dPr", _element("m:begChr", val=opening), _element("m:endChr", val=closing))
    return _element("m:d", properties, _slot("m:e", piece.parts[0]))


def _accent(piece: Piece) -> Any:
    return _element(
        "m:acc", _element("m:accPr", _element("m:chr", val=piece.text)), _slot("m:e", piece.parts[0])
    )


def _bar(piece: Piece) -> Any:
    place = _element("m:pos", val="top" if piece.text == "over" else "bot")
    return _element("m:bar", _element("m:barPr", place), _slot("m:e", piece.parts[0]))


def _grouped(sign: str, place: str, body: Piece) -> Any:
    where = "top" if place == "over" else "bot"
    other = "bot" if place == "over" else "top"
    properties = [_element("m:chr", val=sign), _element("m:pos", val=where), _element("m:vertJc", val=other)]
    return _element("m:groupChr", _element("m:groupChrPr", *properties), _slot("m:e", body))


def _brace(piece: Piece) -> Any:
    return _grouped("⏞" if piece.text == "over" else "⏟", piece.text, piece.parts[0])


def _arrow(piece: Piece) -> Any:
    return _grouped(piece.text, "over", piece.parts[0])


def _matrix(piece: Piece) -> Any:
    def cells(row: Piece) -> Sequence[Piece]:
        return row.parts if row.kind == "row" else (row,)

    width = max((len(cells(row)) for row in piece.parts), default=0)
    rows = []
    for row in piece.parts:
        padded = (*cells(row), *(EMPTY,) * (width - len(cells(row))))
        rows.append(_element("m:mr", *(_slot("m:e", cell) for cell in padded)))
    return _element("m:m", *([_to_the_left(width)] if piece.text else []), *rows)


def _to_the_left(width: int) -> Any:
    """The properties of a matrix whose columns are set to the left, as lines of equations are."""
    column = _element("m:mcPr", _element("m:count", val=str(width)), _element("m:mcJc", val="left"))
    return _element("m:mPr", _element("m:mcs", _element("m:mc", column)))


_WRITERS: Final[dict[str, Callable[[Piece], Any]]] = {
    "ident": _token,
    "number": _token,
    "op": _token,
    "text": _token,
    "space": _space,
    "frac": _frac,
    "stack": _frac,
    "root": _root,
    "scripts": _scripts,
    "limits": _limits,
    "fence": _fence,
    "accent": _accent,
    "bar": _bar,
    "brace": _brace,
    "arrow": _arrow,
    "matrix": _matrix,
}
