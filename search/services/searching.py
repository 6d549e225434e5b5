"""Search for a person: ask the engine, look once more into the database, cut snippets (检索)."""

import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import islice
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.safestring import SafeString

from search import kinds
from search.analysis.normal import normalise
from search.engines import engine
from search.errors import EngineUnavailableError
from search.fields import FACETS
from search.highlight import Said, Snippet, highlighted
from search.models import EntryRow
from search.query import parser
from search.query.tree import AllOf, AnyOf, Node, Not, Phrase, Words
from search.services import correcting
from search.services.outbox import hidden_now
from search.services.rechecking import by_kind, may_find, rows_of
from search.types import COUNTED_MOST, PATH_MARK, Found, Hit, Request, Sort

PAGE_SIZE = 20
YEARS = range(1900, 2201)
"""Those that a thing may be of."""
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
    said: Said
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
        (found, may), is_degraded = _found_now(person, request), False
    except EngineUnavailableError:
        (found, may), is_degraded = by_title(person, wanted, request), True
    cards = cards_of(person, found.hits, tree, wanted, may)
    correction = None
    if wanted.query and not is_degraded:
        correction = correcting.correction(person, wanted.query, request)
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


def _found_now(person: Any, request: Request) -> tuple[Found, set[str]]:
    """What the engine finds, and which of the hits the person may find now.

    When the database refuses a hit of the page, though no narrowing change waits for it, the index is not to be believed: all
    that is counted is looked at, and asked for anew without what is refused. So pages are full and counts are of what
    may be found, at the price of two more searches. What is refused only then is left out of the page alone, and
    what stands on no page is believed: whoever narrows readers must say so to the outbox.
    """
    found = engine().search(request)
    may = may_find(person, found.hits)
    if refused := {hit.id for hit in found.hits} - may:
        counted = replace(
            request,
            kinds=(),
            filters={},
            facets=(),
            sort=Sort.RELEVANCE,
            offset=0,
            limit=COUNTED_MOST,
            everything=True,  # without the best, what was too weak may be good enough
        )
        hits = engine().search(counted).hits
        refused |= {hit.id for hit in hits} - may_find(person, hits)
        found = engine().search(replace(request, excluded=request.excluded | refused))
        may = may_find(person, found.hits)
    return found, may


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


def cards_of(
    person: Any, hits: Sequence[Hit], tree: Node | None, wanted: Wanted, may: Collection[str]
) -> tuple[Card, ...]:
    """Of the hits, those with these ids as cards: a query for the entries and what each kind needs."""
    shown = [hit for hit in hits if hit.id in may]
    rows = rows_of(shown)
    cards = {
        f"{kind.name}:{key}": (kind, context)
        for kind, keys in by_kind(shown)
        for key, context in kind.cards(person, keys).items()
    }
    first = (min(wanted.page, MAX_PAGE) - 1) * PAGE_SIZE + 1
    found = []
    for nth, hit in enumerate(hits):
        if hit.id in rows and hit.id in cards:
            row, (kind, context) = rows[hit.id], cards[hit.id]
            marked = highlighted(tree, row.entry(), synonyms=wanted.synonyms)
            found.append(Card(kind, hit, first + nth, *marked, context, row))
    return tuple(found)


# --- while the engine is away ---------------------------------------------------------------------------------

_READ_THROUGH = 2_000
_LOOKED_AT = 300


def by_title(person: Any, wanted: Wanted, request: Request) -> tuple[Found, set[str]]:
    """What the database finds by title alone, and which of the hits the person may find now.

    It obeys all that the request says but the text: readers, kinds, facets, years, and what is hidden. Of what fits, the first
    two thousand titles are read and three hundred offered; counts are of these, without facets.
    """
    rows = EntryRow.objects.order_by(*(("-uses",) if wanted.sort == Sort.USED else ()), "-changed_at", "-pk")
    if request.query is not None:
        rows = rows.filter(_titled(request.query))
    for name, values in request.filters.items():
        rows = rows.filter(_under(name, values))
    fitting = (
        Hit(kind, key)
        for kind, key, readers, year in rows.values_list("kind", "key", "readers", KT("facets__year"))[
            :_READ_THROUGH
        ]
        if not request.principals.isdisjoint(readers) and _is_within(year, request.years)
    )
    offered = list(islice((hit for hit in fitting if hit.id not in request.excluded), _LOOKED_AT))
    may = may_find(person, offered)
    kept = [hit for hit in offered if hit.id in may]
    hits = [hit for hit in kept if not request.kinds or hit.kind in request.kinds]
    found = Found(
        hits=tuple(hits[request.offset : request.offset + request.limit]),
        total=len(hits),
        kinds=Counter(hit.kind for hit in kept),
    )
    return found, may


def _titled(node: Node) -> Q:
    """Titles that hold the words, and not those that must not be there; whatever field was named."""
    if isinstance(node, (Words, Phrase)):
        found = Q()
        for text in [node.text] if isinstance(node, Phrase) else node.text.split():
            found &= Q(title__icontains=text) | Q(title__icontains=normalise(text))
        return found
    if isinstance(node, Not):
        return ~_titled(node.node)
    if isinstance(node, (AllOf, AnyOf)):
        parts = [_titled(one) for one in node.nodes]
        return reduce(or_ if isinstance(node, AnyOf) else and_, parts, Q())
    years = [str(year) for year in YEARS if _is_within(str(year), (node.first, node.last))]
    return Q(facets__has_key="year") & Q(facets__year__in=years)  # what has none is outside of all


def _under(facet: str, values: Sequence[str]) -> Q:
    """Entries with one of these values of a facet, or one below it."""
    found = Q(pk__in=())
    for value in values if facet in FACETS else ():
        found |= Q(**{f"facets__{facet}": value}) | Q(
            **{f"facets__{facet}__startswith": f"{value}{PATH_MARK}"}
        )
    return found


def _is_within(year: object, years: tuple[int | None, int | None]) -> bool:
    first, last = years
    if first is None and last is None:
        return True
    at = int(year) if isinstance(year, str) and year.isdecimal() else None
    return at is not None and (first is None or at >= first) and (last is None or at <= last)
