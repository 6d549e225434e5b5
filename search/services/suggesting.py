"""What to suggest while somebody types (检索建议): titles, people and themes of what this person may find."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search import kinds
from search.analysis.normal import normalise
from search.engines import engine
from search.errors import EngineUnavailableError
from search.models import EntryRow
from search.models.use import MAX_QUERY
from search.query.compiler import fits, suggesting
from search.services.outbox import hidden_now
from search.services.rechecking import may_find, rows_of
from search.types import PATH_MARK, Hit

MOST: Final = 8
_LOOKED_AT: Final = 24
"""More than is shown: several have the same title, and some may not be found any more."""
_PEOPLE, _THEMES = 2, 2
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words to search for, and what they are (教案, 作者, 主题)."""

    text: str
    label: str | Promise


def suggestions(person: Any, text: str) -> list[Suggestion]:
    """At most eight; none while the engine is away. Each comes from an entry that the person may find now."""
    typed = " ".join(text.split())[:_LONGEST]
    clause = suggesting(typed) if typed else None
    if clause is None:
        return []
    try:
        hits = engine().matching(
            clause,
            principals=kinds.principals_of(person),
            excluded=hidden_now(),
            kinds=(),
            limit=_LOOKED_AT,
        )
    except EngineUnavailableError:
        return []
    rows = _rows_visible(person, hits)
    titles = [
        Suggestion(row.title, label) for row, label in zip(rows, _labels(rows), strict=True) if row.title
    ]
    people = _fitting(typed, (name for row in rows for name in row.people), _("Author"))[:_PEOPLE]
    themes = _fitting(typed, (_theme(row) for row in rows), _("Theme"))[:_THEMES]
    return _without_doubles([*people, *themes, *titles])[:MOST]


def _rows_visible(person: Any, hits: Sequence[Hit]) -> list[EntryRow]:
    """The entries of the hits that the person may find now, in the hits' order."""
    may = may_find(person, hits)
    wanted = [hit for hit in hits if hit.id in may]
    rows = rows_of(wanted, "title", "people", "facets")
    return [rows[hit.id] for hit in wanted if hit.id in rows]


def _fitting(typed: str, names: Iterable[str], label: str | Promise) -> list[Suggestion]:
    """The names that hold what was typed, by their characters or by what they sound like."""
    return [Suggestion(name, label) for name in dict.fromkeys(names) if name and fits(typed, name)]


def _theme(row: EntryRow) -> str:
    return str(row.facets.get("theme", "")).rpartition(PATH_MARK)[2]


def _labels(rows: Sequence[EntryRow]) -> list[str | Promise]:
    """What each is. Of several with one title, of which one is shown, it is the kind that was registered first."""
    order = {kind.name: (nth, kind.label) for nth, kind in enumerate(kinds.kinds())}
    first: dict[str, tuple[int, str | Promise]] = {}
    for row in rows:
        mine, title = order.get(row.kind, (len(order), "")), normalise(row.title)
        first[title] = min(first.get(title, mine), mine, key=lambda one: one[0])
    return [first[normalise(row.title)][1] for row in rows]


def _without_doubles(found: Iterable[Suggestion]) -> list[Suggestion]:
    """The same words once, and nothing that is too long to be searched for."""
    first: dict[str, Suggestion] = {}
    for one in found:
        if len(one.text) <= MAX_QUERY:
            first.setdefault(normalise(one.text), one)
    return list(first.values())
