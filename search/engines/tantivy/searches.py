"""One search: hits of a page, and counts (检索).

Mostly one look at the best thousand matches says everything: which are kept, which are filtered away, how many have which value. Only
when there may be more than these is each filter asked for by a search of its own.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tantivy import Query

from search.engines.tantivy import asking
from search.engines.tantivy.reading import Look, Scored
from search.engines.tantivy.schema import CHANGED, COMPLETENESS, KIND, USED, as_value, uses_of
from search.fields import FACETS
from search.query.clauses import Clause
from search.ranking import RANKED, Candidate, ranked
from search.types import COUNTED_MOST, CUT, PATH_MARK, Found, Hit, Request, Sort

DEEPEST: Final = 10_000
"""No page is given beyond this hit, as with the other engine."""
_ORDER: Final = {Sort.NEWEST: CHANGED, Sort.USED: USED}


@dataclass(frozen=True, slots=True)
class Counts:
    kinds: Mapping[str, int]
    facets: Mapping[str, Mapping[str, int]]


class Searching:
    """A request at one state of the index."""

    def __init__(self, look: Look, request: Request, clause: Clause | None) -> None:
        self._look = look
        self._request = request
        self._is_browsing = clause is None
        self._base = asking.wanted(clause, request.principals, request.excluded, request.years)
        self._filters = asking.narrowings(request)

    def found(self) -> Found:
        best = self._best(self._base)
        self._least = self._least_score(best)
        kept = self._kept(best)
        if len(kept) < COUNTED_MOST:
            hits, counts = self._sifted(kept)
        else:
            hits, counts = self._asked(kept)
        return Found(
            hits=tuple(self._page(hits)),
            total=len(hits),
            is_capped=len(hits) >= COUNTED_MOST,
            kinds=counts.kinds,
            facets=counts.facets,
        )

    def least_score(self) -> float:
        """What is found must have at least this score; it is the same whatever is filtered."""
        return self._least_score(self._best(self._base, 1))

    def narrowed(self) -> Query:
        return asking.narrowed(self._base, list(self._filters.values()))

    # --- hits -------------------------------------------------------------------------------------------------

    def _best(self, query: Query, count: int = COUNTED_MOST) -> list[Scored]:
        """The best matches, or without a query the newest."""
        if self._is_browsing:
            return [(1.0, at) for _, at in self._ordered(query, CHANGED, count)]
        return self._look.searcher.search(query, limit=count, count=False).hits

    def _ordered(self, query: Query, field: str, count: int) -> list[Scored]:
        return self._look.searcher.search(query, limit=count, count=False, order_by_field=field).hits

    def _least_score(self, best: Sequence[Scored]) -> float:
        if self._request.everything or self._is_browsing or not best:
            return 0.0
        return CUT * best[0][0]

    def _kept(self, best: list[Scored]) -> list[Scored]:
        """They come in the order of their scores."""
        least = self._least
        if not best or best[-1][0] >= least:
            return best
        return [one for one in best if one[0] >= least]

    # --- when the best thousand are all there are -------------------------------------------------------------

    def _sifted(self, kept: list[Scored]) -> tuple[list[Scored], Counts]:
        at = [one[1] for one in kept]
        names = {KIND, *self._request.facets, *self._filters}
        columns = {name: self._look.column(name, at) for name in names if name in FACETS or name == KIND}
        refused = self._refused(columns, len(kept))
        hits = [one for one, by in zip(kept, refused, strict=True) if not by] if self._filters else kept
        counted = {
            name: _counted(columns.get(name, ()), refused, name) for name in (KIND, *self._request.facets)
        }
        return hits, Counts(counted.pop(KIND), counted)

    def _refused(self, columns: Mapping[str, Sequence[str | None]], count: int) -> list[set[str]]:
        """By which filters each hit is refused."""
        refused: list[set[str]] = [set() for _ in range(count)] if self._filters else []
        for name in self._filters:
            chosen = self._request.kinds if name == KIND else self._request.filters[name]
            column = columns.get(name, [None] * count)
            good = {value for value in set(column) if value is not None and _is_under(value, chosen)}
            for by, value in zip(refused, column, strict=True):
                if value not in good:
                    by.add(name)
        return refused

    # --- when there may be more -------------------------------------------------------------------------------

    def _asked(self, kept: list[Scored]) -> tuple[list[Scored], Counts]:
        """A search for what is wanted, and one for each filter that a count must look past."""
        hits = self._past(None) if self._filters else kept
        counted = {
            name: self._counts(name, self._past(name) if name in self._filters else hits)
            for name in (KIND, *self._request.facets)
        }
        return hits, Counts(counted.pop(KIND), counted)

    def _past(self, skipped: str | None) -> list[Scored]:
        filters = [query for name, query in self._filters.items() if name != skipped]
        return self._kept(self._best(asking.narrowed(self._base, filters)))

    def _counts(self, name: str, hits: Sequence[Scored]) -> Mapping[str, int]:
        if name not in FACETS and name != KIND:
            return {}
        return _counted(self._look.column(name, [one[1] for one in hits]), (), name)

    # --- the page ---------------------------------------------------------------------------------------------

    def _page(self, hits: list[Scored]) -> list[Hit]:
        first, end = self._request.offset, min(self._request.offset + self._request.limit, DEEPEST)
        if first >= end:
            return []
        if self._request.sort in _ORDER:
            return self._in_order(hits, _ORDER[self._request.sort], first, end)
        if end > len(hits) >= COUNTED_MOST:
            hits = self._kept(self._best(self.narrowed(), end))
        if first >= RANKED:
            return [self._hit(one) for one in hits[first:end]]
        return ranked(self._candidates(hits[: max(RANKED, end)]))[first:end]

    def _in_order(self, hits: list[Scored], field: str, first: int, end: int) -> list[Hit]:
        """By a column; what matches equally stays as it is. Of very many, the best thousand are put into order."""
        if len(hits) >= COUNTED_MOST and not self._least:
            found = self._ordered(self.narrowed(), field, end)[first:]
            return [self._hit((0.0, at)) for _, at in found]
        values = self._look.numbers(field, [one[1] for one in hits])
        order = sorted(range(len(hits)), key=lambda nth: -(values[nth] or 0))
        return [self._hit(hits[nth]) for nth in order[first:end]]

    def _hit(self, one: Scored) -> Hit:
        return Hit(*self._look.name(one[1]), one[0])

    def _candidates(self, hits: Sequence[Scored]) -> list[Candidate]:
        return candidates(self._look, hits)


def candidates(look: Look, hits: Sequence[Scored]) -> list[Candidate]:
    at = [one[1] for one in hits]
    used, changed = look.numbers(USED, at), look.numbers(CHANGED, at)
    complete = look.searcher.fast_field_values(COMPLETENESS, at)
    return [
        Candidate(
            *look.name(place),
            score=score,
            uses=uses_of(used[nth] or 0),
            completeness=float(complete[nth] or 0.0),
            changed_at=datetime.fromtimestamp(moment / 1000, tz=UTC) if (moment := changed[nth]) else None,
        )
        for nth, (score, place) in enumerate(hits)
    ]


def _counted(
    column: Sequence[str | None], refused: Sequence[Collection[str]], name: str
) -> Mapping[str, int]:
    """How many hits have which value, of those that no other filter refuses."""
    if refused:
        own = {name}
        column = [value for value, by in zip(column, refused, strict=False) if not by or by == own]
    counts = Counter(column)
    return {value: count for value, count in counts.items() if value is not None}


def _is_under(value: str, chosen: Collection[str]) -> bool:
    return any(value == one or value.startswith(f"{one}{PATH_MARK}") for one in map(as_value, chosen))
