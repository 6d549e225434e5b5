# ruff: noqa: SLF001 -- python-docx hands out its XML under names with an underscore
"""A plan as a Word document: the usual A4 form, with real tables, in 宋体 小四 and one and a half lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.shared import Cm, Length, Pt
from docx.table import _Cell as TableCell

from lessons.body import Step
from lessons.exports.printed import PrintedPlan, PrintedSection, is_short
from realtime.prose import docx as prose
from realtime.prose.docx_parts import (
    HEI,
    LATIN,
    element,
    field,
    modern,
    new_cell,
    new_row,
    new_table,
    saved,
    set_fonts,
    style_document,
    underline_paragraph,
)
from realtime.prose.tree import Node

WIDTH: Final = Cm(17)
_LABEL_WIDTH: Final = Cm(2.6)
_FACT_WIDTHS: Final = (_LABEL_WIDTH, Cm(5.9), _LABEL_WIDTH, Cm(5.9))
_STEP_WIDTHS: Final = (Cm(2.4), Cm(6.0), Cm(4.9), Cm(3.7))
_MARGIN: Final = Cm(0.3)
_LABEL_FILL: Final = "F4F1EA"


def to_docx(plan: PrintedPlan) -> bytes:
    """The .docx of a plan."""
    document = Document()
    style_document(document)
    modern(document)
    _describe(document, plan)
    _set_page(document, plan)
    body = document._body
    _title(body, plan)
    _facts(body, plan)
    for is_steps, group in groupby(plan.sections, key=lambda section: section.steps is not None):
        if is_steps:
            for section in group:
                _steps(body, section, plan)
        else:
            _sections(body, list(group), plan)
    _end(body)
    return saved(document)


def _describe(document: Any, plan: PrintedPlan) -> None:
    """What the file says of itself: the title and the lead author, whom the page shows too; no more."""
    about = document.core_properties
    about.title = plan.title[:255]
    about.author = plan.authors[0][:255] if plan.authors else ""
    about.last_modified_by = about.comments = about.keywords = about.category = about.subject = ""
    about.language = "zh-CN"
    about.revision = 1
    about.created = about.modified = datetime.now(tz=UTC).replace(tzinfo=None, microsecond=0)


def _set_page(document: Any, plan: PrintedPlan) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2.5)
    head = page.header.paragraphs[0]
    head.style = document.styles["Normal"]  # Word's own style for headers has other tab stops
    head.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    head.add_run(f"{plan.unit}\t{'、'.join(plan.authors)}")
    underline_paragraph(head)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.add_run("第 ")
    field(foot, "PAGE", "1")
    foot.add_run(" 页　共 ")
    field(foot, "NUMPAGES", "1")
    foot.add_run(" 页")
    for paragraph in (head, foot):
        paragraph.paragraph_format.line_spacing = 1
        for run in paragraph.runs:
            run.font.size = Pt(9)


def _title(body: Any, plan: PrintedPlan) -> None:
    title = body.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Pt(10)
    run = title.add_run(plan.title)
    run.font.size, run.font.bold = Pt(18), True
    set_fonts(run._r.get_or_add_rPr(), LATIN, HEI)


# --- tables -------------------------------------------------------------------------------------------------


def _label(row: Any, text: str, width: Length, parent: Any) -> None:
    """A cell that names what stands beside or below it."""
    cell = TableCell(new_cell(row, width, align="center", fill=_LABEL_FILL), parent)
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.font.bold = True
    set_fonts(run._r.get_or_add_rPr(), LATIN, HEI)


def _plain(row: Any, text: str, width: int, parent: Any, *, span: int = 1) -> None:
    cell = TableCell(new_cell(row, width, span=span, align="center"), parent)
    cell.paragraphs[0].add_run(text)


def _rich(row: Any, node: Node, width: int, plan: PrintedPlan, parent: Any) -> None:
    cell = TableCell(new_cell(row, width), parent)
    prose.append(cell, node, pictures=plan.pictures, width=width - _MARGIN)


def _facts(body: Any, plan: PrintedPlan) -> None:
    """课题 over the whole width, then two facts a row."""
    table = new_table(_FACT_WIDTHS)
    body._element._insert_tbl(table)
    row = new_row(table, whole=True)
    _label(row, _("Lesson title"), _LABEL_WIDTH, body)
    _plain(row, plan.title, sum(_FACT_WIDTHS[1:]), body, span=3)
    for pair in _in_pairs(plan.facts):
        row = new_row(table, whole=True)
        for label, value in pair:
            _label(row, label, _LABEL_WIDTH, body)
            alone = len(pair) == 1
            _plain(
                row, value, sum(_FACT_WIDTHS[1:]) if alone else _FACT_WIDTHS[1], body, span=3 if alone else 1
            )
    _gap(body)


def _in_pairs(facts: Sequence[tuple[str, str]]) -> Iterable[Sequence[tuple[str, str]]]:
    return (facts[start : start + 2] for start in range(0, len(facts), 2))


def _gap(body: Any) -> None:
    """Two tables that touch are one to Word."""
    gap = body.add_paragraph()
    gap.paragraph_format.line_spacing = Pt(8)


def _end(body: Any) -> None:
    """Word wants a paragraph behind the last table: as small as can be, or a full page is followed by an empty one."""
    last = body.paragraphs[-1]
    last.paragraph_format.line_spacing = Pt(1)
    last.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    last._p.get_or_add_pPr().append(element("rPr", element("sz", val=2)))


def _sections(body: Any, sections: Sequence[PrintedSection], plan: PrintedPlan) -> None:
    widths = (_LABEL_WIDTH, WIDTH - _LABEL_WIDTH)
    table = new_table(widths)
    body._element._insert_tbl(table)
    for section in sections:
        row = new_row(table, whole=is_short(section.text, at=widths[1] / Pt(1)))
        _label(row, section.label, _LABEL_WIDTH, body)
        _rich(row, section.text, widths[1], plan, body)
    _gap(body)


def _steps(body: Any, section: PrintedSection, plan: PrintedPlan) -> None:
    """教学过程, with its heading row on every page."""
    heading = body.add_paragraph(section.label, style="Heading 2")
    heading.paragraph_format.keep_with_next = True
    table = new_table(_STEP_WIDTHS)
    body._element._insert_tbl(table)
    row = new_row(table, heading=True, whole=True)
    names = _("Step"), _("Teacher's activity"), _("Pupils' activity"), _("Intention")
    for name, width in zip(names, _STEP_WIDTHS, strict=True):
        _label(row, name, width, body)
    for step in section.steps or (Step(id="", order=""),):
        _step(table, step, plan, body)
    _gap(body)


def _step(table: Any, step: Step, plan: PrintedPlan, body: Any) -> None:
    cells = (step.teacher, step.student, step.intent)
    short = all(is_short(node, at=width / Pt(1)) for node, width in zip(cells, _STEP_WIDTHS[1:], strict=True))
    row = new_row(table, whole=short)
    cell = TableCell(new_cell(row, _STEP_WIDTHS[0]), body)
    cell.paragraphs[0].add_run(step.phase).font.bold = True
    if step.minutes is not None:
        cell.add_paragraph(_("%(minutes)s min") % {"minutes": step.minutes})
    for node, width in zip(cells, _STEP_WIDTHS[1:], strict=True):
        _rich(row, node, width, plan, body)
