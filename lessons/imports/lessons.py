"""Several lessons in one file are several plans; what is no lesson is none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lessons.imports.columns import unquoted_title
from lessons.imports.entries import Entry, Span
from lessons.imports.labels import COLUMNS, STEPS, Labels, shipped, simplified, squash

CORE = {
    "objectives",
    "key_points",
    "difficult_points",
    STEPS,
    "learner_analysis",
    "textbook_analysis",
    "methods",
}
PERIOD_LINE = re.compile(r"\s*[【（(\[]?\s*第\s*[一二三四五六七八九十\d]+\s*(?:课时|課時|学时|學時)")
LESSON_LINE = re.compile(
    r"\s*(?:第\s*[一二三四五六七八九十百\d]+\s*(?:课|課|次课|讲|章|节|单元)|教案\s*[一二三四五六七八九十\d]+|课题|(?:学习)?(?:任务|项目|专题|单元|模块)\s*[一二三四五六七八九十\d]+\s*[：:])"
)
HINT_SENTENCE = re.compile(r"^[\s（(【\[〔].*[）)】\]〕]\s*[。.]?$", re.DOTALL)
PLACEHOLDER = re.compile(
    r"[\s_＿—\-.．…·/／、，,:：;；（）()\[\]【】《》<>“”\"'。]*(?:(?:年|月|日|星期|周|第|共|课时|学时|节|分钟|班|级|人|X+|x+|×+|\*+|级班|姓名)"
    r"[\s_＿—\-.．…·/／、，,:：;；（）()\[\]【】《》<>]*)*"
)
ENOUGH = 24
TITLE_LINE = 60


@dataclass(slots=True)
class Draft:
    """What will be one plan (教案): its entries in order."""

    entries: list[Entry] = field(default_factory=list)

    def places(self) -> set[str]:
        return {place for entry in self.entries if entry.label for place in entry.label.places}

    @property
    def has_steps(self) -> bool:
        return any(entry.is_steps and entry.rows for entry in self.entries)


def is_hint(span: Span) -> bool:
    """Whether a text only says what should stand there (提示语)."""
    text = span.text.strip()
    if span.para.hint and span.whole:
        return True
    words = shipped()["hints"]["words"]
    telling = any(word in text for word in words)
    return telling and (HINT_SENTENCE.match(text) is not None or len(text) <= ENOUGH)


def is_placeholder(text: str) -> bool:
    """Lines, brackets and units waiting to be filled in: «第　课时», «　年　月　日», «____»."""
    return PLACEHOLDER.fullmatch(text) is not None


def split(entries: list[Entry]) -> list[Draft]:
    """The file's entries by lesson; a second title or second objectives after a process begin the next."""
    drafts = [Draft()]
    for entry in entries:
        current = drafts[-1]
        if _begins_again(entry, current):
            at = _where_it_began(current.entries)
            if at is None or at == len(current.entries):
                at = _cut_title(current.entries, periods=at is not None) or at
            if at is not None and at > 0:
                drafts.append(Draft(current.entries[at:]))
                current.entries = current.entries[:at]
        drafts[-1].entries.append(entry)
    return drafts


def _begins_again(entry: Entry, draft: Draft) -> bool:
    if entry.label is None or not entry.label.places:
        return False
    place = entry.label.place
    places = draft.places()
    done = draft.has_steps or len(places & CORE) >= 3  # noqa: PLR2004 - a form that was filled in
    if place == "title" and "title" in places:
        return done
    return place == "objectives" and "objectives" in places and draft.has_steps


def _where_it_began(entries: list[Entry]) -> int | None:
    """Back over facts and headings to where the next lesson's first line stands; None inside one lesson."""
    at = len(entries)
    while at > 0 and _is_front(entries[at - 1]):
        at -= 1
    front = entries[at:]
    lines = [span.text.strip() for entry in front for span in (*entry.values, *entry.marks)]
    if any(PERIOD_LINE.match(line) for line in lines) and not any(_names_title(e) for e in front):
        return None
    named = any(_names_title(entry) for entry in front)
    titled = any(LESSON_LINE.match(line) or unquoted_title(line) for line in lines)
    headed = any(entry.label is None and span.para.level == 1 for entry in front for span in entry.values)
    return _trimmed(entries, at) if named or titled or headed or not front else None


def _cut_title(entries: list[Entry], *, periods: bool) -> int | None:
    """Where the last lesson ended in an empty «教学后记：» or in running text, the next one's title was
    taken for its content: cut it off as an entry of its own, before the facts that follow it. ``periods``: a line
    such as «第2课时 分数» is a title too, for the lessons part here anyhow.
    """
    at = len(entries)
    while at > 0 and _is_front(entries[at - 1]):
        at -= 1
    last = entries[at - 1]
    spans = last.rows[-1].cells[-1][1] if last.rows and last.rows[-1].cells else last.values
    if at == 0 or not spans or not _is_next_title(spans[-1], periods=periods):
        return None
    title = Entry(values=[spans.pop()])
    entries.insert(at, title)
    return at


def _is_next_title(span: Span, *, periods: bool) -> bool:
    text = simplified(span.text.strip())
    if span.table >= 0 or not span.whole or len(text) > TITLE_LINE:
        return False
    if PERIOD_LINE.match(text):
        return periods
    stands_out = span.para.align == "center" or span.para.level == 1 or span.para.page_before
    return LESSON_LINE.match(text) is not None or (stands_out and text[-1] not in "。；：，;:,")


def _names_title(entry: Entry) -> bool:
    return entry.label is not None and entry.label.place == "title"


def _is_front(entry: Entry) -> bool:
    if entry.label is None:
        return all(len(span.text.strip()) <= TITLE_LINE for span in entry.values) and len(entry.values) <= 8  # noqa: PLR2004
    return entry.label.is_column or entry.label.place == "heading"


def _trimmed(entries: list[Entry], at: int) -> int:
    """Signatures and remarks at the foot of the last form stay with it."""
    foot = entries[at - 1].table if at else -1
    while at < len(entries) and foot >= 0 and entries[at].table == foot and not _names_title(entries[at]):
        at += 1
    return at


def content_length(draft: Draft, labels: Labels) -> int:
    """How many characters of a lesson's body a teacher wrote: no labels, hints, skeletons or placeholders."""
    total = 0
    for entry in draft.entries:
        if (
            entry.label is None
            or entry.label.place in COLUMNS
            or entry.label.place.startswith(("aside", "heading"))
        ):
            continue
        spans = entry.values + [
            span for row in entry.rows for role, found in row.cells if role != "phase" for span in found
        ]
        for span in spans:
            bare = squash(span.text)
            if not (_waits(span) or bare in labels.inner):
                total += len(bare) + (ENOUGH if span.para.has_object else 0)
    return total


def _waits(span: Span) -> bool:
    """Whether a text looks like a form's: a hint, something to fill in, an instruction in brackets, «基础作业：»."""
    text = span.text.strip()
    return (
        is_hint(span)
        or is_placeholder(text)
        or HINT_SENTENCE.match(text) is not None
        or text.endswith(("：", ":"))
    )


def verdict(draft: Draft, labels: Labels) -> str:
    """``lesson``, ``blank`` (a form that nobody filled in) or ``other`` (a plan of work, rules, a
    syllabus …).
    """
    places = draft.places()
    labelled = len(places & CORE)
    length = content_length(draft, labels)
    everything = length + _unlabelled_length(draft)
    heading = "".join(
        span.text for entry in draft.entries[:6] if entry.label is None for span in entry.values[:3]
    )
    foreign = any(word in heading for word in shipped()["not_lessons"]["words"])
    filled = _filled(draft)
    if everything < 2 * ENOUGH and length < ENOUGH and not ("title" in filled and len(filled) > 2):  # noqa: PLR2004 - title, aims, steps
        return "blank" if labelled >= 2 or {"title", STEPS} & places else "other"  # noqa: PLR2004
    if draft.has_steps and _steps_length(draft) >= ENOUGH and not (foreign and labelled < 3):  # noqa: PLR2004
        return "lesson"
    titled = "title" in places or unquoted_title(heading) is not None
    return "lesson" if len(filled & CORE) >= 2 and titled and not foreign else "other"  # noqa: PLR2004


def _filled(draft: Draft) -> set[str]:
    """The places behind whose labels somebody wrote something; of steps, more than their titles."""
    found = {
        entry.label.place
        for entry in draft.entries
        if entry.label and any(not _waits(span) for span in entry.values)
    }
    rows = (row for entry in draft.entries for row in entry.rows)
    told = (span for row in rows for role, spans in row.cells if role != "phase" for span in spans)
    return found | ({STEPS} if any(not _waits(span) for span in told) else set())


def _unlabelled_length(draft: Draft) -> int:
    """What stands behind labels that are not known; covers and headings aside."""
    spans = [
        span for entry in draft.entries if entry.label is None and entry.unknown for span in entry.values
    ]
    return sum(
        len(squash(span.text)) for span in spans if not is_hint(span) and not is_placeholder(span.text)
    )


def _steps_length(draft: Draft) -> int:
    spans = [
        s for e in draft.entries if e.is_steps for row in e.rows for _role, found in row.cells for s in found
    ]
    return sum(len(squash(span.text)) for span in spans if not is_hint(span))
