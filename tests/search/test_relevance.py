"""What teachers mean is found, and stands first: floors under the judged sets of ``bench/relevance``.

The floors are what was measured, a hundredth lower; they rise with the search. ``python -m bench.relevance --below 0.7`` says what stands
where.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pytest

from bench.apparatus.relevance import bank, judged
from bench.apparatus.relevance.bank import READERS, Paper
from bench.apparatus.relevance.judged import Query
from bench.apparatus.relevance.measures import FIRST, SEEN, Measured, mean, measured
from bench.apparatus.relevance.variants import engine_with, product, shipped_words
from search.engines.tantivy import TantivyEngine
from search.query.tree import Words
from search.types import Request

FLOORS: Final = {
    # type: nDCG@10, MRR@10, recall@50
    "topic": (0.950, 0.998, 0.941),
    "sentence": (0.986, 0.998, 0.989),
    "homophone": (0.967, 0.998, 0.957),
    "pinyin": (0.972, 0.998, 0.981),
    "initials": (0.861, 0.894, 0.834),
    "phrase": (0.996, 0.998, 0.998),
    "traditional": (0.962, 0.979, 0.976),
    "synonym": (0.954, 0.976, 0.991),
    "people": (0.953, 0.915, 0.998),
    "operators": (0.998, 0.998, 0.998),
    "grade": (0.872, 0.827, 0.998),
}


@pytest.fixture(scope="module")
def _shipped() -> Iterator[None]:
    with shipped_words():
        yield


@pytest.fixture(scope="module")
def plans(_shipped: None) -> TantivyEngine:
    """The sample plans and those that were written to be judged."""
    return engine_with(bank.plans())


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    return bank.papers()


@pytest.fixture(scope="module")
def among_papers(_shipped: None, papers: list[Paper]) -> TantivyEngine:
    """The same plans, with the abstracts of a thousand papers."""
    return engine_with([*bank.plans(), *bank.paper_entries(papers)])


def asked(engine: TantivyEngine, queries: Sequence[Query]) -> Measured:
    return mean([measured(product(engine, query.text), query.grades) for query in queries])


def asked_as_words(engine: TantivyEngine, queries: Sequence[Query]) -> Measured:
    """Marks of quotation in a title are part of it, not wishes."""

    def found(text: str) -> list[str]:
        answer = engine.search(Request(principals=READERS, query=Words(text), limit=SEEN))
        return [hit.key for hit in answer.hits]

    return mean([measured(found(query.text), query.grades) for query in queries])


@pytest.mark.parametrize("type_", list(FLOORS))
def test_what_is_meant_stands_first(plans: TantivyEngine, type_: str) -> None:
    found = asked(plans, [query for query in judged.queries() if query.type == type_])

    ndcg, mrr, recall = FLOORS[type_]
    assert found.ndcg >= ndcg
    assert found.mrr >= mrr
    assert found.recall >= recall


def test_every_type_of_query_has_a_floor() -> None:
    assert {query.type for query in judged.queries()} == set(FLOORS)


def test_papers_are_found_by_their_titles(among_papers: TantivyEngine, papers: list[Paper]) -> None:
    assert asked_as_words(among_papers, judged.by_title(papers)).ndcg >= 0.98


def test_papers_are_found_by_their_keywords(among_papers: TantivyEngine, papers: list[Paper]) -> None:
    assert asked(among_papers, judged.by_keywords(papers)).ndcg >= 0.98


def test_the_first_page_is_the_same_each_time(plans: TantivyEngine) -> None:
    again = engine_with(reversed(bank.plans()))

    for query in judged.queries()[::7]:
        assert product(again, query.text)[:FIRST] == product(plans, query.text)[:FIRST]
