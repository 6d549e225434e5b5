"""The walk through a file in reading order: which label stands over, before or beside which text.

It knows no particular form. What forms have in common: a label fills a cell or begins a line; its value
stands behind
it in the line, in the cell to its right (as far down as the label is merged), below it, or in the rows
that follow.
"""

from __future__ import annotations

import re

from lessons.imports.columns import unquoted_title
from lessons.imports.entries import AFTER_STEPS, Entry, Row, Span
from lessons.imports.labels import COLUMNS, Hit, Label, Labels
from lessons.imports.ranks import PERIOD, follows, number_class
from lessons.imports.source import Block, Para, Source, Table
from lessons.imports.tables import TableWalk

HEADING_LENGTH = 40
# Short words that nevertheless are labels when they begin a paragraph of the body, with a colon behind.
SAFE_WORDS = {
    "教具",
    "学具",
    "教法",
    "学法",
    "板书",
    "作业",
    "反思",
    "课型",
    "课时",
    "课题",
    "准备",
    "教具学具",
}
SURE_AFTER_STEPS = {"board", "reflection"}


def _is_title(line: Span) -> bool:
    """The next lesson's title amid running text: «《江南》教学设计» in the middle of its line."""
    para = line.para
    stands_out = para.align == "center" or para.level == 1 or (para.bold and para.page_before)
    named = unquoted_title(line.text) is not None and not line.text.strip().startswith("《")
    named = named or re.search(r"(?:教学设计|教案)\s*$", line.text) is not None
    return line.table < 0 and line.whole and stands_out and named and len(line.text.strip()) <= HEADING_LENGTH


class Walk:
    """One walk; ``entries`` are what was found, in order."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.entries: list[Entry] = [Entry()]
        self.current = self.entries[0]
        self.roles: dict[int, str] = {}
        self.roles_table = -1

    def read(self, source: Source) -> list[Entry]:
        for block in source.blocks:
            self._block(block)
        return [entry for entry in self.entries if entry.marks or not entry.empty]

    def _block(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
        elif not block.blank:
            if block.region != self.current.region:
                self.open(None, block.region)
            self.paragraph(block)

    def open(self, label: Label | None, region: str = "body", table: int = -1, unknown: str = "") -> Entry:
        entry = Entry(label, region=region, table=table, unknown=unknown)
        self.entries.append(entry)
        self.current = entry
        return entry

    # --- lines
    # -------------------------------------------------------------------------------------------------

    def paragraph(self, para: Para, table: int = -1) -> None:
        """Each line of a paragraph by itself; lines that begin nothing new stay with what is open."""
        text, start = para.text, 0
        for line in text.split("\n"):
            end = start + len(line)
            if line.strip():
                self._line(Span(para, start, end, table))
            start = end + 1

    def _line(self, line: Span) -> None:
        if line.table < 0 <= self.current.table:
            if self.current.is_steps and PERIOD.fullmatch(line.text):
                self.current.rows.append(Row([("full", [line])], table=line.table))
                return
            self.open(None, line.para.region)
        hit = self.labels.at_start(line.text)
        if hit is not None and self._accepts(hit, line):
            self._labelled(line, hit)
            return
        if self._ends_section(line):
            self.open(None, line.para.region, line.table)
        self.current.add(line)

    def _accepts(self, hit: Hit, line: Span) -> bool:  # noqa: PLR0911 - one answer a rule
        """Whether a label at a line's start is meant as one, where it stands."""
        label, current = hit.label, self.current
        if label.word in self.labels.inner or label.place == "heading":
            return label.place == "heading" and hit.how == "whole" and current.label is None
        if hit.how == "spaced" and not (
            label.is_column and current.label is None and len(line.text) < HEADING_LENGTH
        ):
            return False
        if hit.how == "wide" and not (label.is_column or label.strong):
            return False
        if current.label is None:
            return hit.how != "whole" or label.is_column or len(label.word) > 1
        if current.is_steps:
            return self._ends_steps(hit, line)
        if current.label.is_column or current.label.place == "heading":
            return True
        return self._within_field(hit, line)

    def _within_field(self, hit: Hit, line: Span) -> bool:
        """Behind a label of the body another may follow; the weak ones only as a heading of the same rank."""
        label = hit.label
        if self.current.label is not None and label.places == self.current.label.places:
            return False  # «经验准备：» under 活动准备 is a part of it
        if line.table >= 0 and label.place in COLUMNS and self.current.table == line.table:
            return False
        if label.strong:
            return True
        plain = label.word in SAFE_WORDS and not number_class(line.text)
        return line.table < 0 and (self._same_rank(line) or plain)

    def _ends_steps(self, hit: Hit, line: Span) -> bool:
        """The process swallows most labels (出示学习目标 …); what comes after it ends it."""
        label = hit.label
        if line.table < 0 and self._same_rank(line):
            return label.place != "heading"
        if label.places[0] not in AFTER_STEPS:
            return line.table < 0 and label.strong and hit.how == "whole" and line.para.level > 0
        if label.places[0] in SURE_AFTER_STEPS:
            return label.strong
        numbered = number_class(line.text)
        return label.strong and not numbered and hit.how == "whole" and line.table < 0

    def _same_rank(self, line: Span) -> bool:
        """Whether a line is numbered or styled as the heading that opened the current section was."""
        if not self.current.marks:
            return False
        mark = self.current.marks[0]
        if mark.table >= 0:
            return False
        own, other = number_class(line.para.text[line.start :]), number_class(mark.para.text[mark.start :])
        if own and own == other:
            return follows(line.para.text[line.start :], mark.para.text[mark.start :])
        return 0 < line.para.level <= mark.para.level

    def _ends_section(self, line: Span) -> bool:
        """An unknown heading of the same rank ends a section: what it introduces belongs elsewhere."""
        if line.table >= 0 or self.current.label is None or self.current.label.is_column:
            return self._after_column(line)
        if _is_title(line):
            return True
        looks_like_heading = len(line.text.strip()) <= HEADING_LENGTH and not line.text.rstrip().endswith(
            ("。", "；", "，", ";", ",")
        )
        own = number_class(line.text)
        if self.current.is_steps and own in {"bracket", "sign"}:
            return False
        only_by_level = own in {"decimal", "paren", "sign"} and line.para.level == 0
        return looks_like_heading and not only_by_level and self._same_rank(line)

    def _after_column(self, line: Span) -> bool:
        """A fact is told in its own line; the next unlabelled line is no part of it."""
        current = self.current
        if current.label is None or not current.label.is_column or line.table >= 0:
            return False
        return bool(current.values) or line.para.region != current.region

    def _labelled(self, line: Span, hit: Hit) -> None:
        """Open what the line begins, and what begins behind it in the same line."""
        para, base, begin = line.para, line.start, line.start
        following: Hit | None = hit
        while following is not None:
            hit = following
            entry = self.open(hit.label, para.region, line.table)
            entry.marks.append(Span(para, begin, base + hit.end, line.table))
            following = self.labels.inside(line.text, hit.value)
            begin = base + following.start if following else line.end
            entry.add(Span(para, base + hit.value, begin, line.table))

    # --- tables
    # ------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> None:
        TableWalk(self, table).read()
