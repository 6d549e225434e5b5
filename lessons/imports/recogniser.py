"""From a source to plans: what each text is, and how sure that is. Nothing is invented, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable

from lessons.imports import lessons as lessons_of
from lessons.imports.columns import Fact
from lessons.imports.entries import Span
from lessons.imports.forms import Walk
from lessons.imports.labels import Labels, squash
from lessons.imports.lessons import Draft, verdict
from lessons.imports.pieces import ASIDE, LABEL, UNPLACED, Lesson, Piece, Result
from lessons.imports.placer import Placer
from lessons.imports.source import OBJECT, Para, Source, walk

Covered = dict[int, list[tuple[int, int]]]


def recognise(source: Source, labels: Labels) -> Result:
    """Say of every text of a file what it is."""
    drafts = lessons_of.split(Walk(labels).read(source))
    verdicts = [verdict(draft, labels) for draft in drafts]
    result = Result()
    owner: dict[int, list[Piece]] = {}  # paragraph → the list that its neighbours went to
    for draft, said in zip(drafts, verdicts, strict=True):
        if said == "lesson":
            lesson = Placer(draft, labels).place()
            result.lessons.append(lesson)
            pieces = lesson.pieces
        else:
            pieces = result.rest
            pieces += _not_a_lesson(draft, said)
        owner |= {span[0]: pieces for piece in pieces for span in piece.spans}
    _share_facts(result.lessons)
    if not result.lessons:
        result.verdict = "blank" if verdicts and all(said == "blank" for said in verdicts) else "other"
    _cover_gaps(source, result, owner)
    for lesson in result.lessons:
        lesson.pieces = _joined(lesson.pieces)
    result.rest = _joined(result.rest)
    return result


def _share_facts(lessons: list[Lesson]) -> None:
    """What the head of a file says once holds for all of its lessons, as a suggestion."""
    for lesson in lessons[1:]:
        for key in ("subject", "stage", "grade", "edition", "volume"):
            if key in lessons[0].columns:
                lesson.columns.setdefault(key, Fact(lessons[0].columns[key].value, sure=False))


def _not_a_lesson(draft: Draft, said: str) -> list[Piece]:
    """A part of the file that is no lesson stays at hand, with the reason."""
    spans: list[Span] = []
    for entry in draft.entries:
        spans += [*entry.marks, *entry.leftover, *entry.values]
        spans += [span for row in entry.rows for _role, found in row.cells for span in found]
    status, reason = (ASIDE, "blank_form") if said == "blank" else (UNPLACED, "not_a_lesson")
    keys = sorted({(span.para.id, span.start, span.end) for span in spans if not span.blank})
    return [Piece(status, [key], reason=reason) for key in keys]


def _cover_gaps(source: Source, result: Result, owner: dict[int, list[Piece]]) -> None:
    """Whatever the placing has not spoken of is listed as not placed; overlaps go to who came first."""
    covered: Covered = {}
    for pieces in (*(lesson.pieces for lesson in result.lessons), result.rest):
        for piece in pieces:
            piece.spans = [span for span in piece.spans if _claim(covered, span)]
    pieces = result.lessons[0].pieces if result.lessons else result.rest
    for para in walk(source.blocks):
        pieces = owner.get(para.id, pieces)
        for start, end in _gaps(para, covered.get(para.id, [])):
            text = para.text[start:end]
            if squash(text) or OBJECT in text:
                status, reason = (UNPLACED, "") if para.region == "body" else (ASIDE, "margin")
                pieces.append(Piece(status, [(para.id, start, end)], reason=reason))
            elif text.strip():
                pieces.append(Piece(LABEL, [(para.id, start, end)]))


def _claim(covered: Covered, span: tuple[int, int, int]) -> bool:
    para, start, end = span
    taken = covered.setdefault(para, [])
    if start >= end or any(start < other_end and other_start < end for other_start, other_end in taken):
        return False
    taken.append((start, end))
    return True


def _gaps(para: Para, taken: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    at = 0
    for start, end in sorted(taken):
        if start > at:
            yield at, start
        at = max(at, end)
    if at < len(para.text):
        yield at, len(para.text)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Neighbouring loose texts as one piece; in the order of the file."""
    ordered = sorted((piece for piece in pieces if piece.spans), key=lambda piece: piece.spans[0])
    joined: list[Piece] = []
    for piece in ordered:
        last = joined[-1] if joined else None
        alike = last is not None and (last.status, last.place, last.reason, last.name) == (
            piece.status,
            piece.place,
            piece.reason,
            piece.name,
        )
        if last is not None and alike and not piece.place and piece.spans[0][0] - last.spans[-1][0] <= 1:
            last.spans += piece.spans
        else:
            joined.append(piece)
    return joined
