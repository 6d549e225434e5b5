"""How an order is measured, and that what was judged fits what is searched."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple

import pytest

from bench.apparatus.relevance import bank, judged
from bench.apparatus.relevance.measures import GOOD, Measured, mean, measured
from bench.apparatus.relevance.variants import narrowed
from search import fields
from search.analysis.normal import normalise
from search.query.clauses import All, Any, Best, Clause, Prefix, Ranked, Silent, Term, Within, Without
from search.query.clauses import Sequence as InSequence

SECOND = 1 / math.log2(3)


@pytest.mark.parametrize(
    ("found", "grades", "ndcg", "mrr", "recall"),
    [
        (["a"], {"a": 3}, 1.0, 1.0, 1.0),
        (["x", "a"], {"a": 3}, SECOND, 0.5, 1.0),
        ([], {"a": 3}, 0.0, 0.0, 0.0),
        (["b", "a"], {"a": 3, "b": 1}, (1 + 7 * SECOND) / (7 + SECOND), 0.5, 1.0),
        (["a"], {"a": 2, "b": 2}, 3 / (3 + 3 * SECOND), 1.0, 0.5),
        ([*"0123456789", "a"], {"a": 3}, 0.0, 0.0, 1.0),
        ([*map(str, range(50)), "a"], {"a": 3}, 0.0, 0.0, 0.0),
    ],
)
def test_an_order_is_worth_what_stands_first(
    found: Sequence[str], grades: Mapping[str, int], ndcg: float, mrr: float, recall: float
) -> None:
    assert astuple(measured(found, grades)) == pytest.approx((ndcg, mrr, recall))


def test_each_query_counts_the_same() -> None:
    assert mean([Measured(1, 1, 1), Measured(0, 0.5, 0)]) == Measured(0.5, 0.75, 0.5)


WORD, PAIR, SOUND = (
    Term(fields.TITLE_WORDS, "圆"),
    Term(fields.BODY_PAIRS, "圆周"),
    Term(fields.TITLE_SOUNDS, "yuan·zhou"),
)
PHRASE, KEY = InSequence(fields.TITLE_PAIRS, ("圆的", "的周")), Prefix(fields.TITLE_KEYS, "yd")


@pytest.mark.parametrize(
    ("clause", "letters", "left"),
    [
        (WORD, "w", WORD),
        (WORD, "bpi", None),
        (PHRASE, "b", PHRASE),
        (KEY, "w", None),
        (Any((WORD, PAIR, SOUND)), "wb", Any((WORD, PAIR))),
        (Any((KEY, SOUND)), "wb", None),
        (All((WORD, Any((KEY,)))), "w", All((WORD,))),
        (Best((Any((WORD,)), PHRASE)), "w", Best((Any((WORD,)),))),
        (Without(WORD, (PAIR, KEY)), "wb", Without(WORD, (PAIR,))),
        (Without(None, (PAIR,)), "w", Without(None, ())),
        (Without(KEY, (PAIR,)), "wb", None),
        (Within(2024, None), "w", Within(2024, None)),
        (Silent(WORD), "w", Silent(WORD)),
        (Silent(KEY), "w", None),
        (Ranked(WORD, Any((WORD, KEY))), "w", Ranked(WORD, Any((WORD,)))),
        (Ranked(WORD, KEY), "w", WORD),
        (Ranked(KEY, WORD), "w", None),
    ],
    ids=str,
)
def test_a_way_to_search_asks_its_own_fields_alone(clause: Clause, letters: str, left: Clause | None) -> None:
    assert narrowed(clause, letters) == left


def test_what_was_judged_is_searched() -> None:
    known = {entry.key for entry in bank.plans()}
    assert {key for query in judged.queries() for key in query.grades} - known == set()


def test_every_query_has_an_answer_and_grades_from_1_to_3() -> None:
    grades = {query.name: set(query.grades.values()) for query in judged.queries()}
    assert [name for name, own in grades.items() if not own <= {1, 2, 3} or max(own) < GOOD] == []


def test_there_are_enough_plans_and_queries_each_asked_once() -> None:
    queries = judged.queries()
    assert len(bank.plans()) == len({entry.key for entry in bank.plans()}) == 170
    assert (
        len(queries)
        == len({query.text for query in queries})
        == len({query.name for query in queries})
        == 318
    )


def test_phrases_were_judged_by_the_letter() -> None:
    """A plan that holds a phrase was judged, and none that does not."""
    texts = {
        entry.key: normalise("\n".join([entry.title, *(part.text for part in entry.parts), *entry.tags]))
        for entry in bank.plans()
    }
    wrong = {}
    for query in judged.queries():
        if query.type == "phrase":
            phrase = normalise(query.text[1:-1])
            holding = {key for key, text in texts.items() if phrase in text}
            if holding != set(query.grades):
                wrong[query.text] = holding ^ set(query.grades)
    assert wrong == {}
