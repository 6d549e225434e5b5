"""The engine that asks Elasticsearch (检索引擎)."""

import math
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Final

from elasticsearch import Elasticsearch, NotFoundError
from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.query import Query
from typing_extensions import override

from search.analysis.version import analyser
from search.analysis.written import as_written
from search.engines.base import Batch, Engine, State
from search.engines.elasticsearch import batches
from search.engines.elasticsearch.connection import Connection, read_address
from search.engines.elasticsearch.documents import path_field
from search.engines.elasticsearch.explained import explained
from search.engines.elasticsearch.generations import Generations
from search.engines.elasticsearch.searches import (
    DEEPEST,
    KIND,
    ORDERS,
    EntrySearch,
    base_search,
    may_find,
    newest_best,
    order_of,
    under,
    wanted,
)
from search.query.clauses import Clause
from search.query.compiler import compiled
from search.ranking import RANKED, Candidate, in_order, ranked
from search.types import COUNTED_MOST, CUT, Found, Hit, Reason, Request, Sort

_CHUNK: Final = 1_000


def _newest(one: Candidate) -> tuple[float, str, str]:
    return -one.changed_at.timestamp() if one.changed_at else 0.0, one.kind, one.key


_PLACES: Final[dict[Sort, Callable[[Candidate], tuple[Any, ...]]]] = {
    Sort.NEWEST: _newest,
    Sort.USED: lambda one: (-one.uses, *_newest(one)),
}
"""``ORDERS`` for what was fetched."""


class ElasticsearchEngine(Engine):
    """An Elasticsearch 8.19 or 9 by its address (``connection.read_address``)."""

    name = "elasticsearch"

    def __init__(self, url: str) -> None:
        address = read_address(url)
        self._connection = Connection(address)
        self._generations = Generations(address.index, replicas=address.replicas)

    # --- searching --------------------------------------------------------------------------------------------

    @override
    def search(self, request: Request) -> Found:
        if not request.principals:
            return Found(hits=(), total=0)
        with self._connection.asking() as client:
            return self._found(client, request)

    def _found(self, client: Elasticsearch, request: Request) -> Found:
        query = _query_of(request)
        least = self._least_score(client, request, query)
        first, count = _window(request)
        counted = newest_best(query) if request.query is None else query
        base = self._base(client, counted, request.principals)[first : first + count]
        base = base.extra(track_total_hits=COUNTED_MOST, min_score=least)
        order = order_of(request)
        if order in ORDERS:
            base = base.sort(*ORDERS[order])
        answer: Any = EntrySearch(base, request).execute()
        is_capped = answer.hits.total.value >= COUNTED_MOST
        if order in ORDERS and least and is_capped:
            hits = self._best_in_order(client, request, query, least)[first : first + count]
        else:
            hits = _hits_of(answer, order, first)
        start = request.offset - first
        counts = {
            name: {value: n for value, n, _ in found} for name, found in answer.facets.to_dict().items()
        }
        return Found(
            hits=tuple(hits[start : start + request.limit]),
            total=min(answer.hits.total.value, COUNTED_MOST),
            is_capped=is_capped,
            kinds=counts[KIND],
            facets={name: counts[name] for name in request.facets},
        )

    def _best_in_order(
        self, client: Elasticsearch, request: Request, query: Query, least: float
    ) -> list[Hit]:
        """Where very many match, the best of them in the order that was asked for; what matches hardly does not come first because it is
        new.
        """
        filtered = Q("bool", must=[query], filter=_narrowed(request))
        best = self._base(client, filtered, request.principals)[:COUNTED_MOST]
        found = [_candidate(one) for one in best.extra(track_total_hits=False, min_score=least).execute()]
        return [Hit(one.kind, one.key, one.score) for one in sorted(found, key=_PLACES[request.sort])]

    def _least_score(self, client: Elasticsearch, request: Request, query: Query) -> float:
        """Below this share of the top score hits are left out, and not counted."""
        if request.everything or request.query is None:
            return 0.0
        best = self._base(client, query, request.principals)[:1].extra(track_total_hits=False)
        answer: Any = best.execute()
        return CUT * (answer.hits.max_score or 0.0)

    def _base(self, client: Elasticsearch, query: Query, principals: Collection[str]) -> Search[Any]:
        return base_search(client, self._generations.read, query, principals)

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
        if not principals:
            return []
        query = wanted(clause, may_find(principals, excluded, kinds))
        with self._connection.asking() as client:
            search = self._base(client, query, principals)[: min(limit, DEEPEST)]
            return sorted(map(_hit, search.extra(track_total_hits=False).execute()), key=in_order)

    @override
    def rarity(self, field: str, tokens: Collection[str]) -> dict[str, float]:
        if not tokens:
            return {}
        named = {f"t{nth}": Q("term", **{field: as_written(token)}) for nth, token in enumerate(tokens)}
        with self._connection.asking() as client:
            search: Search[Any] = Search(using=client, index=self._generations.read).extra(
                size=0, track_total_hits=True
            )
            search.aggs.bucket("tokens", A("filters", filters=named))
            answer: Any = search.execute()
        total, buckets = answer.hits.total.value, answer.aggregations.tokens.buckets
        return {token: _idf(total, buckets[f"t{nth}"].doc_count) for nth, token in enumerate(tokens)}

    @override
    def explain(self, request: Request, hit: Hit) -> Reason | None:
        if not request.principals:
            return None
        query = _query_of(request)
        with self._connection.asking() as client:
            filtered = Q("bool", must=[query], filter=_narrowed(request))
            try:
                said = client.explain(index=self._generations.read, id=hit.id, query=filtered.to_dict())
            except NotFoundError as error:
                if "error" in error.body:
                    raise  # there is no index, rather than no such thing in it
                return None
            least = self._least_score(client, request, query)
            if not said["matched"] or said["explanation"]["value"] < least:
                return None
            clause = None if request.query is None else compiled(request.query, synonyms=request.synonyms)
            return explained(client, self._generations.read, clause, hit, float(said["explanation"]["value"]))

    # --- writing ----------------------------------------------------------------------------------------------

    @override
    def writing(self) -> AbstractContextManager[Batch]:
        return batches.one_batch(self._connection, self._generations, analyser().tokens)

    @override
    def rebuilding(self) -> AbstractContextManager[Batch]:
        return batches.anew(self._connection, self._generations, analyser())

    # --- looking ----------------------------------------------------------------------------------------------

    @override
    def versions(self) -> Iterator[tuple[str, str, int]]:
        with self._connection.writing() as client:
            if self._generations.answering(client) is None:
                return
            everything: Search[Any] = Search(using=client, index=self._generations.read)
            for one in everything.source(["kind", "key", "version"]).extra(size=_CHUNK).iterate():
                yield one.kind, one.key, one.version

    @override
    def state(self) -> State:
        with self._connection.writing() as client:
            here = self._generations.answering(client)
            if here is None:
                return State(documents=0, size_bytes=0, fingerprint="", is_current=False)
            stats = client.indices.stats(index=here.index, metric="docs,store")["_all"]["primaries"]
        return State(
            documents=stats["docs"]["count"],
            size_bytes=stats["store"]["size_in_bytes"],
            fingerprint=here.fingerprint,
            is_current=here.is_current,
        )

    def forget(self) -> None:
        """Drop all indexes of this site; for tests and benchmarks."""
        with self._connection.writing() as client:
            self._generations.drop_all(client)
        self._connection.close()


def _query_of(request: Request) -> Query:
    clause = None if request.query is None else compiled(request.query, synonyms=request.synonyms)
    return wanted(clause, may_find(request.principals, request.excluded, years=request.years))


def _narrowed(request: Request) -> list[Query]:
    """The filters of kinds and facets, which counts look past and hits do not."""
    paths = {KIND: KIND} | {name: path_field(name) for name in request.filters}
    values = {KIND: request.kinds, **request.filters}
    return [under(paths[name], chosen) for name, chosen in values.items() if chosen]


def _window(request: Request) -> tuple[int, int]:
    """From which hit on how many are fetched: for the first pages all that are put into order."""
    if order_of(request) is Sort.RELEVANCE and request.offset < RANKED:
        return 0, min(DEEPEST, max(RANKED, request.offset + request.limit))
    first = min(request.offset, DEEPEST)
    return first, min(request.limit, DEEPEST - first)


def _hits_of(answer: Any, order: Sort, first: int) -> list[Hit]:
    if order is not Sort.RELEVANCE or first:
        return [_hit(one) for one in answer]
    return ranked([_candidate(one) for one in answer])


def _hit(one: Any) -> Hit:
    return Hit(one.kind[0], one.key[0], one.meta.score or 0.0)


def _candidate(one: Any) -> Candidate:
    changed = one.to_dict().get("changed")
    return Candidate(
        kind=one.kind[0],
        key=one.key[0],
        score=one.meta.score,
        uses=one.uses[0],
        completeness=one.completeness[0],
        changed_at=datetime.fromtimestamp(changed[0] / 1000, tz=UTC) if changed else None,
    )


def _idf(total: int, count: int) -> float:
    return math.log(1 + (total - count + 0.5) / (count + 0.5))
