"""What the walk through a file collects: labels with what stands behind them, and the rows of the process."""

from __future__ import annotations

from dataclasses import dataclass, field

from lessons.imports.labels import STEPS, Label
from lessons.imports.source import Para

# What may end the process amid its running text; everything else there is part of the lesson.
AFTER_STEPS = {"board", "reflection", "homework", "assessment", "references"}


@dataclass(slots=True)
class Span:
    """A stretch of a paragraph's text (一段文字), and the table it stands in if any."""

    para: Para
    start: int
    end: int
    table: int = -1

    @property
    def text(self) -> str:
        return self.para.text[self.start : self.end]

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def whole(self) -> bool:
        return not self.para.text[: self.start].strip() and not self.para.text[self.end :].strip()


def whole(para: Para, table: int = -1) -> Span:
    return Span(para, 0, len(para.text), table)


@dataclass(slots=True)
class Row:
    """One row of the process (环节): what stands in each role's cell.

    Roles are those of the headings, ``full`` for a cell across all of them, ``free`` for running text,
    ``?`` where
    no heading says. ``goes_on`` is set where the row's phase cell is merged with the row above, ``told``
    where the role stands
    beside its text and not over it.
    """

    cells: list[tuple[str, list[Span]]] = field(default_factory=list)
    goes_on: bool = False
    told: bool = False
    table: int = -1


@dataclass(slots=True)
class Entry:
    """A label (栏目) and what stands behind it; without a label, text that nothing introduces.

    ``leftover`` is what stands in the label's own cell beside it. ``unsure`` says why a person should look.
    """

    label: Label | None = None
    marks: list[Span] = field(default_factory=list)
    values: list[Span] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    leftover: list[Span] = field(default_factory=list)
    region: str = "body"
    table: int = -1
    unknown: str = ""
    first: int = 0

    @property
    def is_steps(self) -> bool:
        return self.label is not None and STEPS in self.label.places

    @property
    def empty(self) -> bool:
        return not (self.values or self.rows or self.leftover)

    def add(self, span: Span) -> None:
        """Text behind the label; in the process it is running text."""
        if span.blank:
            return
        if not self.is_steps:
            self.values.append(span)
        elif self.rows and self.rows[-1].cells and self.rows[-1].cells[-1][0] == "free":
            self.rows[-1].cells[-1][1].append(span)
        else:
            self.rows.append(Row([("free", [span])], table=span.table))
