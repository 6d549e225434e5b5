"""The answer: every text of the file as a piece that is placed, unsure, not placed, or set aside with a
reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lessons.imports.columns import Fact

PLACED, UNSURE, UNPLACED, ASIDE, LABEL = "placed", "unsure", "unplaced", "aside", "label"


@dataclass(slots=True)
class Piece:
    """A few texts that belong together (片段).

    ``spans`` are (paragraph, start, end); ``place`` is a column, a field or
    ``step/<n>/<role>``; ``reason`` is a known
    word that says why it is unsure or aside; ``name`` is what the form calls it.
    """

    status: str
    spans: list[tuple[int, int, int]]
    place: str = ""
    reason: str = ""
    name: str = ""

    def to_json(self) -> dict[str, Any]:
        data: dict[str, Any] = {"status": self.status, "spans": [list(span) for span in self.spans]}
        for key in ("place", "reason", "name"):
            if value := getattr(self, key):
                data[key] = value
        return data


@dataclass(slots=True)
class Lesson:
    """One lesson found in the file: its pieces, and the facts about it."""

    pieces: list[Piece] = field(default_factory=list)
    columns: dict[str, Fact] = field(default_factory=dict)
    minutes: list[int | None] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "pieces": [piece.to_json() for piece in self.pieces],
            "columns": {key: {"value": fact.value, "sure": fact.sure} for key, fact in self.columns.items()},
            "minutes": self.minutes,
        }


@dataclass(slots=True)
class Result:
    """What the recogniser says of a file. Without lessons ``verdict`` is ``blank`` or ``other``."""

    lessons: list[Lesson] = field(default_factory=list)
    rest: list[Piece] = field(default_factory=list)
    verdict: str = "lesson"

    def to_json(self) -> dict[str, Any]:
        return {
            "lessons": [lesson.to_json() for lesson in self.lessons],
            "rest": [piece.to_json() for piece in self.rest],
            "verdict": self.verdict,
        }
