"""Why a hit stands where it does (为什么在这里): Elasticsearch is asked for the score of each clause by itself, in one search."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q

from search.engines.elasticsearch.translate import translated
from search.engines.reasons import parts_of
from search.query import clauses
from search.query.clauses import Clause
from search.types import Hit, Reason


def explained(client: Elasticsearch, index: str, clause: Clause | None, hit: Hit, score: float) -> Reason:
    """The score of a hit as a sum of what matches."""
    if clause is None:
        return Reason(_("score"), score)
    every = list(dict.fromkeys(_every(clause)))
    named = [Q("bool", must=[translated(one)], _name=str(nth)) for nth, one in enumerate(every)]
    only = Q("ids", values=[hit.id])
    query = Q("bool", should=named, filter=[only]).to_dict()
    answer: Any = client.search(index=index, query=query, size=1, include_named_queries_score=True)
    matched = answer["hits"]["hits"][0].get("matched_queries", {}) if answer["hits"]["hits"] else {}
    scores = {one: matched.get(str(nth), 0.0) for nth, one in enumerate(every)}
    return Reason(_("score"), score, parts_of(clause, scores.__getitem__))


def _every(clause: Clause) -> Iterator[Clause]:
    """The clause and all in it that can add to a score."""
    yield clause
    match clause:
        case clauses.Any(inner) | clauses.All(inner) | clauses.Best(inner):
            for one in inner:
                yield from _every(one)
        case clauses.Without(wanted, _unwanted) if wanted is not None:
            yield from _every(wanted)
        case clauses.Ranked(_must, by):
            yield from _every(by)
