"""Word's formulas (OMML) as LaTeX where they are simple, else as their plain text."""

from __future__ import annotations

from lessons.imports.package import Element, M, W

SIGNS = {
    "×": r"\times ",
    "÷": r"\div ",
    "±": r"\pm ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "≠": r"\ne ",
    "≈": r"\approx ",
    "∞": r"\infty ",
    "π": r"\pi ",
    "α": r"\alpha ",
    "β": r"\beta ",
    "γ": r"\gamma ",
    "δ": r"\delta ",
    "θ": r"\theta ",
    "λ": r"\lambda ",
    "μ": r"\mu ",
    "ω": r"\omega ",
    "φ": r"\varphi ",
    "Δ": r"\Delta ",
    "Ω": r"\Omega ",
    "∠": r"\angle ",
    "⊥": r"\perp ",
    "∥": r"\parallel ",
    "∈": r"\in ",
    "∪": r"\cup ",
    "∩": r"\cap ",
    "∅": r"\varnothing ",
    "⊆": r"\subseteq ",
    "→": r"\to ",
    "⇒": r"\Rightarrow ",
    "∵": r"\because ",
    "∴": r"\therefore ",
    "°": r"^{\circ}",
    "·": r"\cdot ",
    "…": r"\dots ",
    "%": r"\%",
    "#": r"\#",
    "&": r"\&",
    "$": r"\$",
    "{": r"\{",
    "}": r"\}",
    "_": r"\_",
    "\\": r"\backslash ",
    "~": r"\sim ",
    "^": r"\hat{}",
}
SUMS = {
    "∑": r"\sum",
    "∏": r"\prod",
    "∫": r"\int",
    "∬": r"\iint",
    "∮": r"\oint",
    "⋃": r"\bigcup",
    "⋂": r"\bigcap",
}
ACCENTS = {
    "\u0302": r"\hat",
    "\u20d7": r"\vec",
    "\u0305": r"\overline",
    "\u0307": r"\dot",
    "\u0303": r"\tilde",
}
FUNCTIONS = {
    "sin",
    "cos",
    "tan",
    "cot",
    "sec",
    "csc",
    "log",
    "ln",
    "lg",
    "lim",
    "max",
    "min",
    "arcsin",
    "arccos",
    "arctan",
}
BRACES = {"{": r"\{", "}": r"\}", "": ".", "|": "|", "‖": r"\|", "⟨": r"\langle ", "⟩": r"\rangle "}
LONGEST = 2000


class NotSimple(Exception):  # noqa: N818 - a way out, not a fault
    """The formula has something that is not written in LaTeX here."""


def latex(element: Element) -> str | None:
    """LaTeX of an ``m:oMath``, or None where it is not simple."""
    try:
        text = _inside(element).strip()
    except NotSimple:
        return None
    return text if 0 < len(text) <= LONGEST else None


def plain(element: Element) -> str:
    """The formula's text without its structure."""
    return "".join(node.text or "" for node in element.iter(M + "t", W + "t"))


def _inside(element: Element | None) -> str:
    return "" if element is None else "".join(_one(child) for child in element)


def _part(element: Element, name: str) -> str:
    return _inside(element.find(M + name))


def _setting(element: Element, properties: str, name: str, default: str) -> str:
    found = element.find(f"{M}{properties}/{M}{name}")
    return default if found is None else found.get(M + "val", default)


def _text(element: Element) -> str:
    raw = plain(element)
    if raw in FUNCTIONS:
        return f"\\{raw} "
    if any("\u4e00" <= character <= "\u9fff" for character in raw):
        return r"\text{" + "".join(c for c in raw if c not in "\\{}$") + "}"
    return "".join(SIGNS.get(character, character) for character in raw)


def _one(element: Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    if element.tag.startswith(W):
        return _inside(element) if element.tag in {W + "ins", W + "sdt", W + "sdtContent"} else ""
    name = element.tag.removeprefix(M)
    if name.endswith("Pr"):
        return ""
    writer = WRITERS.get(name)
    if writer is None:
        raise NotSimple(name)
    return writer(element)


def _bracketed(element: Element) -> str:
    left = _setting(element, "dPr", "begChr", "(")
    right = _setting(element, "dPr", "endChr", ")")
    inside = ",".join(_inside(part) for part in element.findall(M + "e"))
    return rf"\left{BRACES.get(left, left)}{inside}\right{BRACES.get(right, right)}"


def _sum(element: Element) -> str:
    sign = SUMS.get(_setting(element, "naryPr", "chr", "∫"))
    if sign is None:
        raise NotSimple("nary")
    low, high = _part(element, "sub"), _part(element, "sup")
    return (
        sign + (f"_{{{low}}}" if low else "") + (f"^{{{high}}}" if high else "") + f" {_part(element, 'e')}"
    )


def _root(element: Element) -> str:
    degree = _part(element, "deg")
    return rf"\sqrt{f'[{degree}]' if degree else ''}{{{_part(element, 'e')}}}"


def _accent(element: Element) -> str:
    sign = ACCENTS.get(_setting(element, "accPr", "chr", "\u0302"))
    if sign is None:
        raise NotSimple("acc")
    return f"{sign}{{{_part(element, 'e')}}}"


def _matrix(element: Element) -> str:
    rows = [" & ".join(_inside(cell) for cell in row.findall(M + "e")) for row in element.findall(M + "mr")]
    return r"\begin{matrix}" + r" \\ ".join(rows) + r"\end{matrix}"


def _lines(element: Element) -> str:
    return (
        r"\begin{aligned}"
        + r" \\ ".join(_inside(part) for part in element.findall(M + "e"))
        + r"\end{aligned}"
    )


WRITERS = {
    "r": _text,
    "t": _text,
    "oMath": _inside,
    "oMathPara": _inside,
    "e": _inside,
    "box": lambda e: _part(e, "e"),
    "f": lambda e: rf"\frac{{{_part(e, 'num')}}}{{{_part(e, 'den')}}}",
    "sSup": lambda e: f"{{{_part(e, 'e')}}}^{{{_part(e, 'sup')}}}",
    "sSub": lambda e: f"{{{_part(e, 'e')}}}_{{{_part(e, 'sub')}}}",
    "sSubSup": lambda e: f"{{{_part(e, 'e')}}}_{{{_part(e, 'sub')}}}^{{{_part(e, 'sup')}}}",
    "rad": _root,
    "nary": _sum,
    "d": _bracketed,
    "func": lambda e: _part(e, "fName") + _part(e, "e"),
    "fName": _inside,
    "limLow": lambda e: f"{_part(e, 'e').strip()}_{{{_part(e, 'lim')}}}",
    "limUpp": lambda e: f"{_part(e, 'e').strip()}^{{{_part(e, 'lim')}}}",
    "bar": lambda e: rf"\overline{{{_part(e, 'e')}}}",
    "acc": _accent,
    "m": _matrix,
    "eqArr": _lines,
}
