"""What is searched for the judged sets: the plans of ``bench/relevance``, the sample plans of the site, and scientific papers.

All of them may be found by everybody. They have no day of change, so that nothing depends on the day of the run; uses are drawn
from their names and say nothing about what they are, as it is in life.
"""

import gzip
import importlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lessons.body import CELLS
from lessons.demo.installation import body_of, samples
from lessons.models import LessonPlan
from lessons.searchables import tags_of
from realtime.prose.plain import to_text
from search.types import Entry, Part

DATA: Final = Path(__file__).resolve().parents[2] / "relevance"
READERS: Final = frozenset({"all"})
_AIMS: Final = ("objectives", "教学目标")
_COLUMNS: Final = ("title", "subject", "stage", "grade", "edition", "volume", "unit", "theme", "lesson_type")
_MOST_USES: Final = 60


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of CSL (论文): its abstract is searched, its title and its keywords are asked for."""

    key: str
    title: str
    abstract: str
    keywords: tuple[str, ...]


def own_plans() -> Iterator[Entry]:
    """The plans that were written for the judged set."""
    for line in (DATA / "plans.jsonl").read_text(encoding="utf-8").splitlines():
        plan = json.loads(line)
        steps = [[step[name] for name in ("phase", *CELLS)] for step in plan["steps"]]
        yield _entry(plan["key"], plan, plan["fields"], steps, people=(plan["author"],), unit=plan["school"])


def sample_plans() -> Iterator[Entry]:
    """The plans that the site shows to who tries it (示例教案)."""
    for number, sample in samples():
        body = body_of(sample)
        fields = {key: to_text(node) for key, node in body.fields.items()}
        steps = [
            [step.phase, *(to_text(node) for node in (step.teacher, step.student, step.intent))]
            for step in body.steps
        ]
        yield _entry(f"demo-{number}", sample["columns"], fields, steps)


def plans() -> list[Entry]:
    """All that was judged."""
    return [*own_plans(), *sample_plans()]


def more_plans(count: int) -> Iterator[Entry]:
    """So many plans of the generated bank, for what is judged to hide among."""
    if count:
        yield from importlib.import_module("bench.apparatus.search.bank").plans(count)


def papers() -> list[Paper]:
    with gzip.open(DATA / "csl-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Paper(f"csl-{nth:04}", row["title"], row["abstract"], tuple(row["keywords"]))
        for nth, row in enumerate(rows)
    ]


def paper_entries(found: Sequence[Paper]) -> list[Entry]:
    """Only the abstracts are there to be found."""
    return [
        Entry(
            kind="paper",
            key=paper.key,
            version=1,
            title="",
            readers=READERS,
            parts=(Part("abstract", "摘要", paper.abstract),),
        )
        for paper in found
    ]


def _entry(
    key: str,
    columns: Mapping[str, Any],
    fields: Mapping[str, str],
    steps: Sequence[Sequence[str]],
    *,
    people: tuple[str, ...] = (),
    unit: str = "",
) -> Entry:
    """A plan as ``lessons.searchables`` makes it of a row."""
    plan = LessonPlan(**{name: columns[name] for name in _COLUMNS})
    parts = [Part(name, name, text, "aims" if name in _AIMS else "") for name, text in fields.items()]
    parts += [
        Part(f"step:{nth}", f"教学过程第 {nth} 步", "\n".join(step))
        for nth, step in enumerate(steps, start=1)
    ]
    return Entry(
        kind="plan",
        key=key,
        version=1,
        title=plan.title,
        readers=READERS,
        parts=tuple(parts),
        people=people,
        unit=unit,
        tags=tuple(tags_of(plan)),
        uses=zlib.crc32(key.encode()) % _MOST_USES,
        completeness=1.0,
    )
