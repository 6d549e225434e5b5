"""«您是不是要找»: what sounds like the query and stands in a title that the person may find."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from search import fields
from search.analysis.normal import normalise
from search.analysis.sounds import sounds
from search.correct import Run, Slip, corrected, runs_typed, slips
from search.engines import engine
from search.errors import EngineUnavailableError
from search.query import clauses
from search.query.compiler import compiled
from search.query.tree import Phrase
from search.services.rechecking import may_find, rows_of
from search.types import Hit, Request

ENOUGH_HITS: Final = 3
"""What stands so often in what the person may find, just as it was typed, was meant so."""
_MOST_RUNS, _TITLES = 4, 10

Slips = Sequence[tuple[Run, Slip]]


def correction(person: Any, query: str, request: Request) -> str | None:
    """The query with what was probably meant, or None; none while the engine is away. Each run of Han characters is looked at by
    itself. It is left alone if it stands in a title or in three entries; the others get the characters of the title that
    sounds most like them.

    Nothing but what the person may find now has a say, neither for a correction nor against one.
    """
    runs = runs_typed(query)[:_MOST_RUNS]
    try:
        heard = [_matching(clause, request) if (clause := _sounding(run.text)) else [] for run in runs]
        if not _slips(runs, heard, {hit.id for hits in heard for hit in hits}):
            return None
        may = may_find(person, {hit for hits in heard for hit in hits})
        found = [
            (run, slip)
            for run, slip in _slips(runs, heard, may)
            if not _stands_so(person, slip.typed, request)
        ]
    except EngineUnavailableError:
        return None
    return corrected(query, found) if found else None


def _matching(clause: clauses.Clause, request: Request) -> list[Hit]:
    return engine().matching(
        clause,
        principals=request.principals,
        excluded=request.excluded,
        kinds=request.kinds,
        limit=_TITLES,
    )


def _sounding(run: str) -> clauses.Clause | None:
    """Titles that sound most like a run of characters, or like a part of it."""
    heard = dict.fromkeys(sounds(run))
    return clauses.Any(tuple(clauses.Term(fields.TITLE_SOUNDS, sound) for sound in heard)) if heard else None


def _slips(runs: Sequence[Run], heard: Sequence[Sequence[Hit]], may: Collection[str]) -> Slips:
    """The slips in each run by the titles of these hits, of which only some may be looked at."""
    rows = rows_of({hit for hits in heard for hit in hits if hit.id in may}, "title")
    return [
        (run, slip)
        for run, hits in zip(runs, heard, strict=True)
        for slip in slips(run.text, [rows[hit.id].title for hit in hits if hit.id in rows])
    ][:_MOST_RUNS]


def _stands_so(person: Any, typed: str, request: Request) -> bool:
    """Whether what was typed is written so where the person may find it: in a title, or often enough."""
    hits = _matching(compiled(Phrase(typed)), request)
    may = may_find(person, hits)
    if len(may) >= ENOUGH_HITS:
        return True
    rows = rows_of([hit for hit in hits if hit.id in may], "title")
    return any(typed in normalise(row.title) for row in rows.values())
