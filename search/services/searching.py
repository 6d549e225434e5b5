"""Search for a person: ask the engine, look once more into the database, cut snippets (检索)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from search import kinds
from search.engines import engine
from search.errors import EngineUnavailableError
from search.highlight import Snippet, highlighted
from search.models import EntryRow
from search.query import parser
from search.query.tree import AllOf, Node
from search.services import correcting
from search.services.outbox import hidden_now
from search.types import COUNTED_MOST, Found, Hit, Request, Sort

PAGE_SIZE = 20
MAX_PAGE = COUNTED_MOST // PAGE_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a results page asks for, as its address says it (检索条件)."""

    query: str = ""
    within: str = ""
    """Searched within the results of ``query`` (二次检索)."""
    kind: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    everything: bool = False
    synonyms: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """One result as the page shows it (结果)."""

    kind: kinds.Kind
    hit: Hit
    rank: int
    title: SafeString
    snippets: tuple[Snippet, ...]
    context: Any
    entry: EntryRow


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results. ``is_degraded`` says that the engine was away and titles alone were looked at."""

    cards: tuple[Card, ...]
    found: Found
    tree: Node | None
    took_ms: float
    correction: str | None = None
    is_degraded: bool = False
    was_shortened: bool = False


FACETS_SHOWN = ("stage", "grade", "subject", "textbook", "lesson_type", "county", "theme", "year")


def search(person: Any, wanted: Wanted) -> Results:
    """What this person finds. The engine filters by readers' tokens; the page looks into the database once more."""
    began = time.perf_counter()
    tree, was_shortened = tree_of(wanted)
    request = request_for(person, wanted, tree)
    try:
        found, is_degraded = engine().search(request), False
    except EngineUnavailableError:
        found, is_degraded = by_title(person, wanted), True
    cards = cards_of(person, found.hits, tree, wanted)
    correction = None
    if wanted.query and not is_degraded:
        correction = correcting.correction(wanted.query, request, found)
    took = (time.perf_counter() - began) * 1000
    return Results(
        cards,
        found,
        tree,
        took,
        correction,
        is_degraded,
        was_shortened=was_shortened,
    )


def tree_of(wanted: Wanted) -> tuple[Node | None, bool]:
    """The query and what is searched within it, as one tree; and whether something was left out as too much."""
    read, inner = parser.parse(wanted.query), parser.parse(wanted.within)
    parts = tuple(tree for tree in (read.tree, inner.tree) if tree is not None)
    tree = AllOf(parts) if len(parts) > 1 else (parts[0] if parts else None)
    return tree, read.was_shortened or inner.was_shortened


def request_for(person: Any, wanted: Wanted, tree: Node | None) -> Request:
    """The request that a page makes of an engine."""
    return Request(
        principals=kinds.principals_of(person),
        query=tree,
        synonyms=wanted.synonyms,
        kinds=(wanted.kind,) if wanted.kind else (),
        filters=wanted.filters,
        years=wanted.years,
        facets=FACETS_SHOWN,
        sort=wanted.sort,
        offset=(min(wanted.page, MAX_PAGE) - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        everything=wanted.everything,
        excluded=hidden_now(),
    )


def cards_of(person: Any, hits: Sequence[Hit], tree: Node | None, wanted: Wanted) -> tuple[Card, ...]:
    """The hits that the person may find now, as cards: a query for the entries and what each kind needs."""
    rows = _rows_of(hits)
    contexts: dict[str, Any] = {}
    for kind in kinds.kinds():
        keys = [hit.key for hit in hits if hit.kind == kind.name]
        if keys:
            may = kind.visible(person, keys)
            cards = kind.cards(person, [key for key in keys if key in may])
            contexts.update({f"{kind.name}:{key}": context for key, context in cards.items()})
    first = (min(wanted.page, MAX_PAGE) - 1) * PAGE_SIZE + 1
    found = []
    for nth, hit in enumerate(hits):
        row, kind_of_hit = rows.get(hit.id), kinds.find(hit.kind)
        if row is None or kind_of_hit is None or hit.id not in contexts:
            continue
        title, snippets = highlighted(tree, row.entry())
        found.append(Card(kind_of_hit, hit, first + nth, title, snippets, contexts[hit.id], row))
    return tuple(found)


def _rows_of(hits: Sequence[Hit]) -> dict[str, EntryRow]:
    keys = {hit.key for hit in hits}
    rows = EntryRow.objects.filter(kind__in={hit.kind for hit in hits}, key__in=keys) if hits else []
    return {f"{row.kind}:{row.key}": row for row in rows}


_LOOKED_AT = 300


def by_title(person: Any, wanted: Wanted) -> Found:
    """What the database finds by title alone, while the engine is away."""
    rows = EntryRow.objects.order_by("-changed_at", "-pk")
    for word in f"{wanted.query} {wanted.within}".split():
        rows = rows.filter(title__icontains=word)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    hits = [Hit(kind, key) for kind, key in rows.values_list("kind", "key")[:_LOOKED_AT]]
    may: set[str] = set()
    for kind in kinds.kinds():
        keys = [hit.key for hit in hits if hit.kind == kind.name]
        may |= {f"{kind.name}:{key}" for key in (kind.visible(person, keys) if keys else ())}
    kept = [hit for hit in hits if hit.id in may]
    first = (min(wanted.page, MAX_PAGE) - 1) * PAGE_SIZE
    return Found(hits=tuple(kept[first : first + PAGE_SIZE]), total=len(kept))
