"""«您是不是要找»: what sounds like the query and stands in a title that the person may find."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from search import fields
from search.analysis.normal import normalise
from search.analysis.sounds import sounds
from search.correct import corrected, slips
from search.engines import engine
from search.errors import EngineUnavailableError
from search.query import clauses
from search.query.compiler import compiled
from search.query.parser import Run, parse
from search.query.tree import Phrase
from search.services.rechecking import may_find, rows_of
from search.types import Hit, Request

ENOUGH_HITS: Final = 3
"""What stands so often in what the person may find, just as it was typed, was meant so."""
_MOST_RUNS, _MOST_SLIPS, _TITLES = 4, 2, 10


def correction(person: Any, query: str, request: Request) -> str | None:
    """The query with what was probably meant, or None; none while the engine is away. Each run of Han characters is looked at by
    itself. It is left alone if it stands in a title or in three entries; the others get the characters of the title that
    sounds most like them.

    Nothing but what the person may find now has a say, neither for a correction nor against one.
    """
    runs = parse(query).runs[:_MOST_RUNS]
    try:
        heard = [_matching(clause, request) if (clause := _sounding(run.text)) else [] for run in runs]
        hits = {hit for found in heard for hit in found}
        rows = rows_of(hits, "title")
        titles = [{hit.id: rows[hit.id].title for hit in found if hit.id in rows} for found in heard]
        if not _has_slips(runs, titles):
            return None
        may = may_find(person, hits)
        found = [
            (run, slip)
            for run, known in zip(runs, titles, strict=True)
            for slip in slips(run.text, [title for name, title in known.items() if name in may])[:_MOST_SLIPS]
            if not _stands_so(person, slip.typed, request)
        ]
    except EngineUnavailableError:
        return None
    return corrected(query, found) if found else None


def _has_slips(runs: Sequence[Run], titles: Sequence[Mapping[str, str]]) -> bool:
    """Whether any title says something else, so that it is worth asking which of them the person may find."""
    return any(
        slips(run.text, [title]) for run, known in zip(runs, titles, strict=True) for title in known.values()
    )


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


def _stands_so(person: Any, typed: str, request: Request) -> bool:
    """Whether what was typed is written so where the person may find it: in a title, or often enough."""
    hits = _matching(compiled(Phrase(typed)), request)
    may = may_find(person, hits)
    if len(may) >= ENOUGH_HITS:
        return True
    rows = rows_of([hit for hit in hits if hit.id in may], "title")
    return any(typed in normalise(row.title) for row in rows.values())
