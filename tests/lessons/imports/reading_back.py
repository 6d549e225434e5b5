"""A recognised file as plain facts, to be compared with what it should be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from lessons.imports import prescan, reading, web
from lessons.imports.labels import Labels, squash
from lessons.imports.pieces import Result
from lessons.imports.recogniser import recognise
from lessons.imports.source import OBJECT, Source, walk

ROLES = ("phase", "teacher", "student", "intent")


def recognised(path: Path) -> tuple[Source, Result]:
    kind = prescan.scan(path).kind
    readers = {"text": reading.read_text, "web": web.read_web}
    source = readers[kind](path) if kind in readers else reading.read_docx(path)[0]
    return source, recognise(source, Labels())


def summary(source: Source, result: Result) -> dict[str, Any]:
    """Texts by place; what is unsure, not placed or left out with its reason."""
    texts = {para.id: para.text for para in walk(source.blocks)}

    def text(spans: list[tuple[int, int, int]]) -> str:
        return "\n".join(texts[para][start:end].strip() for para, start, end in sorted(spans))

    lessons = []
    for lesson in result.lessons:
        found: dict[str, list[tuple[int, int, int]]] = {}
        for piece in lesson.pieces:
            if piece.place and piece.status in {"placed", "unsure"}:
                found.setdefault(piece.place, []).extend(piece.spans)
        steps = [
            {
                "minutes": minutes,
                **{role: text(found.get(f"step/{n}/{role}", [])) for role in ROLES},
            }
            for n, minutes in enumerate(lesson.minutes)
        ]
        columns = {key: fact.value if fact.sure else f"{fact.value}?" for key, fact in lesson.columns.items()}
        fields = {
            place: text(spans)
            for place, spans in found.items()
            if not place.startswith("step/") and place not in columns
        }
        others = [
            [piece.status, piece.reason or piece.place, text(piece.spans)]
            for piece in lesson.pieces
            if piece.status in {"unsure", "unplaced", "aside"}
        ]
        lessons.append({"columns": columns, "fields": fields, "steps": steps, "others": others})
    rest = [[piece.status, piece.reason, text(piece.spans)] for piece in result.rest]
    return {
        "verdict": result.verdict,
        "lessons": lessons,
        "rest": rest,
        "dropped": [list(d) for d in source.dropped],
    }


def faults_of_tiling(source: Source, result: Result) -> list[str]:
    """Texts that stand in no piece, or in two; nothing when nothing is lost."""
    pieces = [*(piece for lesson in result.lessons for piece in lesson.pieces), *result.rest]
    covered: dict[int, Counter[int]] = {}
    for piece in pieces:
        for number, start, end in piece.spans:
            covered.setdefault(number, Counter()).update(range(start, end))
    faults = []
    for para in walk(source.blocks):
        for at, character in enumerate(para.text):
            times = covered.get(para.id, Counter())[at]
            if times > 1 or (times == 0 and (squash(character) or character == OBJECT)):
                faults.append(f"{times}× «{character}» at {at} of {para.text!r}")
    return faults
