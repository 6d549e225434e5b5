"""The bank that the search is measured on: the same at every run, and as varied as text is."""

from collections import Counter

import pytest

from bench.apparatus.search import bank, questions
from bench.apparatus.search.timing import gain, percentile


def test_plan_is_the_same_whenever_it_is_written() -> None:
    assert bank.plan(41) == bank.plan(41)
    assert bank.plan(41).parts != bank.plan(42).parts


@pytest.mark.parametrize("nth", range(5))
def test_plan_is_as_long_as_a_real_one(nth: int) -> None:
    length = sum(len(part.text) for part in bank.plan(nth).parts)

    assert bank.SHORTEST <= length <= bank.LONGEST


def test_most_plans_are_open_to_all_and_none_to_nobody() -> None:
    plans = [bank.plan(nth) for nth in range(400)]
    is_open = Counter("all" in plan.readers for plan in plans)

    assert all(plan.readers for plan in plans)
    assert 200 < is_open[True] < 280


def test_hardly_a_sentence_comes_twice_and_words_of_topics_are_rare() -> None:
    found = bank.census((bank.plan(nth) for nth in range(200)), ["谁也没写过这一句。"])

    assert found.plans == 200
    assert found.distinct_sentences > 40 * 200
    assert found.distinct_bigrams > 30_000
    assert found.from_elsewhere == 0


def test_census_finds_what_is_from_elsewhere() -> None:
    plan = bank.plan(0)
    sentence = next(one for part in plan.parts for one in part.text.split("。"))

    assert bank.census([plan], [f"{sentence}。"]).from_elsewhere == 1


@pytest.mark.parametrize("kind", [*questions.KINDS, questions.SUGGESTION])
def test_who_asks_may_find_what_is_meant(kind: str) -> None:
    asked = questions.asked(kind, 10, 50)

    assert len(asked) == 10
    assert asked == questions.asked(kind, 10, 50)
    for one in asked:
        assert one.text
        assert one.principals & bank.plan(int(one.target.partition(":")[2])).readers


def test_gain_of_the_one_right_answer() -> None:
    assert gain(["a", "b", "c"], "a") == 1
    assert gain(["a", "b", "c"], "c") == 0.5
    assert gain(["a"], "b") == 0


def test_percentile_is_one_of_the_values() -> None:
    assert percentile(range(1, 101), 0.95) == 95
    assert percentile([7.0], 0.5) == 7
