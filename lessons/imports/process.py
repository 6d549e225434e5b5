"""The process (教学过程) into its steps: from rows under headings, from rows without, from one long text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from statistics import median

from lessons.imports.entries import Row, Span
from lessons.imports.labels import CLOSING, COLONS, NUMBER, OPENING, Labels, simplified, squash
from lessons.imports.ranks import number_class

MINUTES = re.compile(
    r"[（(【\[〔:：,，、—-]*\s*(?:约|大约|预计|用时|预设|时间)?\s*[:：]?\s*(?<!\d[~～–—至到-])(?<![\d.])(\d{1,3})\s*"
    r"(?:分钟|分鐘|分|min(?:ute)?s?|′|'|’|ˊ)(?!\d)\s*(?:左右)?\s*[）)】\]〕]?",
    re.IGNORECASE,
)
ONLY_MINUTES = re.compile(
    r"\s*(?:约|大约|预计)?\s*(\d{1,3})\s*(?:分钟|分鐘|分|min(?:ute)?s?|′|'|’|ˊ)?\s*(?:左右)?\s*",
    re.IGNORECASE,
)
PERIOD = re.compile(r"\s*[【（(\[]?\s*第\s*[一二三四五六七八九十\d]+\s*(?:[课課]时|課時|学时|學時|节课|節課)")
WORD = re.compile(
    r"[\s【\[（(]*(?:第[一二三四五六七八九十\d]+(环节|步|部分|阶段|板块|篇章|幕|站|关|任务|乐章)"
    r"|(?:教学|学习|课堂|探究|核心|子)?(环节|活动|任务|模块|步骤|板块|阶段|议题|篇章|情境|探究|片段|议学|课段|流程|过程)"
    r"[之]?[一二三四五六七八九十\d]+|(step)\s*\d|(part)\s*\d|(?:导入|热身|新授)环节)",
    re.IGNORECASE,
)
CLASSES = ("word", "level", "cjk", "cjk-paren", "bracket", "timed", "decimal", "bold", "sign", "paren")
TIMED = re.compile(rf"{MINUTES.pattern}\s*$", re.IGNORECASE)
BRACKET_TIMED = re.compile(rf"[{CLOSING}]\s*{MINUTES.pattern}\s*$", re.IGNORECASE)
TITLE_LENGTH, LONG_TITLE, LONG_CELL = 26, 44, 60
TITLE_LINES = 3
MOST_MINUTES = 240
MARKERS = ("teacher", "student", "intent", "minutes")


@dataclass(slots=True)
class StepDraft:
    """One step as it was found; ``minutes`` is None where nothing says it. ``unsure`` says why a person
    should look.
    """

    phase: list[Span] = field(default_factory=list)
    minutes: int | None = None
    minute_spans: list[Span] = field(default_factory=list)
    teacher: list[Span] = field(default_factory=list)
    student: list[Span] = field(default_factory=list)
    intent: list[Span] = field(default_factory=list)
    unsure: str = ""

    def of(self, role: str) -> list[Span]:
        spans: list[Span] = getattr(self, role)
        return spans

    @property
    def blank(self) -> bool:
        return not (self.phase or self.teacher or self.student or self.intent)


class Process:
    """Collects the steps of one lesson."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        self.steps: list[StepDraft] = []
        self.group: list[Span] = []
        self.marks: list[Span] = []
        self.tables: Counter[int] = Counter()  # table → its rows

    def read(self, rows: list[Row]) -> list[StepDraft]:
        rows = _columns_guessed(rows)
        by_phase = {row.table for row in rows if any(role == "phase" for role, _ in row.cells)}
        topics = _tables_with_topics(rows, by_phase)
        self.tables = Counter(row.table for row in rows if row.cells)
        for row in rows:
            self._row(row, has_phase=row.table in by_phase, topic=row.table in topics)
        if self.group:
            self._new().phase = self.group
        return [step for step in self.steps if not step.blank or step.minute_spans]

    def _new(self) -> StepDraft:
        self.steps.append(StepDraft())
        return self.steps[-1]

    # --- rows
    # --------------------------------------------------------------------------------------------------

    def _row(self, row: Row, *, has_phase: bool, topic: bool) -> None:
        roles = [role for role, _spans in row.cells]
        if not roles:
            return  # a label with nothing behind it
        if roles == ["free"]:
            self._free(row.cells[0][1])
        elif roles == ["full"]:
            self._full(row.cells[0][1])
        elif row.told:
            self._told(*row.cells[0])
        else:
            self._cells(row, has_phase=has_phase, topic=topic)

    def _full(self, spans: list[Span]) -> None:
        """A cell across the whole process: a heading for what follows, or a text of its own."""
        if (
            len(spans) == 1
            and len(spans[0].text.strip()) <= LONG_TITLE
            and not spans[0].text.rstrip().endswith("。")
        ):
            self._flush_group()
            self.group = list(spans)
        else:
            self._free(spans)

    def _flush_group(self) -> None:
        if self.group:
            self._title(self._new(), self.group)
            self.group = []

    def _told(self, role: str, spans: list[Span]) -> None:
        """教师活动 │ … in a row of its own: the step goes on until something comes a second time."""
        role = {"content": "teacher", "other": "intent"}.get(role, role)
        key = "minute_spans" if role == "minutes" else role
        if self.group or not self.steps or role == "phase" or self.steps[-1].of(key):
            step = self._start(goes_on=False)
        else:
            step = self.steps[-1]
        self._put(step, role, spans)

    def _start(self, *, goes_on: bool) -> StepDraft:
        """The step that a row belongs to; a heading over it becomes (part of) its title."""
        if self.group:
            step = self._new()
            self._title(step, self.group)
            self.group = []
            return step
        return self.steps[-1] if goes_on and self.steps else self._new()

    def _cells(self, row: Row, *, has_phase: bool, topic: bool) -> None:
        own = dict(row.cells)
        unphased = has_phase and "phase" not in own
        step = self._start(goes_on=row.goes_on or (unphased and bool(self.steps and self.steps[-1].phase)))
        for role, spans in row.cells:
            if role == "phase" or (role == "content" and topic):
                self._phase_cell(step, spans, alone=not {"teacher", "student", "content"} & set(own) or topic)
            elif role in {"teacher", "content"} and not {"phase", "student"} & set(own) and not topic:
                self._free(spans, first=step)
            elif role in {"teacher", "content"} and not has_phase and not step.phase:
                self._put(step, role, self._own_title(step, spans))
            else:
                self._put(step, role, spans)
                step.unsure = "intent" if role == "intent" and self.steps[-1] is not step else step.unsure

    def _own_title(self, step: StepDraft, spans: list[Span]) -> list[Span]:
        """Where no column holds the titles, the first line may be one: «一、导入：看视频»; what is left."""
        lines = [line for span in spans for line in _lines(span)]
        ranks = set(_classes(lines[0], self.labels)) if lines and not self._marker(lines[0]) else set()
        if not ranks & {"word", "cjk", "cjk-paren", "bracket"}:
            return spans
        return [*self._heading(step, lines[0]), *lines[1:]]

    def _phase_cell(self, step: StepDraft, spans: list[Span], *, alone: bool) -> None:
        """A step's title; what is too long for one is its text."""
        length = sum(len(span.text.strip()) for span in spans)
        if length <= LONG_CELL and not (alone and len(spans) > TITLE_LINES):
            self._title(step, spans)
        elif alone and len(spans) > 1:
            self._free(spans, first=step)
        elif len(spans[0].text.strip()) <= LONG_TITLE:
            self._title(step, spans[:1])
            step.teacher += spans[1:]
        else:
            step.teacher += spans

    def _put(self, step: StepDraft, role: str, spans: list[Span]) -> None:
        if role == "minutes":
            self._minutes(step, spans)
        elif role == "phase":
            self._title(step, spans)
        elif role in {"teacher", "content"}:
            step.teacher += spans
        elif role == "student":
            step.student += spans
        elif role == "other" and TIMED.fullmatch(_joined(spans)):
            self._minutes(step, spans)
        else:
            step.intent += spans
            if role == "other":
                step.unsure = "other_column"

    def _minutes(self, step: StepDraft, spans: list[Span]) -> None:
        match = ONLY_MINUTES.fullmatch(_joined(spans)) or MINUTES.fullmatch(_joined(spans))
        if match and 0 < int(match[1]) <= MOST_MINUTES:
            step.minutes = (step.minutes or 0) + int(match[1])
            step.minute_spans += spans
        else:
            step.phase += spans

    def _title(self, step: StepDraft, spans: list[Span]) -> None:
        """Put a title, and take the minutes out of it: 导入新课（5分钟）."""
        for span in spans:
            match = next((m for m in MINUTES.finditer(span.text) if 0 < int(m[1]) <= MOST_MINUTES), None)
            if match is None or step.minutes is not None:
                step.phase.append(span)
                continue
            step.minutes = int(match[1])
            pieces = ((0, match.start()), (match.start(), match.end()), (match.end(), len(span.text)))
            for number, (start, end) in enumerate(pieces):
                piece = Span(span.para, span.start + start, span.start + end, span.table)
                if squash(piece.text):
                    (step.minute_spans if number == 1 else step.phase).append(piece)

    # --- running text
    # ------------------------------------------------------------------------------------------

    def _free(self, spans: list[Span], first: StepDraft | None = None) -> None:
        """Cut a long text at its headings; before the first heading it belongs to a step without a title."""
        lines = [line for span in spans for line in _lines(span)]
        chosen = _rank_of_headings(lines, self.labels)
        if first is not None and lines and self.tables[lines[0].table] > 1:
            chosen = _rank_of_a_row(lines, self.labels) or chosen
        step, content = first, list[Span]()
        if (
            chosen is None
            and len(lines) == 1
            and PERIOD.match(lines[0].text)
            and len(lines[0].text) < LONG_TITLE
        ):
            self._flush_group()
            self.group = lines
            return
        for line in lines:
            is_period = PERIOD.match(line.text) is not None and len(line.text.strip()) < LONG_TITLE
            if not is_period and (chosen is None or chosen not in _classes(line, self.labels)):
                content.append(line)
                continue
            step = self._finish(step, content)
            content = []
            if is_period:
                self._flush_group()
                self.group = [line]
                continue
            if step is None or not step.blank:
                step = self._start(goes_on=False)
            elif self.group:
                self._title(step, self.group)
                self.group = []
            content = self._heading(step, line)
        self._finish(step, content)

    def _finish(self, step: StepDraft | None, content: list[Span]) -> StepDraft | None:
        if not content:
            return step
        self._content(step or self._start(goes_on=False), content)
        return None

    def _heading(self, step: StepDraft, line: Span) -> list[Span]:
        """A heading's title; a long line after its colon is the first of the text."""
        text = line.text
        colon = next((at for at, character in enumerate(text) if character in COLONS), -1)
        is_long = len(text.strip()) > LONG_TITLE or text.rstrip()[-1:] in {"。", "；", "？", "！"}
        if is_long and 0 < colon <= TITLE_LENGTH + 8:
            self._title(step, [Span(line.para, line.start, line.start + colon, line.table)])
            self.marks.append(Span(line.para, line.start + colon, line.start + colon + 1, line.table))
            return [Span(line.para, line.start + colon + 1, line.end, line.table)]
        self._title(step, [line])
        return []

    def _content(self, step: StepDraft, lines: list[Span]) -> None:
        """Text of a step: the teacher's unless a line says 学生活动： or 设计意图："""
        role, once = "teacher", ""
        for line in lines:
            marker = self._marker(line)
            if marker is None:
                step.of(once or role).append(line)
                continue
            found, at = marker
            self.marks.append(Span(line.para, line.start, at, line.table))
            rest = self._unclosed(Span(line.para, at, line.end, line.table), line)
            if found == "minutes":
                self._minutes(step, [rest])
                continue
            if found == "intent" and not rest.blank:
                step.intent.append(rest)
                continue
            role = found
            if not rest.blank:
                step.of(role).append(rest)

    def _unclosed(self, rest: Span, line: Span) -> Span:
        """«（设计意图：…）»: the bracket that was opened before the marker is closed behind its text."""
        opened, closed = line.text.lstrip()[:1], rest.text.rstrip()[-1:]
        balanced = (
            rest.text.count(closed) <= rest.text.count(OPENING[CLOSING.index(closed)])
            if closed in CLOSING
            else True
        )
        if rest.blank or opened not in OPENING or balanced or not closed:
            return rest
        end = rest.start + len(rest.text.rstrip()) - 1
        self.marks.append(Span(rest.para, end, rest.end, rest.table))
        return Span(rest.para, rest.start, end, rest.table)

    def _marker(self, line: Span) -> tuple[str, int] | None:
        """The role that a line begins with, and where its text starts: 设计意图：…, 【学生活动】…,
        （设计意图：…）
        """
        text = line.text
        number = NUMBER.match(text)
        for start in dict.fromkeys((number.end() if number else 0, 0)):
            at = start
            while at < len(text) and text[at] in OPENING + " \t\u3000":
                at += 1
            end = at
            while (
                end < len(text)
                and text[end] not in COLONS + CLOSING + OPENING
                and end - at <= LONG_TITLE // 2
            ):
                end += 1
            role = self.labels.roles.get(squash(text[at:end]), "")
            closed = end >= len(text) or text[end] in COLONS + CLOSING
            if role in MARKERS and closed and len(squash(text[at:end])) >= 4:  # noqa: PLR2004 - «师：» is talk
                while end < len(text) and text[end] in COLONS + CLOSING + " \t\u3000":
                    end += 1
                return role, line.start + end
        return None


def _joined(spans: list[Span]) -> str:
    return "".join(span.text for span in spans).strip()


def _lines(span: Span) -> list[Span]:
    found, start = [], span.start
    for line in span.text.split("\n"):
        if line.strip():
            found.append(Span(span.para, start, start + len(line), span.table))
        start += len(line) + 1
    return found


def _classes(line: Span, labels: Labels) -> list[str]:
    """The ranks in which a line may be a heading, empty for running text."""
    text = line.text.strip()
    if squash(text) in labels.inner or not squash(text):
        return []
    minutes = len(text) <= LONG_TITLE and MINUTES.search(text) is not None
    ends_open = text[-1] in "。；，;,"
    short = len(text) <= TITLE_LENGTH or (minutes and len(text) <= LONG_TITLE)
    title = len(text) <= LONG_TITLE or any(colon in text[: TITLE_LENGTH + 8] for colon in COLONS)
    found = []
    if (word := WORD.match(simplified(text))) and title:
        found += [f"word{noun}" for noun in word.groups() if noun]
        found.append("word")
    if line.para.level and line.whole and not ends_open:
        found.append(f"level{line.para.level}")
    number = number_class(text)
    told = any(colon in text[:TITLE_LENGTH] for colon in COLONS)
    if (
        number in {"cjk", "cjk-paren"}
        and title
        and (told or minutes or not ends_open or len(text) > LONG_TITLE)
    ):
        found.append(number)
    elif (
        number == "bracket"
        and len(text) <= TITLE_LENGTH
        and (text[-1] in CLOSING or BRACKET_TIMED.search(text))
    ):
        found.append("bracket")
    elif number in {"decimal", "paren", "sign"} and short and not ends_open:
        found.append(number)
    if line.whole and line.para.bold and short and not ends_open:
        found.append("bold")
    if len(text) <= LONG_TITLE and TIMED.search(text):
        found.append("timed")
    return found


def _rank_of_headings(lines: list[Span], labels: Labels) -> str | None:
    """The rank that cuts the text: the one it begins with if that comes again, else the highest that does."""
    process = Process(labels)
    ranks = [[] if process._marker(line) else _classes(line, labels) for line in lines]  # noqa: SLF001
    counts = Counter(rank for found in ranks for rank in found)
    opening = next((found for found in ranks if found), [])
    at = next((number for number, found in enumerate(ranks) if found), 0)
    for rank in sorted(opening, key=_order):
        if counts[rank] > 1 and at < 3 and not _all_timed(rank, ranks):  # noqa: PLR2004 - a sentence or two may stand before the first
            return rank
    several = [rank for rank in counts if counts[rank] > 1 and rank != "sign"]
    if several:
        best = min(several, key=_order)
        return "timed" if _all_timed(best, ranks) else best
    single = [rank for rank in opening if rank in {"word", "cjk"} and at == 0]
    return single[0] if single else None


def _rank_of_a_row(lines: list[Span], labels: Labels) -> str | None:
    """Where each row of a table is a step, its first line is the title, and what is numbered below it belongs to it:
    «二、抗战的爆发», «1. 卢沟桥事变». None where the first line is no such title.
    """
    ranks = _classes(lines[0], labels)
    return next((rank for rank in ("word", "cjk", "cjk-paren") if rank in ranks), None)


def _all_timed(rank: str, ranks: list[list[str]]) -> bool:
    """Whether every heading of a rank tells its minutes, and lines without any number tell theirs besides."""
    timed = [found for found in ranks if "timed" in found]
    beside = [found for found in timed if rank not in found]
    return (
        rank != "timed"
        and bool(beside)
        and all(found == ["timed"] for found in beside)
        and all("timed" in found for found in ranks if rank in found)
    )


def _order(rank: str) -> tuple[int, str]:
    """环节一 before any of 环节, 任务, 活动: the smaller ones stand inside the larger."""
    if rank.startswith("word"):
        return CLASSES.index("word"), "" if rank != "word" else rank
    return (CLASSES.index("level"), rank) if rank.startswith("level") else (CLASSES.index(rank), "")


def _tables_with_topics(rows: list[Row], by_phase: set[int]) -> set[int]:
    """Tables whose 教学内容 column, for want of 环节, holds short topics: they are the steps' titles."""
    lengths: dict[int, list[int]] = {}
    for row in rows:
        roles = {role for role, _ in row.cells}
        for role, spans in row.cells:
            if role == "content" and row.table not in by_phase and roles & {"teacher", "student"}:
                lengths.setdefault(row.table, []).append(sum(len(span.text.strip()) for span in spans))
    return {table for table, found in lengths.items() if median(found) <= TITLE_LENGTH}


def _columns_guessed(rows: list[Row]) -> list[Row]:
    """Give roles to rows whose columns have no headings, by what stands in them."""
    loose = [row for row in rows if any(role == "?" for role, _ in row.cells)]
    if not loose:
        return rows
    width = max(len(row.cells) for row in loose)
    texts = [
        [" ".join(s.text for s in row.cells[n][1]) for row in loose if n < len(row.cells)]
        for n in range(width)
    ]
    roles = ["teacher"] * width
    if median(len(text.strip()) for text in texts[0]) <= TITLE_LENGTH:
        roles[0] = "phase"
    if all(ONLY_MINUTES.fullmatch(text) for text in texts[-1]):
        roles[-1] = "minutes"
    middle = [n for n in range(width) if roles[n] == "teacher"]
    pupils = [
        n
        for n in middle
        if sum(t.strip().startswith(("学生", "幼儿", "生：")) for t in texts[n]) * 2 > len(texts[n])
    ]
    for n in pupils if len(middle) > 1 else ():
        roles[n] = "student"
    for row in loose:
        row.cells = [(roles[n] if role == "?" else role, spans) for n, (role, spans) in enumerate(row.cells)]
    return rows
