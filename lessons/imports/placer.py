"""One lesson's entries into places: facts to columns, texts to fields, rows to steps."""

from __future__ import annotations

import re

from lessons.imports import columns
from lessons.imports.columns import Fact
from lessons.imports.entries import Entry, Row, Span
from lessons.imports.labels import COLUMNS, NUMBER, STEPS, Labels, shipped, squash
from lessons.imports.lessons import LESSON_LINE, TITLE_LINE, Draft, is_hint, is_placeholder
from lessons.imports.pieces import ASIDE, LABEL, PLACED, UNPLACED, UNSURE, Lesson, Piece
from lessons.imports.process import Process

NOT_A_TITLE = re.compile(
    r"学校|中学|小学|学院|大学|幼儿园|学年|学期|教研|备课组|系部|\d{4}\s*年|日期|模板|教师|姓名|^教案|表$|序号|封面|教育局|进修|课程$|版$|(?:教学设计|教案|学案|方案)$"
)
SECOND = {
    ("key_points", "difficult_points"): (r"(?:教学|学习|本课|活动)?难点", r"(?:教学|学习|本课|活动)?重点"),
    ("textbook_analysis", "learner_analysis"): (r"学情|学生|学习者", r"教材|教学内容|内容|课标"),
}
UNIT_LINE = re.compile(
    r"\s*(?:第\s*[一二三四五六七八九十百\d]+\s*[章单單]|(?:专题|項目|项目|单元|單元|模块)\s*[一二三四五六七八九十\d])"
)
SECTION_LINE = re.compile(r"\s*\d{1,2}[.．]\d{1,2}\s*[^\d.．\s]")
SKELETON = 8  # «基础性作业：» and nothing behind it
SENTENCE_ENDS = "。；，、：:;,"
ROLES = ("phase", "minute_spans", "teacher", "student", "intent")


class Placer:
    """Places the entries of one draft."""

    def __init__(self, draft: Draft, labels: Labels) -> None:
        self.draft, self.labels = draft, labels
        self.lesson = Lesson()
        self.rows: list[Row] = []
        self.front = True

    def place(self) -> Lesson:
        entries = self.draft.entries
        for entry in sorted(entries, key=lambda e: e.region != "body"):
            self._entry(entry)
        self._steps()
        if "title" not in self.lesson.columns:
            self._guess_title()
        self._derive()
        return self.lesson

    def _add(self, status: str, spans: list[Span], place: str = "", reason: str = "", name: str = "") -> None:
        found = [_trimmed(span) for span in spans if not span.blank]
        if found:
            self.lesson.pieces.append(Piece(status, found, place, reason, name))

    # --- entries
    # -----------------------------------------------------------------------------------------------

    def _entry(self, entry: Entry) -> None:
        if not self._is_told_with_its_name(entry):
            self._add(LABEL, entry.marks)
        self._add(UNPLACED, entry.leftover, reason="leftover", name=entry.label.word if entry.label else "")
        if entry.is_steps:
            self.front = False
            self.rows += [self._without_hints(row) for row in entry.rows]
            return
        values = self._content(entry.values)
        if entry.label is None:
            self._unlabelled(entry, values)
        elif values:
            place = self._decided(entry, values)
            self.front = self.front and (place in COLUMNS or place.startswith(("aside", "heading")))
            self._labelled(entry, place, values)
        elif not entry.label.is_column and entry.label.place != "heading":
            self.front = False

    def _content(self, spans: list[Span]) -> list[Span]:
        """Values without hints and without what is only waiting to be filled in."""
        kept = []
        for span in spans:
            if is_hint(span):
                self._add(ASIDE, [span], reason="hint")
            elif is_placeholder(span.text):
                self._add(ASIDE, [span], reason="blank")
            else:
                kept.append(span)
        if kept and all(self._is_skeleton(span) for span in kept):
            self._add(ASIDE, kept, reason="blank")
            return []
        return kept

    def _is_skeleton(self, span: Span) -> bool:
        """A printed sub-heading such as «知识与技能：» with nothing behind it."""
        number = NUMBER.match(span.text)
        bare = span.text[number.end() :] if number else span.text
        waits = bare.rstrip().endswith(("：", ":")) and len(squash(bare)) <= SKELETON
        return not span.para.has_object and (waits or squash(bare) in self.labels.inner | {""})

    def _without_hints(self, row: Row) -> Row:
        cells = []
        for role, spans in row.cells:
            kept = self._content(spans)
            if kept:
                cells.append((role, kept))
        return Row(cells, row.goes_on, row.told, row.table)

    def _labelled(self, entry: Entry, place: str, values: list[Span]) -> None:
        label = entry.label
        if label is None:
            return
        if place in COLUMNS and len(label.places) == 1:
            self._column(place, values, label.word)
        elif place in COLUMNS:
            for one in label.places:
                self._fact(one, _text(values))
            self._add(PLACED, values, place, name=label.word)
        elif place.startswith("aside:"):
            self._add(ASIDE, values, reason=place.removeprefix("aside:"), name=label.word)
        elif place == "heading":
            self._add(ASIDE, values, reason="cover")
        elif len(label.places) > 1:
            self._pair(label.places, values, label.word)
        elif self._is_told_with_its_name(entry):
            self._add(PLACED, _headed(entry.marks[0], values), place, name=label.word)
        else:
            self._add(PLACED, values, place, name=label.word)

    def _is_told_with_its_name(self, entry: Entry) -> bool:
        """Where 教法 and 学法 both lead to one field, their names are needed to tell the texts apart."""
        label = entry.label
        if (
            label is None
            or len(entry.marks) != 1
            or label.place not in shipped()["places"]
            or label.is_column
        ):
            return False
        if label.places == (STEPS,) or len(label.places) > 1 or not self._filled(entry):
            return False
        own = shipped()["places"][label.place][0]
        others = (
            e.label.word
            for e in self.draft.entries
            if e.label and e.label.places == label.places and self._filled(e)
        )
        return label.word != own and len(set(others)) > 1

    def _filled(self, entry: Entry) -> bool:
        return any(not (is_hint(s) or is_placeholder(s.text) or self._is_skeleton(s)) for s in entry.values)

    def _decided(self, entry: Entry, values: list[Span]) -> str:  # noqa: PLR0911 - one answer a rule
        """Where a label leads that may mean several things: its value says which."""
        place = entry.label.place if entry.label else ""
        text = _text(values)
        if place == "?when":
            return "periods" if columns.is_periods(text) else "aside:date"
        if place == "?term":
            return "volume" if columns.volume(text) else "aside:date"
        if place == "?course":
            return (
                "subject"
                if columns.subject(text) or self._has("title")
                else "title"
                if self._has("subject")
                else "subject"
            )
        if place == "?content":
            short = len(text) <= TITLE_LINE and len(values) <= 2  # noqa: PLR2004 - a title, not a text
            return "title" if short and not self._has("title") else "textbook_analysis"
        if place == "?ordinal":
            return "unit" if self._has("title") else "title"
        if place == "theme" and not self._has("title") and len(text) <= TITLE_LINE:
            return "title"
        if (
            place == "title"
            and entry.label
            and "章节" in entry.label.word
            and self._has("title", besides=entry)
        ):
            return "unit"
        if place == "unit" and text.endswith("。"):
            return "textbook_analysis"  # «单元概述：本单元讲…。» is no unit's name
        if place in COLUMNS and len(text) > 3 * TITLE_LINE:
            return {"edition": "textbook_analysis", "theme": "textbook_analysis"}.get(place, "aside:long")
        return place

    def _has(self, place: str, besides: Entry | None = None) -> bool:
        """Whether another entry names a place outright and has something behind it."""
        return any(
            entry is not besides
            and entry.label is not None
            and entry.label.place == place
            and (place != "title" or "章节" not in entry.label.word)
            and any(not is_hint(span) and not is_placeholder(span.text) for span in entry.values)
            for entry in self.draft.entries
        )

    # --- columns
    # -----------------------------------------------------------------------------------------------

    def _column(self, place: str, values: list[Span], name: str) -> None:
        text = _text(values)
        fact = columns.read(place, text)
        known = self.lesson.columns.get(place)
        if fact is None and columns.ticked(text) == "":
            self._add(ASIDE, values, reason="blank", name=name)
        elif fact is None:
            self._add(UNSURE, values, place, "unread", name)
        elif known is None:
            self.lesson.columns[place] = fact
            self._add(PLACED if fact.sure else UNSURE, values, place, "" if fact.sure else "worked_out", name)
            self._also(place, text)
        elif squash(known.value) == squash(fact.value):
            self._add(ASIDE, values, reason="duplicate", name=name)
        else:
            self._add(UNSURE, values, place, "second", name)

    def _also(self, place: str, text: str) -> None:
        """A fact told beside another: 三年级上册 under 年级, 人教版八年级下册 under 教材."""
        if place not in {"grade", "edition", "subject", "stage", "volume", "unit"}:
            return
        readers = {"grade": columns.grade, "volume": columns.volume, "subject": columns.subject}
        if place == "edition":
            readers.pop("subject")
        for other, read in readers.items():
            if (
                other != place
                and other not in self.lesson.columns
                and not self._has(other)
                and (found := read(text))
            ):
                self.lesson.columns[other] = Fact(found)

    def _fact(self, place: str, text: str) -> None:
        """A column out of a text that holds several, such as 年级学科."""
        readers = {"grade": columns.grade, "subject": columns.subject, "volume": columns.volume}
        fact = columns.periods(text) if place == "periods" else Fact(readers.get(place, str)(text))
        if fact is not None and fact.value:
            self.lesson.columns.setdefault(place, fact)

    def _derive(self) -> None:
        """学段 follows from 年级; the rest is looked for in headings, and then only as a suggestion."""
        facts = self.lesson.columns
        for key in ("grade", "stage", "subject"):
            if key in facts and "stage" not in facts and (found := columns.stage(facts[key].value)):
                facts["stage"] = Fact(found)
        heads = [
            s.text
            for e in self.draft.entries
            if e.label is None
            for s in e.values
            if len(s.text) <= TITLE_LINE
        ]
        text = "\n".join(heads[:12])
        readers = {
            "subject": columns.subject,
            "grade": columns.grade,
            "volume": columns.volume,
            "edition": columns.edition,
            "stage": columns.stage,
        }
        for key, read in readers.items():
            if key not in facts and (found := read(text)):
                facts[key] = Fact(found, sure=False)
        if "stage" not in facts and "grade" in facts and (found := columns.stage(facts["grade"].value)):
            facts["stage"] = Fact(found, sure=False)

    # --- texts without a label
    # ---------------------------------------------------------------------------------

    def _unlabelled(self, entry: Entry, values: list[Span]) -> None:
        if entry.region != "body":
            self._add(ASIDE, values, reason="margin")
        elif entry.unknown:
            self._add(UNPLACED, values, name=entry.unknown)
        elif self.front:
            for span in values:
                long = len(span.text.strip()) > TITLE_LINE or span.para.has_object
                self._add(UNPLACED if long else ASIDE, [span], reason="" if long else "cover")
        else:
            self._add(UNPLACED, values)

    def _guess_title(self) -> None:
        """Without a 课题, the heading's name in 《》 or before 教学设计; else the line that looks like a
        title.
        """
        covers = [
            s
            for e in self.draft.entries
            if e.label is None and e.region == "body" and not e.unknown
            for s in e.values
        ]
        lines = [span for span in covers if self._is_cover(span)]
        for span in sorted(lines, key=_title_rank):
            inside = columns.unquoted_title(span.text)
            start, end = inside or (0, len(span.text))
            named = squash(span.text[start:end])
            if (
                (inside or LESSON_LINE.match(span.text))
                and named not in self.labels.words
                and not _is_subject(named)
            ):
                self._take_title(span, span.start + start, span.start + end, sure=True)
                return
        likely = [span for span in lines if _stands_out(span) and _looks_like_title(span)]
        first = [span for span in lines[:1] if _looks_like_title(span)]
        if likely or first:
            best = max(likely or first, key=lambda span: span.para.size)
            self._take_title(best, best.start, best.end, sure=False)

    def _is_cover(self, span: Span) -> bool:
        key = _trimmed(span)
        return any(piece.reason == "cover" and key in piece.spans for piece in self.lesson.pieces)

    def _take_title(self, span: Span, start: int, end: int, *, sure: bool) -> None:
        key = _trimmed(span)
        self.lesson.pieces = [piece for piece in self.lesson.pieces if piece.spans != [key]]
        value = span.para.text[start:end].strip()
        self.lesson.columns["title"] = Fact(value, sure)
        self._add(
            PLACED if sure else UNSURE, [Span(span.para, start, end)], "title", "" if sure else "guess_title"
        )
        self._add(LABEL, [Span(span.para, span.start, start)])
        self._add(LABEL, [Span(span.para, end, span.end)])

    # --- fields and steps
    # --------------------------------------------------------------------------------------

    def _pair(self, places: tuple[str, ...], values: list[Span], name: str) -> None:
        """One label for two fields: cut where the text says so; else the first field, for a person to
        look at.
        """
        second, first = SECOND.get((places[0], places[1]), (r"(?!)", r"(?!)"))
        parts: dict[str, list[Span]] = {place: [] for place in places[:2]}
        current = ""
        for span in values:
            text = span.text.strip()
            for place, word in ((places[1], second), (places[0], first)):
                opens = re.match(rf"[\s\d一二三四五六七八九十、.．（(【\[①-⑩※△★]*{word}", text)
                if opens or re.search(rf"[（(]\s*{word}\s*[）)]\s*[。；;]?$", text):
                    current = place
                    break
            if not current:
                self._add(UNSURE, values, places[0], "pair", name)
                return
            parts[current].append(span)
        for place, spans in parts.items():
            self._add(PLACED, spans, place, name=name)

    def _steps(self) -> None:
        process = Process(self.labels)
        steps = process.read(self.rows)
        self._add(LABEL, process.marks)
        for number, step in enumerate(steps):
            self.lesson.minutes.append(step.minutes)
            for role in ROLES:
                status = UNSURE if role == "intent" and step.unsure else PLACED
                name = "minutes" if role == "minute_spans" else role
                reason = step.unsure if status == UNSURE else ""
                self._add(status, step.of(role), f"step/{number}/{name}", reason)


def _headed(mark: Span, values: list[Span]) -> list[Span]:
    """A text with its label before it; in one piece where they stand in one line."""
    first = values[0]
    if first.para is mark.para and not first.para.text[mark.end : first.start].strip():
        return [Span(mark.para, mark.start, first.end, first.table), *values[1:]]
    return [mark, *values]


def _trimmed(span: Span) -> tuple[int, int, int]:
    text = span.text
    return span.para.id, span.start + len(text) - len(text.lstrip()), span.start + len(text.rstrip())


def _text(spans: list[Span]) -> str:
    return "\n".join(span.text.strip() for span in spans).strip()


def _title_rank(span: Span) -> int:
    """《背影》 names a lesson before 第2课 背影 and 3.1 背影 教学设计 do, these before 第三单元 亲情, of which the lesson
    is one, and that before 三年级语文上册教案.
    """
    if "《" in span.text:
        return 0
    if UNIT_LINE.match(span.text):
        return 2
    return 1 if LESSON_LINE.match(span.text) or SECTION_LINE.match(span.text) else 3


def _is_subject(word: str) -> bool:
    return word != "" and columns.subject(word) == word


def _stands_out(span: Span) -> bool:
    return span.para.align == "center" or span.para.level == 1 or span.para.bold or span.para.size >= 15  # noqa: PLR2004


def _looks_like_title(span: Span) -> bool:
    """Of a title's length (a Latin letter is half an ideograph) and no name of a school, a term or a form."""
    text = span.text.strip()
    width = sum(1 if character > "\u02ff" else 0.5 for character in squash(text))
    return 1 < width <= TITLE_LINE // 2 and text[-1] not in SENTENCE_ENDS and NOT_A_TITLE.search(text) is None


__all__ = ["STEPS", "Placer"]
