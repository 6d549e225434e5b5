"""The walk through one table: labels beside, over and around their values, and the rows of the process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lessons.imports.entries import AFTER_STEPS, Entry, Row, Span, whole
from lessons.imports.labels import COLUMNS, STEPS, Label, squash
from lessons.imports.ranks import number_class
from lessons.imports.source import Cell, Table, walk

if TYPE_CHECKING:
    from lessons.imports.forms import Walk

UNKNOWN = re.compile(r"\s*([\u4e00-\u9fff、]{2,10})[：:]")
LABEL_LENGTH, LEFTOVER_LENGTH, LONG_TEXT = 12, 40, 60
Place = dict[int, Entry]


class TableWalk:
    """The walk through one table."""

    def __init__(self, walk_: Walk, table: Table) -> None:
        self.walk, self.table, self.labels = walk_, table, walk_.labels
        self.owner: dict[tuple[int, int], Entry] = {}  # grid place of a label → its entry
        self.above: Place = {}
        self.grid = {
            (cell.row + down, cell.column + right): cell
            for row in table.rows
            for cell in row
            for down in range(cell.rowspan)
            for right in range(cell.colspan)
        }
        self.outer = walk_.current
        self.flow: Entry | None = self._inherited()

    def _inherited(self) -> Entry | None:
        """What is open when the table begins: a heading before it, or a table that was cut at the page's
        end.
        """
        current = self.walk.current
        if current.label is None or current.label.is_column or current.label.place == "heading":
            return None
        return current if current.table < 0 or current.is_steps or self._goes_on() else None

    def _goes_on(self) -> bool:
        """Whether the first row has lost its label to the table before: it was cut by hand at the page's
        end.
        """
        for row in self.table.rows:
            filled = [cell for cell in row if cell.paragraphs()]
            if filled:
                return row[0] is not filled[0] and not any(map(self._label_of, filled))
        return False

    def read(self) -> None:
        if self._is_content():
            for para in walk([self.table]):
                self.walk.current.add(whole(para, self.table.id))
            return
        if self.walk.roles_table != self.table.columns or not self.walk.current.is_steps:
            self.walk.roles = {}
        for row in self.table.rows:
            cells = [cell for cell in row if cell.paragraphs()]
            if cells:
                self._row(row, cells)
        self.walk.roles_table = self.table.columns

    def _is_content(self) -> bool:
        """Whether the table is what the heading over it announces, such as a grid of marks under 评价量表: no words in
        it are labels, save of that very field and such as 内容 and 项目, which head anything.
        """
        heading = self.flow
        if (
            heading is None
            or heading.label is None
            or heading.is_steps
            or heading.table >= 0
            or heading.values
        ):
            return False
        filled = [[cell for cell in row if cell.paragraphs()] for row in self.table.rows]
        labels = [label for cells in filled for cell in cells if (label := self._label_of(cell))]
        own = {"heading", *heading.label.places}
        return all(label.place in own or label.place.startswith("?") for label in labels) and not any(
            (self._inline_label(cell) and not self._label_of(cell)) or self._is_heading_of_steps(cells)
            for cells in filled
            for cell in cells
        )

    def _row(self, row: list[Cell], cells: list[Cell]) -> None:
        if self._is_heading_of_steps(cells):
            self._heading_of_steps(cells)
        elif self.walk.roles and not self._leaves_steps(row, cells):
            self._step(row, cells)
        else:
            self.walk.roles = {}
            self._labels_and_values(row, cells)

    # --- the process
    # -------------------------------------------------------------------------------------------

    def _is_heading_of_steps(self, cells: list[Cell]) -> bool:
        """A row of headings such as 环节 · 教师活动 · 学生活动 · 设计意图."""
        roles = [self.labels.role(cell.text) for cell in cells]
        known = {role for role in roles if role}
        rest = [
            cell for cell, role in zip(cells, roles, strict=True) if not role and not self._label_of(cell)
        ]
        if len(known) < 2 or len(rest) > len(cells) // 3 or not all(_short(cell) for cell in cells):  # noqa: PLR2004
            return False
        if known & {"teacher", "student"}:
            return bool(known & {"student", "phase", "intent", "content", "minutes"}) or len(known) > 1
        in_steps = self._steps_open(cells) or self._holds_the_process(cells, roles)
        return (
            "phase" in known
            and bool(known & {"content", "intent"} or (in_steps and known & {"minutes", "other"}))
        ) or (in_steps and "content" in known)

    def _holds_the_process(self, cells: list[Cell], roles: list[str]) -> bool:
        """«教学内容 │ 备注» over one long text: the process of a lecture, without any label of its own."""
        if cells[0].row or "content" not in roles:
            return False
        column = cells[roles.index("content")].column
        below = self.grid.get((cells[0].row + 1, column))
        return below is not None and len(squash(below.text)) > LONG_TEXT

    def _steps_open(self, cells: list[Cell]) -> bool:
        left = self._left_of(cells[0])
        entry = left or self.flow or self.walk.current
        labels = [self._label_of(cell) for cell in cells]
        return entry.is_steps or any(label is not None and STEPS in label.places for label in labels)

    def _heading_of_steps(self, cells: list[Cell]) -> None:
        """Open the process, or go on with it where the headings are repeated or come in two rows."""
        entry = self._steps_entry(cells)
        first = min(cell.row for cell in cells)
        again = any(role for role in self.walk.roles.values()) and entry is self.walk.current
        if not again:
            self.walk.roles = {}
        roles = _one_phase([self._role_of_heading(cell, n, cells) for n, cell in enumerate(cells)], cells)
        for position, (cell, role) in enumerate(zip(cells, roles, strict=True)):
            entry.marks += [whole(para, self.table.id) for para in cell.paragraphs()]
            if role == "" and cell.row == first and cell.rowspan > 1 and position == 0:
                self.owner[cell.row, cell.column] = entry
                continue
            for column in range(cell.column, cell.column + cell.colspan):
                self.walk.roles[column] = role or "other"

    def _role_of_heading(self, cell: Cell, position: int, cells: list[Cell]) -> str:
        """A 教学过程 cell merged downward beside the headings is the label of it all, not a column."""
        label = self._label_of(cell)
        below = self._below(cell)
        is_side = position == 0 and cell.rowspan > max(c.rowspan for c in cells[1:]) and len(cells) > 2  # noqa: PLR2004
        if is_side and ((label is not None and STEPS in label.places) or below == 0):
            return ""
        return self.labels.role(cell.text)

    def _below(self, cell: Cell) -> int:
        """How many rows of the table begin under a cell's own columns."""
        bottom = cell.row + cell.rowspan
        return sum(1 for row in self.table.rows[bottom:] for other in row if other.column == cell.column)

    def _steps_entry(self, cells: list[Cell]) -> Entry:
        left = self._left_of(cells[0])
        for entry in (left, self.flow, self.walk.current):
            if entry is not None and entry.is_steps:
                self.walk.current = self.flow = entry
                return entry
        entry = self.walk.open(Label("教学过程", (STEPS,)), table=self.table.id)
        self.flow = entry
        return entry

    def _leaves_steps(self, row: list[Cell], cells: list[Cell]) -> bool:
        """Whether a row under the process's headings is a label with its value instead of one more step."""
        first = cells[0]
        label = self._label_of(first)
        if len(cells) == 1 and len(row) == 1:
            hit = self.labels.at_start(first.paragraphs()[0].text)
            told = hit is not None and (hit.label.strong or hit.label.place in AFTER_STEPS)
            label = label or (hit.label if hit is not None and told else None)
            stays = label is None or label.word in self.labels.within or STEPS in label.places
            return not stays and not self.labels.role(first.text)
        if label is None or STEPS in label.places:
            return False
        if len(label.word) < 4 and label.place not in AFTER_STEPS:  # noqa: PLR2004 - too short to be certain
            return False
        outside = not self.walk.roles.get(first.column)
        same_shape = {c.column for c in row} >= set(self._starts_of_roles())
        return outside or not same_shape

    def _starts_of_roles(self) -> list[int]:
        roles = self.walk.roles
        return [column for column in sorted(roles) if roles.get(column - 1) != roles[column]]

    def _step(self, row: list[Cell], cells: list[Cell]) -> None:
        entry = self.walk.current if self.walk.current.is_steps else self._steps_entry(cells)
        roles = self.walk.roles
        step = Row(table=self.table.id)
        known = [column for column, role in roles.items() if role]
        for cell in cells:
            covered = [roles[c] for c in range(cell.column, cell.column + cell.colspan) if roles.get(c)]
            distinct = list(dict.fromkeys(covered))
            if not distinct:
                self._beside_steps(cell, entry)
                continue
            full = len(distinct) > 1 and len(covered) >= len(known)
            role = "full" if full else _main_role(distinct)
            step.cells.append((role, [whole(para, self.table.id) for para in cell.paragraphs()]))
        step.goes_on = self._phase_goes_on(row)
        if step.cells:
            entry.rows.append(step)

    def _beside_steps(self, cell: Cell, entry: Entry) -> None:
        """A cell left of the columns: the label of the process itself, else a part of it."""
        spans = [whole(para, self.table.id) for para in cell.paragraphs()]
        label = self._label_of(cell)
        if label is not None and STEPS in label.places:
            entry.marks += spans
        else:
            entry.rows.append(Row([("full", spans)], table=self.table.id))

    def _phase_goes_on(self, row: list[Cell]) -> bool:
        """Whether the row belongs to the step above: its title is merged with that one's, in each column of titles
        («课中» goes on, while «讨论» beside it is a step of its own).
        """
        phases = [column for column, role in self.walk.roles.items() if role == "phase"]
        if not phases or not row:
            return False
        above = [self.grid.get((row[0].row, column)) for column in phases]
        own = [cell for cell in above if cell is not None and cell.row == row[0].row and cell.paragraphs()]
        return not own and any(cell is not None and cell.row < row[0].row for cell in above)

    # --- labels and values
    # -------------------------------------------------------------------------------------

    def _label_of(self, cell: Cell) -> Label | None:
        """The label that a whole cell is; one character a paragraph too."""
        text = cell.text
        if len(squash(text)) > 2 * LABEL_LENGTH:
            return None
        label = self.labels.whole(text.replace("\n", ""))
        return None if label is not None and label.word in self.labels.inner else label

    def _left_of(self, cell: Cell) -> Entry | None:
        """The entry of the nearest label to the left that reaches down to this row."""
        for column in range(cell.column - 1, -1, -1):
            left = self.grid.get((cell.row, column))
            if left is not None and (left.row, left.column) in self.owner:
                return self.owner[left.row, left.column]
        return None

    def _labels_and_values(self, row: list[Cell], cells: list[Cell]) -> None:
        if self._is_row_of_labels(row, cells):
            self.above = {}
            for cell in cells:
                entry = self._open_cell(cell, self._label_of(cell))
                self.above |= dict.fromkeys(range(cell.column, cell.column + cell.colspan), entry)
            return
        alone = len(cells) == 1 and cells[0].colspan >= self.table.columns
        for position, cell in enumerate(cells):
            self._cell(cell, cells[position + 1 :], alone=alone, first=position == 0)

    def _is_row_of_labels(self, row: list[Cell], cells: list[Cell]) -> bool:
        """Headings over a row of values, as in 课题 · 课型 · 课时 with the facts below."""
        if len(cells) < 2 or len(cells) != len(row):  # noqa: PLR2004 - one label is no row of them
            return False
        if any(label is None or label.place == "heading" for label in map(self._label_of, cells)):
            return False
        below = self.table.rows[cells[0].row + 1] if cells[0].row + 1 < len(self.table.rows) else []
        return (
            bool(below)
            and {c.column for c in below} == {c.column for c in row}
            and not any(self._label_of(cell) for cell in below if cell.paragraphs())
        )

    def _open_cell(self, cell: Cell, label: Label | None, unknown: str = "") -> Entry:
        entry = self.walk.open(label, table=self.table.id, unknown=unknown)
        entry.marks += [whole(para, self.table.id) for para in cell.paragraphs()]
        self.owner[cell.row, cell.column] = entry
        return entry

    def _cell(self, cell: Cell, behind: list[Cell], *, alone: bool, first: bool) -> None:
        label = self._label_of(cell)
        left = self._left_of(cell)
        if label is not None and self._is_label(label, left, behind, cell):
            entry = self._open_cell(cell, label)
            if not label.is_column:
                self.flow = entry if alone or (entry.is_steps and not behind) else None
            return
        if left is None and behind and self._with_leftover(cell, behind):
            return
        role = self.labels.role(cell.text) if behind and _short(cell) else ""
        if role and (left or self.flow or self.walk.current).is_steps and not alone:
            self._role_row(cell, role, left or self.flow or self.walk.current)
            return
        if left is not None and self._is_unknown_label(cell, behind):
            self._open_cell(cell, None, unknown=cell.text.replace("\n", ""))
            return
        goes_on = self.flow is not None and (alone or not first or cell.column > 0 or self.flow.is_steps)
        owner = left or self.above.get(cell.column) or (self.flow if goes_on else None)
        if owner is None and first and behind and _short(cell) and not self._inline_label(cell):
            self._open_cell(cell, None, unknown=cell.text.replace("\n", ""))
            return
        if self._leaves_flow(cell, owner):
            owner = self.flow = None
        elif alone and (number := self._begins_unknown(cell)):
            self._open_unknown(cell, number)
            return
        self._value(cell, owner or self.flow)

    def _is_label(self, label: Label, left: Entry | None, behind: list[Cell], cell: Cell) -> bool:
        """A cell of label words is a label unless it answers one: 课题 │ 作业 would be a value."""
        if left is None or left.table != self.table.id:
            return True
        if left.label is not None and left.label.is_column and left.empty and len(label.word) < 4:  # noqa: PLR2004
            return bool(behind) and label.is_column and label.place.startswith(("aside:", *COLUMNS))
        if left.is_steps:
            return label.place in AFTER_STEPS and bool(behind) and label.strong and cell.column == 0
        return label.is_column or label.strong or bool(behind)

    def _leaves_flow(self, cell: Cell, owner: Entry | None) -> bool:
        """«作业：…» in a row of its own is no part of what was open; the process ends with what follows
        one.
        """
        if owner is None or owner is not self.flow:
            return False
        hit = self.labels.at_start(cell.paragraphs()[0].text)
        if hit is None or hit.how not in {"colon", "whole"} or hit.label.word in self.labels.inner:
            return False
        return hit.label.place in AFTER_STEPS if owner.is_steps else hit.label.place != "heading"

    def _begins_unknown(self, cell: Cell) -> int:
        """How long an unknown label is that a row of its own begins with, where the rows above are each
        a label and its value («重点：…», then «衔接：…»), or are headings («二、…», then «三、…»).
        """
        flow, line = self.flow, cell.paragraphs()[0]
        if flow is None or flow.label is None or flow.is_steps or not flow.marks:
            return 0
        mark = flow.marks[0]
        told = UNKNOWN.match(line.text)
        if told and squash(told[1]) not in self.labels.inner and not number_class(line.text):
            own = mark.table == self.table.id and any(span.para is mark.para for span in flow.values)
            return told.end() if own else 0
        rank = number_class(line.text)
        alike = rank in {"cjk", "chapter"} and rank == number_class(mark.para.text)
        return len(line.text) if alike and len(cell.paragraphs()) == 1 and _short(cell) else 0

    def _open_unknown(self, cell: Cell, length: int) -> None:
        """A label that is not known, and what stands behind or below it, to be placed by hand."""
        first, *others = cell.paragraphs()
        entry = self.walk.open(None, table=self.table.id, unknown=first.text[:length].strip(" ：:"))
        entry.marks.append(Span(first, 0, length, self.table.id))
        entry.add(Span(first, length, len(first.text), self.table.id))
        for para in others:
            entry.add(whole(para, self.table.id))
        self.flow = None if entry.values else entry

    def _is_unknown_label(self, cell: Cell, behind: list[Cell]) -> bool:
        """«场地器材 │ 操场 │ 预计密度 │ 40%»: in a row of pairs the third cell is a label too, known or
        not.
        """
        row = [c for c in self.table.rows[cell.row] if c.paragraphs()]
        word = squash(cell.text)
        at = next((n for n, c in enumerate(row) if c is cell), 0)
        paired = len(row) % 2 == 0 and at % 2 == 0 and at > 0 and (row[0].row, row[0].column) in self.owner
        known = self.owner.get((row[0].row, row[0].column))
        return (
            paired
            and bool(behind)
            and 1 < len(word) <= LABEL_LENGTH // 2
            and word not in self.labels.inner
            and not any(character.isdigit() for character in word)
            and known is not None
            and not known.is_steps
        )

    def _inline_label(self, cell: Cell) -> bool:
        return self.labels.at_start(cell.paragraphs()[0].text) is not None

    def _with_leftover(self, cell: Cell, behind: list[Cell]) -> bool:
        """A label's cell with something else under the label: «课题» and another lesson's title."""
        paragraphs = cell.paragraphs()
        label = self.labels.whole(paragraphs[0].text)
        rest = paragraphs[1:]
        if self._inline_label(behind[0]) and self._label_of(behind[0]) is None:
            return False  # «课程⏎大学语文 │ 学时⏎2»: the values stand under their labels
        if label is None or not rest or len("".join(p.text for p in rest)) > LEFTOVER_LENGTH:
            return False
        entry = self._open_cell(cell, label)
        entry.leftover = entry.marks[1:]
        entry.marks = entry.marks[:1]
        return True

    def _role_row(self, cell: Cell, role: str, entry: Entry) -> None:
        """A step told downward: 教师活动 │ …, 学生活动 │ … each in a row of its own."""
        entry.marks += [whole(para, self.table.id) for para in cell.paragraphs()]
        proxy = Entry(entry.label, table=self.table.id)
        self.owner[cell.row, cell.column] = proxy
        row = Row([(role, [])], told=True, table=self.table.id)
        entry.rows.append(row)
        proxy.rows = [row]
        proxy.unknown = role

    def _value(self, cell: Cell, owner: Entry | None) -> None:
        """Read a cell's content with its owner open; labels inside it may open others."""
        if owner is not None and owner.is_steps and owner.unknown:
            owner.rows[0].cells[0][1].extend(whole(para, self.table.id) for para in cell.paragraphs())
            return
        if owner is not None and owner.is_steps and self._is_unheaded_step(cell, owner):
            return
        self.walk.current = owner if owner is not None else self.walk.open(None, table=self.table.id)
        for block in cell.blocks:
            if isinstance(block, Table):
                self._nested(block)
            elif not block.blank:
                self.walk.paragraph(block, self.table.id)
        if owner is not None:
            self.walk.current = owner
        elif self.walk.current.is_steps or not self._is_column(self.walk.current):
            self.flow = self.walk.current if self.walk.current.label is not None else None

    def _is_column(self, entry: Entry) -> bool:
        return entry.label is not None and entry.label.is_column

    def _is_unheaded_step(self, cell: Cell, owner: Entry) -> bool:
        """A cell of a process whose columns have no headings: kept with its place, its role is found
        later.
        """
        mates = [
            c for c in self.table.rows[cell.row] if c.paragraphs() and (c.row, c.column) not in self.owner
        ]
        if len(mates) < 2:  # noqa: PLR2004 - one cell a row is running text
            return False
        spans = [whole(para, self.table.id) for para in cell.paragraphs()]
        if mates[0] is cell or not owner.rows:
            owner.rows.append(Row([("?", spans)], table=self.table.id))
        else:
            owner.rows[-1].cells.append(("?", spans))
        return True

    def _nested(self, block: Table) -> None:
        """A table in a cell: steps if it has their headings, labels if it has labels, else plain content."""
        current, roles, roles_table = self.walk.current, self.walk.roles, self.walk.roles_table
        inner = TableWalk(self.walk, block)
        if current.label is None or current.is_steps or inner.has_labels():
            self.walk.roles = {}
            inner.read()
        else:
            for para in walk([block]):
                current.add(whole(para, block.id))
        self.walk.roles, self.walk.roles_table = roles, roles_table
        self.walk.current = current

    def has_labels(self) -> bool:
        """Whether strong labels stand in its first column."""
        first = [row[0] for row in self.table.rows if row and row[0].paragraphs()]
        return sum(1 for cell in first if (label := self._label_of(cell)) and label.strong) > 1


def _one_phase(roles: list[str], cells: list[Cell]) -> list[str]:
    """«时间 │ 环节 │ 活动过程»: of two columns that may hold the titles, what is called 过程 holds the text."""
    phases = [n for n, role in enumerate(roles) if role == "phase"]
    texts = [n for n in phases if squash(cells[n].text).endswith(("过程", "流程", "内容"))]
    if len(phases) > len(texts) and not {"teacher", "content"} & set(roles):
        return ["content" if n in texts else role for n, role in enumerate(roles)]
    return roles


def _main_role(roles: list[str]) -> str:
    """The role of a cell that lies under several headings."""
    return next(
        (role for role in ("teacher", "student", "content", "intent", "phase") if role in roles), roles[0]
    )


def _short(cell: Cell) -> bool:
    return 0 < len(squash(cell.text)) <= LABEL_LENGTH + 6
