"""One search as Elasticsearch is asked it: filters inside the query, facets that leave out their own filter (检索请求)."""

import zlib
from collections.abc import Collection
from typing import Any, Final

from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, FacetedSearch, Q, Search, TermsFacet
from elasticsearch.dsl.faceted_search_base import FacetedResponse
from elasticsearch.dsl.query import Query
from typing_extensions import override

from search.engines.elasticsearch.documents import as_value, path_field, value_field
from search.engines.elasticsearch.translate import translated
from search.query.clauses import Clause
from search.types import COUNTED_MOST, Request, Sort

KIND: Final = "kind"
DEEPEST: Final = 10_000
"""Elasticsearch gives no page beyond this hit (``index.max_result_window``)."""
_NEWEST: Final = {"changed": {"order": "desc", "missing": "_last"}}
ORDERS: Final[dict[Sort, tuple[dict[str, dict[str, str]] | str, ...]]] = {
    Sort.NEWEST: (_NEWEST, "kind", "key"),
    Sort.USED: ({"uses": {"order": "desc"}}, _NEWEST, "kind", "key"),
}
_HIT_FIELDS: Final = ("kind", "key", "uses", "completeness", "created", "changed")


def may_find(
    principals: Collection[str],
    excluded: Collection[str] = (),
    kinds: Collection[str] = (),
    years: tuple[int | None, int | None] = (None, None),
) -> Query:
    """What these readers may find at all (读者过滤). Part of the query, so that counts and top scores know of nothing else."""
    first, last = years
    limits = {name: year for name, year in (("gte", first), ("lte", last)) if year is not None}
    filters = [Q("terms", readers=sorted(principals))]
    filters += [Q("terms", kind=sorted(kinds))] if kinds else []
    filters += [Q("range", year=limits)] if limits else []
    return Q("bool", filter=filters, must_not=[Q("ids", values=sorted(excluded))] if excluded else [])


def under(paths: str, values: Collection[str]) -> Query:
    """What has one of these values in a facet, or one below it."""
    return Q("terms", **{paths: [as_value(value) for value in values]})


def wanted(clause: Clause | None, filters: Query) -> Query:
    """What matches the clause, with its score, among what may be found."""
    scored = Q("match_all") if clause is None else translated(clause)
    return Q("bool", must=[scored], filter=[filters])


def order_of(request: Request) -> Sort:
    """Without a query the newest come first, for none matches better than another."""
    is_browsing = request.query is None and request.sort is Sort.RELEVANCE
    return Sort.NEWEST if is_browsing else request.sort


def newest_best(query: Query) -> Query:
    """The same matches, scored by how new they are: what is counted of very many are the newest, as nearly as a score of 24 bits can
    say, which is two minutes.
    """
    by_age = {"field_value_factor": {"field": "changed", "missing": 0}}
    return Q("function_score", query=query, functions=[by_age], boost_mode="replace")


def base_search(client: Elasticsearch, index: str, query: Query, principals: Collection[str]) -> Search[Any]:
    """A search of the index that readers see. One person's pages come from the same copy of it, so that they fit together."""
    same_copy = f"p{zlib.crc32(' '.join(sorted(principals)).encode())}"
    search: Search[Any] = Search(using=client, index=index).query(query).source(False)
    return search.params(preference=same_copy, allow_partial_search_results=False).extra(
        docvalue_fields=list(_HIT_FIELDS), stored_fields="_none_"
    )


class PathFacet(TermsFacet[Any]):
    """Counts the values of the best thousand hits, filters by a value and all below it."""

    def __init__(self, *, field: str, paths: str) -> None:
        super().__init__(field=field, size=COUNTED_MOST)
        self._paths = paths

    @override
    def add_filter(self, filter_values: Any) -> Query | None:
        return under(self._paths, filter_values) if filter_values else None

    @override
    def get_aggregation(self) -> Any:
        best: Any = A("sampler", shard_size=COUNTED_MOST)
        best.bucket("values", super().get_aggregation())
        return best

    @override
    def get_values(self, data: Any, filter_values: Any) -> Any:
        return super().get_values(data["values"], filter_values)


class EntrySearch(FacetedSearch[Any]):
    """Hits of a request, counted by kind and by facet, each without regard to its own filter."""

    def __init__(self, base: Search[Any], request: Request) -> None:
        self._base = base
        facets = {KIND: PathFacet(field=KIND, paths=KIND)}
        for name in (*request.facets, *request.filters):
            facets[name] = PathFacet(field=value_field(name), paths=path_field(name))
        self.facets = dict(facets)
        chosen: dict[str, Any] = {name: list(values) for name, values in request.filters.items()}
        super().__init__(filters=chosen | {KIND: list(request.kinds)})

    @override
    def search(self) -> Any:
        return self._base.response_class(FacetedResponse)

    @override
    def sort(self, search: Any) -> Any:
        return search
