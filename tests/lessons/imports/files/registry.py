"""The forms by name, and what several of them are made of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.lessons.imports.files.lessons import Sample

FORMS: dict[str, Callable[[Path], None]] = {}


def form(build: Callable[[Path], None]) -> Callable[[Path], None]:
    FORMS[build.__name__] = build
    return build


def listed(items: list[str]) -> str:
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def steps_of(lesson: Sample, title: str = "{phase}（{minutes}分钟）") -> list[list[Any]]:
    return [
        [title.format(phase=s.phase, minutes=s.minutes), (s.teacher, 2), (s.student, 2), s.intent]
        for s in lesson.steps
    ]
