"""One search: hits of a page, and counts (检索).

Mostly one look at the best thousand matches says everything: which are kept, which are filtered away, how many have which value. Only
when there may be more than these is each filter asked for by a search of its own.
"""

import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tantivy import DocAddress, Query

from search.engines.tantivy import asking
from search.engines.tantivy.reading import Look, Scored
from search.engines.tantivy.schema import CHANGED, COMPLETENESS, KIND, USED, as_value, changed_of, uses_of
from search.fields import FACETS
from search.query.clauses import Clause
from search.ranking import MOST_LIFT, RANKED, factor, in_order
from search.types import COUNTED_MOST, CUT, PATH_MARK, Found, Hit, Request, Sort

DEEPEST: Final = 10_000
"""No page is given beyond this hit, as with the other engine."""
_ORDER: Final = {Sort.NEWEST: CHANGED, Sort.USED: USED}


Column = Sequence[int | None]


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
        at = _places(kept)
        names = {KIND, *self._request.facets, *self._filters}
        columns = {name: self._look.column(name, at) for name in names if _is_known(name)}
        refused = self._refused(columns, len(kept))
        hits = [one for one, by in zip(kept, refused, strict=True) if not by] if refused else kept
        return hits, self._counts(
            {name: _let_through(column, refused, {name}) for name, column in columns.items()}
        )

    def _refused(self, columns: Mapping[str, Column], count: int) -> list[set[str]]:
        """By which filters each hit is refused; empty where nothing is filtered."""
        refused: list[set[str]] = [set() for _ in range(count)] if self._filters else []
        for name in self._filters:
            chosen = self._request.kinds if name == KIND else self._request.filters[name]
            column = columns.get(name, [None] * count)
            numbers = {number for number in column if number}
            values = self._look.values(name, numbers)
            good = {number for number in numbers if _is_under(values[number], chosen)}
            for by, value in zip(refused, column, strict=True):
                if value not in good:
                    by.add(name)
        return refused

    def _counts(self, columns: Mapping[str, Column]) -> Counts:
        """How many hits have which value."""
        counted: dict[str, dict[str, int]] = {}
        for name in (KIND, *self._request.facets):
            counts = Counter(columns.get(name, ()))
            values = self._look.values(name, counts)
            counted[name] = {values[one]: count for one, count in counts.items() if one}
        return Counts(counted.pop(KIND), counted)

    # --- when there may be more -------------------------------------------------------------------------------

    def _asked(self, kept: list[Scored]) -> tuple[list[Scored], Counts]:
        """A search for what no filter, or one alone, refuses; if there is too much of that as well, one for each count."""
        if len(self._filters) > 1:
            near = self._matches(asking.nearly(self._base, list(self._filters.values())))
            if len(near) < COUNTED_MOST:
                return self._sifted(near)
        hits = self._matches(self.narrowed()) if self._filters else kept
        everywhere, columns = _places(hits), {}
        for name in filter(_is_known, (KIND, *self._request.facets)):
            at = _places(self._past(name, kept)) if name in self._filters else everywhere
            columns[name] = self._look.column(name, at)
        return hits, self._counts(columns)

    def _past(self, skipped: str, kept: list[Scored]) -> list[Scored]:
        """What all filters but one let through."""
        others = [query for name, query in self._filters.items() if name != skipped]
        return self._matches(asking.narrowed(self._base, others)) if others else kept

    def _matches(self, query: Query) -> list[Scored]:
        return self._kept(self._best(query))

    # --- the page ---------------------------------------------------------------------------------------------

    def _page(self, hits: list[Scored]) -> list[Hit]:
        first, end = self._request.offset, min(self._request.offset + self._request.limit, DEEPEST)
        if first >= end:
            return []
        by = _ORDER.get(self._request.sort, CHANGED if self._is_browsing else None)
        if by is not None:
            return self._in_order(hits, by, first, end)
        if end > len(hits) >= COUNTED_MOST:
            hits = self._kept(self._best(self.narrowed(), end))
        best = self._ranked(hits[:RANKED], first, end) if first < RANKED else []
        return best + [self._hit(one) for one in hits[max(first, RANKED) : end]]

    def _ranked(self, hits: list[Scored], first: int, end: int) -> list[Hit]:
        """These hits of the best ones in their final order. Names are read only of what may stand there, and nothing of what
        cannot be lifted into the page, for so many match better by more than the most that it could be lifted.
        """
        if len(hits) > end:
            least = hits[end - 1][0] / MOST_LIFT
            hits = hits[: bisect_right(hits, -least, key=_descending)]
        at, numbers, now = _places(hits), self._look.numbers, time.time()
        lifted = [
            score * factor(uses_of(used), days_since(changed_of(used), now), complete)
            for (score, _), used, complete in zip(
                hits, numbers(USED, at), numbers(COMPLETENESS, at), strict=True
            )
        ]
        order = sorted(range(len(hits)), key=lambda nth: -lifted[nth])
        page = order[first:end]
        if not page:
            return []
        most, least = lifted[page[0]], lifted[page[-1]]
        above = sum(score > most for score in lifted)
        near = [self._hit((lifted[nth], at[nth])) for nth in order if least <= lifted[nth] <= most]
        return sorted(near, key=in_order)[first - above : end - above]

    def _in_order(self, hits: list[Scored], field: str, first: int, end: int) -> list[Hit]:
        """By a column, what is equal by its name. Of very many, the best thousand are put into order; without a cut the index orders
        them all, and knows no names: what is equal comes as it was written.
        """
        if len(hits) >= COUNTED_MOST and not self._least:
            found = self._ordered(self.narrowed(), field, end)[first:]
            return [self._hit((0.0, at)) for _, at in found]
        values = [value or 0 for value in self._look.numbers(field, _places(hits))]
        order = sorted(range(len(hits)), key=lambda nth: -values[nth])
        page = order[first:end]
        if not page:
            return []
        most, least = values[page[0]], values[page[-1]]
        above = sum(value > most for value in values)
        near = [(values[nth], self._hit(hits[nth])) for nth in order if least <= values[nth] <= most]
        near.sort(key=lambda one: (-one[0], one[1].kind, one[1].key))
        return [hit for _, hit in near[first - above : end - above]]

    def _hit(self, one: Scored) -> Hit:
        return Hit(*self._look.name(one[1]), one[0])


def _let_through(column: Column, refused: Sequence[set[str]], own: set[str]) -> Column:
    """The values of what no filter refuses but their own."""
    if not refused:
        return column
    return [value for value, by in zip(column, refused, strict=True) if not by or by == own]


def _places(hits: Sequence[Scored]) -> list[DocAddress]:
    return [one[1] for one in hits]


def _descending(one: Scored) -> float:
    return -one[0]


def days_since(changed: int, now: float) -> float | None:
    return max(0.0, now - changed / 1000) / 86_400 if changed else None


def _is_known(name: str) -> bool:
    return name in FACETS or name == KIND


def _is_under(value: str, chosen: Collection[str]) -> bool:
    return any(value == one or value.startswith(f"{one}{PATH_MARK}") for one in map(as_value, chosen))
