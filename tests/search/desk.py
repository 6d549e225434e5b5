"""An engine without an index: it looks through a dictionary, and does with clauses what their docstrings say."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from math import log

from typing_extensions import override

from search.analysis.entries import tokens_of
from search.query import clauses
from search.query.clauses import Clause
from search.query.compiler import compiled
from search.types import COUNTED_MOST, CUT, PATH_MARK, Entry, Found, Hit, Reason, Request, Sort
from tests.search.shelf import Shelf

Tokens = Mapping[str, list[str]]
YEAR = "year"


def score(clause: Clause, tokens: Tokens) -> float | None:  # noqa: PLR0911 - one for each sort of clause
    """What the entry with these tokens is worth; None if it does not match."""
    if isinstance(clause, (clauses.Any, clauses.All, clauses.Best)):
        return _of_many(clause, [score(one, tokens) for one in clause.clauses])
    if isinstance(clause, clauses.Silent):
        return None if score(clause.clause, tokens) is None else 0.0
    if isinstance(clause, clauses.Ranked):
        return None if score(clause.must, tokens) is None else score(clause.by, tokens) or 0.0
    if isinstance(clause, clauses.Without):
        if any(score(one, tokens) is not None for one in clause.unwanted):
            return None
        return score(clause.wanted, tokens) if clause.wanted else 0.0
    if isinstance(clause, clauses.Within):
        year = int((tokens.get(YEAR) or ["0"])[0])
        return 1.0 if (clause.first or 0) <= year <= (clause.last or 9999) else None
    count = _times(clause, tokens.get(clause.field, []))
    return clause.boost * count**0.5 if count else None


def _times(clause: clauses.Term | clauses.Sequence | clauses.Prefix, held: list[str]) -> int:
    """How often it stands there; of a beginning or a sequence only whether it does."""
    if isinstance(clause, clauses.Term):
        return held.count(clause.token)
    if isinstance(clause, clauses.Prefix):
        return int(any(token.startswith(clause.start) for token in held))
    size = len(clause.tokens)
    return int(any(tuple(held[at : at + size]) == clause.tokens for at in range(len(held) - size + 1)))


def _of_many(clause: clauses.Any | clauses.All | clauses.Best, scores: list[float | None]) -> float | None:
    there = [one for one in scores if one is not None]
    if not there or (isinstance(clause, clauses.All) and len(there) < len(scores)):
        return None
    return max(there) if isinstance(clause, clauses.Best) else sum(there)


class Desk(Shelf):
    """``asked`` are the requests that came; ``fault`` is raised by every question."""

    name = "desk"

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.held = {entry.id: entry for entry in entries}

    def _may(
        self, principals: Collection[str], excluded: Collection[str], kinds: Collection[str]
    ) -> list[Entry]:
        if self.fault:
            raise self.fault
        return [
            entry
            for entry in self.held.values()
            if entry.readers & set(principals)
            and entry.id not in excluded
            and (not kinds or entry.kind in kinds)
        ]

    @override
    def search(self, request: Request) -> Found:
        self.asked.append(request)
        found = [
            (worth, entry)
            for entry in self._may(request.principals, request.excluded, ())
            if (worth := self._worth(request, entry)) is not None
        ]
        top = max((worth for worth, _ in found), default=0.0)
        cut = 0.0 if request.everything else CUT * top
        kept = [(worth, entry) for worth, entry in found if worth >= cut]
        of_kind = [
            (worth, entry) for worth, entry in kept if not request.kinds or entry.kind in request.kinds
        ]
        mine = [one for one in of_kind if _fits(one[1], request.filters)]
        mine.sort(key=lambda one: _place(request.sort, *one), reverse=True)
        page = mine[request.offset : request.offset + request.limit]
        return Found(
            hits=tuple(Hit(entry.kind, entry.key, worth) for worth, entry in page),
            total=min(len(mine), COUNTED_MOST),
            is_capped=len(mine) >= COUNTED_MOST,
            kinds=Counter(entry.kind for _, entry in kept if _fits(entry, request.filters)),
            facets={name: _counted(name, of_kind, request) for name in request.facets},
        )

    def _worth(self, request: Request, entry: Entry) -> float | None:
        first, last = request.years
        year = entry.changed_at.year if entry.changed_at else 0
        if (first and year < first) or (last and year > last):
            return None
        if request.query is None:
            return 1.0
        return score(compiled(request.query, synonyms=request.synonyms), _held(entry))

    @override
    def matching(
        self,
        clause: Clause,
        *,
        principals: Collection[str],
        excluded: Collection[str],
        kinds: Collection[str],
        limit: int,
    ) -> list[Hit]:
        found = [
            Hit(entry.kind, entry.key, worth)
            for entry in self._may(principals, excluded, kinds)
            if (worth := score(clause, _held(entry))) is not None
        ]
        return sorted(found, key=lambda hit: -hit.score)[:limit]

    @override
    def explain(self, request: Request, hit: Hit) -> Reason | None:
        for entry in self._may(request.principals, request.excluded, request.kinds):
            if entry.id == hit.id and (worth := self._worth(request, entry)) is not None:
                return Reason("sum", worth, (Reason("title_w:教案", worth),))
        return None

    @override
    def rarity(self, field: str, tokens: Collection[str]) -> dict[str, float]:
        held = [set(tokens_of(entry).get(field, [])) for entry in self.held.values()]
        return {token: log((len(held) + 1) / (sum(token in one for one in held) + 0.5)) for token in tokens}


def _held(entry: Entry) -> Tokens:
    """The tokens of an entry, and its year."""
    year = entry.facets.get("year")
    return {**tokens_of(entry), YEAR: [year] if year else []}


def _fits(entry: Entry, filters: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        any(_under(entry.facets.get(name, ""), value) for value in values) for name, values in filters.items()
    )


def _under(own: str, value: str) -> bool:
    return own == value or own.startswith(value + PATH_MARK)


def _counted(name: str, found: list[tuple[float, Entry]], request: Request) -> Counter[str]:
    """Each facet without regard to its own filter."""
    others = {key: values for key, values in request.filters.items() if key != name}
    return Counter(e.facets[name] for _, e in found if name in e.facets and _fits(e, others))


def _place(sort: Sort, worth: float, entry: Entry) -> tuple[float, ...]:
    changed = entry.changed_at.timestamp() if entry.changed_at else 0.0
    return {Sort.RELEVANCE: (worth, changed), Sort.NEWEST: (changed,), Sort.USED: (entry.uses, changed)}[sort]
