"""The words of a paragraph: runs, fields, pictures, formulas, notes, what was changed and what was struck
out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lessons.imports import formulas
from lessons.imports.package import DGM, MC, A, Element, M, R, V, W, child, is_on, value
from lessons.imports.source import Inline
from lessons.imports.styles import Look, Styles, look_of
from lessons.imports.symbols import sign, written

PASSED_THROUGH = {
    "hyperlink",
    "smartTag",
    "customXml",
    "fldSimple",
    "sdt",
    "sdtContent",
    "ins",
    "moveTo",
    "dir",
    "bdo",
}
STRUCK = {"del", "moveFrom"}
ENCLOSED_FIELD = re.compile(
    r"^\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\(\s*[○□△◇]\s*[,，;]\s*(.{1,3}?)\s*\)\s*$", re.IGNORECASE
)
FRACTION_FIELD = re.compile(r"^\s*eq\s*\\f\s*\(([^(),，]{1,30})[,，]([^(),，]{1,30})\)\s*$", re.IGNORECASE)
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
RASTER = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".jfif")
METAFILES = (".wmf", ".emf", ".wmz", ".emz")


@dataclass(slots=True)
class Part:
    """One part of the package while it is read: its relations, and the boxes met on the way."""

    relations: dict[str, tuple[str, str, bool]]
    boxes: list[Element] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class Words:
    """Reads the inlines of paragraphs; what it leaves out it tells ``drop``."""

    def __init__(
        self,
        styles: Styles,
        drop: Callable[[str, str], None],
        picture: Callable[[str], int],
        note: Callable[[str, str], str],
        smart_art: Callable[[str], list[str]],
    ) -> None:
        self.styles, self.drop, self.picture, self.note, self.smart_art = (
            styles,
            drop,
            picture,
            note,
            smart_art,
        )
        self.fields: list[list[str]] = []  # open complex fields: [phase, code]
        self.font = ""

    def read(self, paragraph: Element, base: Look, part: Part) -> list[Inline]:
        """Everything that is to be kept of a ``w:p``, neighbours with the same marks joined."""
        found: list[Inline] = []
        self._children(paragraph, base, part, found, ())
        self.fields = [
            field for field in self.fields if field[0] != "code"
        ]  # left open: what follows is text
        return join(found)

    def _children(
        self, parent: Element, base: Look, part: Part, out: list[Inline], extra: tuple[str, ...]
    ) -> None:
        for element in parent:
            if not isinstance(element.tag, str):
                continue
            name = element.tag.removeprefix(W)
            if name == "r":
                self._run(element, base, part, out, extra)
            elif name in STRUCK:
                self.drop("deleted", "".join(t.text or "" for t in element.iter(W + "delText", W + "t")))
            elif name in PASSED_THROUGH:
                self._children(element, base, part, out, extra + self._marks_of(element, part))
            elif element.tag in {M + "oMath", M + "oMathPara"}:
                self._formula(element, out)
            elif element.tag == MC + "AlternateContent":
                self._alternative(element, base, part, out, extra)

    def _marks_of(self, element: Element, part: Part) -> tuple[str, ...]:
        """Marks that a wrapper gives its words: a link's address, grey for a content control's prompt."""
        if element.tag == W + "sdt" and child(element, "sdtPr", "showingPlcHdr") is not None:
            return ("grey",)
        if element.tag != W + "hyperlink":
            return ()
        target, _kind, external = part.relations.get(element.get(R + "id", ""), ("", "", False))
        if external and target.lower().startswith(("http://", "https://", "mailto:")):
            return (f"link:{target[:2000]}",)
        if external:
            self.drop("link", target[:200])
        return ()

    def _formula(self, element: Element, out: list[Inline]) -> None:
        written = formulas.latex(element)
        if written is not None:
            out.append(Inline("formula", written))
        elif text := formulas.plain(element).strip():
            out.append(Inline("text", text))
            self.drop("formula", text[:80])

    def _alternative(
        self, element: Element, base: Look, part: Part, out: list[Inline], extra: tuple[str, ...]
    ) -> None:
        """A drawing written twice, for new and for old programs: take the first that says something."""
        for branch in element:
            if branch.tag in {MC + "Choice", MC + "Fallback"}:
                before, boxes, lines = len(out), len(part.boxes), len(part.lines)
                for inner in branch:
                    self._run_child(inner, base.marks() + extra, base, part, out)
                if (len(out), len(part.boxes), len(part.lines)) != (before, boxes, lines):
                    return

    def _run(self, run: Element, base: Look, part: Part, out: list[Inline], extra: tuple[str, ...]) -> None:
        properties = child(run, "rPr")
        look = look_of(properties).over(self.styles.look(value(child(properties, "rStyle")))).over(base)
        if look.hidden:
            if hidden := "".join(t.text or "" for t in run.iter(W + "t")):
                self.drop("hidden", hidden[:200])
            return
        marks = tuple(sorted({*look.marks(), *extra}))
        self.font = value(child(properties, "rFonts"), "ascii")
        for element in run:
            self._run_child(element, marks, look, part, out)

    def _run_child(
        self, element: Element, marks: tuple[str, ...], look: Look, part: Part, out: list[Inline]
    ) -> None:
        if not isinstance(element.tag, str):
            return
        name = element.tag.removeprefix(W)
        if name in {"fldChar", "instrText"}:
            self._field(name, element, marks, out)
        elif element.tag == MC + "AlternateContent":
            self._alternative(element, look, part, out, marks)
        elif name in {"drawing", "pict", "object"}:
            self._drawing(element, part, out)
        elif name == "ruby":
            self._ruby(element, look, part, out)
        elif name in {"footnoteReference", "endnoteReference"}:
            if text := self.note(name.removesuffix("Reference"), value(element, "id")):
                out.append(Inline("text", f"〔注：{text}〕", marks))
        elif not self._in_code():
            self._text(name, element, marks, out)

    def _text(self, name: str, element: Element, marks: tuple[str, ...], out: list[Inline]) -> None:
        if name == "t":
            out.append(Inline("text", written(self.font, element.text or ""), marks))
        elif name in {"br", "cr"}:
            if value(element, "type") != "page":
                out.append(Inline("break"))
        elif name in {"tab", "ptab"}:
            out.append(Inline("text", "\t", marks))
        elif name == "noBreakHyphen":
            out.append(Inline("text", "-", marks))
        elif name == "sym":
            out.append(Inline("text", sign(value(element, "font"), value(element, "char")), marks))

    # --- fields
    # ------------------------------------------------------------------------------------------------

    def _in_code(self) -> bool:
        return any(phase == "code" for phase, _code in self.fields)

    def _field(self, name: str, element: Element, marks: tuple[str, ...], out: list[Inline]) -> None:
        """A field's code is not text; but ``EQ`` has no other result than its code: ① is written so."""
        if name == "instrText":
            if self.fields:
                self.fields[-1][1] += element.text or ""
            return
        kind = value(element, "fldCharType")
        if kind == "begin":
            self.fields.append(["code", ""])
            if (box := child(element, "ffData", "checkBox")) is not None:
                out.append(Inline("text", "☑" if _is_ticked(box) else "☐", marks))
        elif kind == "separate" and self.fields:
            self.fields[-1][0] = "result"
        elif kind == "end" and self.fields:
            _phase, code = self.fields.pop()
            if not self._in_code():
                out.extend(_equation(code, marks))

    # --- drawings
    # ----------------------------------------------------------------------------------------------

    def _ruby(self, element: Element, look: Look, part: Part, out: list[Inline]) -> None:
        """拼音指南: the character, its reading in brackets."""
        base, reading = child(element, "rubyBase"), child(element, "rt")
        if base is not None:
            self._children(base, look, part, out, ())
        words = "".join(t.text or "" for t in reading.iter(W + "t")) if reading is not None else ""
        if words:
            out.append(Inline("text", f"（{words}）", look.marks()))

    def _drawing(self, element: Element, part: Part, out: list[Inline]) -> None:
        boxes = list(element.iter(W + "txbxContent"))
        part.boxes.extend(box for box in boxes if not _inside_another(box, boxes))
        in_box = {node for box in boxes for node in box.iter()}
        for node in element.iter(A + "blip", V + "imagedata"):
            if node not in in_box:
                self._image(node, _description(element), part, out)
        for word_art in element.iter(V + "textpath"):
            if text := (word_art.get("string") or "").strip():
                part.lines.append(text)
        for diagram in element.iter(DGM + "relIds"):
            target = part.relations.get(diagram.get(R + "dm", ""), ("", "", False))[0]
            part.lines.extend(self.smart_art(target))
        for chart in element.iter(CHART):
            target = part.relations.get(chart.get(R + "id", ""), ("", "", False))[0]
            part.lines.extend(self.smart_art(target))
            self.drop("chart", _description(element))

    def _image(self, node: Element, description: str, part: Part, out: list[Inline]) -> None:
        link = node.get(R + "link") or node.get(R + "href")
        key = node.get(R + "embed") or node.get(R + "id") or node.get(R + "pict") or link or ""
        target, _kind, external = part.relations.get(key, ("", "", False))
        if external or not target:
            if link or external:
                self.drop("external", target[:200])
            return
        suffix = target.lower().rpartition(".")[2]
        if f".{suffix}" in RASTER + METAFILES:
            out.append(Inline("image", description[:200], (), self.picture(target)))
        else:
            self.drop("picture", target.rpartition("/")[2])


def _is_ticked(box: Element) -> bool:
    """Whether an old form's check box is ticked, by hand or from the beginning."""
    by_hand = is_on(box, "checked")
    return bool(is_on(box, "default")) if by_hand is None else by_hand


def _equation(code: str, marks: tuple[str, ...]) -> list[Inline]:
    if match := ENCLOSED_FIELD.match(code):
        inner = match[1]
        number = int(inner) if inner.isdigit() else 0
        return [Inline("text", chr(0x245F + number) if 1 <= number <= 20 else f"({inner})", marks)]  # noqa: PLR2004
    if match := FRACTION_FIELD.match(code):
        return [Inline("formula", rf"\frac{{{match[1].strip()}}}{{{match[2].strip()}}}")]
    return []


def _inside_another(box: Element, boxes: list[Element]) -> bool:
    return any(ancestor in boxes for ancestor in box.iterancestors(W + "txbxContent"))


def _description(element: Element) -> str:
    for node in element.iter():
        if str(node.tag).endswith("}docPr"):
            text = node.get("descr") or ""
            return "" if "\\" in text or "/" in text else text
    return ""


def join(inlines: list[Inline]) -> list[Inline]:
    """Neighbouring texts with the same marks as one; empty ones gone."""
    joined: list[Inline] = []
    for inline in inlines:
        if inline.kind == "text" and not inline.text:
            continue
        last = joined[-1] if joined else None
        if last is not None and last.kind == inline.kind == "text" and last.marks == inline.marks:
            last.text += inline.text
        else:
            joined.append(inline)
    return joined
