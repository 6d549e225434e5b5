"""A plan as PDF: the same form as in Word, set by Typst."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image

from lessons.body import Step
from lessons.exports.printed import PrintedPlan, PrintedSection, is_short
from lessons.exports.typesetting import Manuscript, TypesettingError, typeset
from realtime.prose.tree import Node
from realtime.prose.typst import LIBRARY, Placed, plain, to_typst

FORM: Final = Path(__file__).with_name("plan.typ")
_MM: Final = 72 / 25.4
_INSET: Final = 12  # points, left and right of a cell together
_FIELD_WIDTH: Final = (170 - 26) * _MM - _INSET
_STEP_WIDTHS: Final = tuple(width * _MM - _INSET for width in (60, 49, 37))


def to_pdf(plan: PrintedPlan) -> bytes:
    """The PDF of a plan. A formula that Typst cannot set stands as LaTeX. Raises TypesettingError."""
    files, placed = _files(plan.pictures)
    try:
        return typeset(Manuscript(_source(plan, placed, formulas=True), files))
    except TypesettingError as error:
        if error.final:
            raise
        return typeset(Manuscript(_source(plan, placed, formulas=False), files))


def _files(pictures: Mapping[str, bytes]) -> tuple[dict[str, bytes], dict[str, Placed]]:
    """The pictures as files, named by number; those that cannot be read are left out."""
    files: dict[str, bytes] = {}
    placed: dict[str, Placed] = {}
    for number, (picture, data) in enumerate(pictures.items()):
        try:
            with Image.open(io.BytesIO(data), formats=["PNG", "JPEG"]) as image:
                size, kind = image.size, str(image.format).lower()
        except (OSError, ValueError, SyntaxError):
            continue
        name = f"{number}.{kind}"
        files[name] = data
        placed[picture] = Placed(f"/{name}", *size)
    return files, placed


def _source(plan: PrintedPlan, placed: Mapping[str, Placed], *, formulas: bool) -> str:
    """The whole document: our two libraries, then calls with string literals."""

    def rich(node: Node, width: float) -> str:
        return to_typst(node, pictures=placed, width=width, formulas=formulas)

    authors = "".join(f"{plain(author)}, " for author in plan.authors)
    lines = [
        LIBRARY.read_text(encoding="utf-8"),
        FORM.read_text(encoding="utf-8"),
        f"#show: form.with({plain(plan.title)}, {plain(plan.unit)}, ({authors}))",
        f"#facts({', '.join(_facts(plan))})",
    ]
    for is_steps, group in groupby(plan.sections, key=lambda section: section.steps is not None):
        if is_steps:
            lines += [_steps(section, rich) for section in group]
        else:
            lines.append(f"#fields({', '.join(_field(section, rich) for section in group)})")
    return "\n".join(lines)


def _facts(plan: PrintedPlan) -> Iterator[str]:
    for label, value in ((_("Lesson title"), plan.title), *plan.facts):
        yield f"({plain(label)}, {plain(value)})"


def _field(section: PrintedSection, rich: Callable[[Node, float], str]) -> str:
    short = _whole(is_short(section.text, at=_FIELD_WIDTH))
    return f"({plain(section.label)}, {rich(section.text, _FIELD_WIDTH)}, {short})"


def _steps(section: PrintedSection, rich: Callable[[Node, float], str]) -> str:
    names = ", ".join(
        plain(name) for name in (_("Step"), _("Teacher's activity"), _("Pupils' activity"), _("Intention"))
    )
    rows = ", ".join(_step(step, rich) for step in section.steps or (Step(id="", order=""),))
    return f"#process({plain(section.label)}, ({names}), {rows})"


def _step(step: Step, rich: Callable[[Node, float], str]) -> str:
    minutes = "" if step.minutes is None else _("%(minutes)s min") % {"minutes": step.minutes}
    cells = (step.teacher, step.student, step.intent)
    written = ", ".join(rich(node, width) for node, width in zip(cells, _STEP_WIDTHS, strict=True))
    short = all(is_short(node, at=width) for node, width in zip(cells, _STEP_WIDTHS, strict=True))
    return f"({plain(step.phase)}, {plain(minutes)}, {written}, {_whole(short)})"


def _whole(short: object) -> str:
    """Typst's word for whether a row stays on one page."""
    return "true" if short else "false"
