"""Clauses as Elasticsearch's queries, one to one (子句译法)."""

from typing import assert_never

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query

from search.analysis.written import as_written, written
from search.query.clauses import (
    All,
    Any,
    Best,
    Clause,
    Prefix,
    Ranked,
    Sequence,
    Silent,
    Term,
    Within,
    Without,
)


def translated(clause: Clause) -> Query:  # noqa: C901, PLR0911 - one return for each sort of clause
    """The query that finds what the clause finds, with the same score. Nothing in it is analysed once more."""
    match clause:
        case Term(field, token, boost):
            return Q("term", **{field: {"value": as_written(token), "boost": boost}})
        case Sequence(field, tokens, boost):
            return Q("match_phrase", **{field: {"query": written(tokens), "boost": boost}})
        case Prefix(field, start, boost):
            return Q("prefix", **{field: {"value": as_written(start), "boost": boost}})
        case Within(first, last):
            limits = {name: year for name, year in (("gte", first), ("lte", last)) if year is not None}
            return Q("range", year=limits)
        case Any(()) | Best(()):
            return Q("match_none")  # an empty bool would find everything
        case Any(clauses):
            return Q("bool", should=[translated(one) for one in clauses], minimum_should_match=1)
        case All(clauses):
            return Q("bool", must=[translated(one) for one in clauses])
        case Best(clauses):
            return Q("dis_max", queries=[translated(one) for one in clauses])
        case Without(wanted, unwanted):
            must = Q("match_all") if wanted is None else translated(wanted)
            return Q("bool", must=[must], must_not=[translated(one) for one in unwanted])
        case Silent(inner):
            return Q("bool", filter=[translated(inner)])
        case Ranked(must, by):
            return Q("bool", filter=[translated(must)], should=[translated(by)], minimum_should_match=0)
        case _:
            assert_never(clause)
