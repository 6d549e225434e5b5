"""Both engines say the same: a site that grows from one to the other finds what it found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from search.engines.base import Engine
from search.engines.tantivy import TantivyEngine
from search.query.tree import Node, Words
from search.types import COUNTED_MOST, Entry, Found, Request, Sort
from tests.search.engines.conftest import an_engine
from tests.search.engines.entries import NOW, entry
from tests.search.engines.plans import plans, queries

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.elasticsearch,
    pytest.mark.django_db,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("same answers"),  # which share two filled indexes
]

FACETS = ("subject", "grade", "textbook")


@pytest.fixture(scope="module")
def both(
    elasticsearch_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[tuple[Engine, Engine]]:
    """The two engines with the same entries, put in the same order."""
    with django_db_blocker.unblock():
        yield from _filled(tmp_path_factory.mktemp("tantivy"), elasticsearch_url, plans())


def _filled(folder: Path, url: str, entries: list[Entry]) -> Iterator[tuple[Engine, Engine]]:
    embedded = TantivyEngine(folder)
    for elastic in an_engine(url):
        for engine in (embedded, elastic):
            with engine.rebuilding() as batch:
                for one in entries:
                    batch.put(one)
        yield embedded, elastic


def asked(engine: Engine, query: Node | None, **own: Any) -> Found:
    values: dict[str, Any] = {"principals": frozenset({"all"}), "facets": FACETS} | own
    return engine.search(Request(query=query, **values))


def best(found: Found, count: int = 3) -> list[str]:
    return [hit.id for hit in found.hits[:count]]


def test_there_are_queries_enough() -> None:
    assert len(queries()) >= 60


@pytest.mark.parametrize("query", queries(), ids=str)
def test_top_three_are_the_same_with_the_same_scores(both: tuple[Engine, Engine], query: Node) -> None:
    one, other = (asked(engine, query) for engine in both)

    assert best(one) == best(other)
    assert one.hits or asked(both[0], query, everything=True).total == 0
    for mine, yours in zip(one.hits[:3], other.hits[:3], strict=True):
        assert mine.score == pytest.approx(yours.score, rel=1e-4)


@pytest.mark.parametrize("query", queries(), ids=str)
def test_counts_are_the_same_without_the_cut(both: tuple[Engine, Engine], query: Node) -> None:
    one, other = (replace(asked(engine, query, everything=True), hits=()) for engine in both)

    assert one == other


@pytest.mark.parametrize(
    "own",
    [
        {"principals": frozenset({"p:1"})},
        {"kinds": ("plan",), "filters": {"subject": ("数学",)}},
        {"filters": {"textbook": ("人教版›七年级上册", "人教版›八年级上册›第1单元"), "grade": ("七年级",)}},
        {"excluded": frozenset(f"plan:{nth:04}" for nth in range(50))},
        {"years": (2025, None)},
    ],
    ids=["readers", "kind and subject", "paths and a grade", "left out", "years"],
)
def test_filters_leave_the_same(both: tuple[Engine, Engine], own: dict[str, Any]) -> None:
    for query in (Words("小组合作"), None):
        one, other = (asked(engine, query, everything=True, limit=500, **own) for engine in both)

        assert {hit.id for hit in one.hits} == {hit.id for hit in other.hits}
        assert replace(one, hits=()) == replace(other, hits=())


ORDERS = [
    (None, Sort.RELEVANCE),
    (None, Sort.NEWEST),
    (None, Sort.USED),
    (Words("小组合作"), Sort.NEWEST),
    (Words("小组合作"), Sort.USED),
]


@pytest.mark.parametrize("everything", [False, True])
@pytest.mark.parametrize(("query", "sort"), ORDERS, ids=[f"{one or 'all'} {by}" for one, by in ORDERS])
def test_order_is_the_same_to_the_last(
    both: tuple[Engine, Engine], query: Node | None, sort: Sort, *, everything: bool
) -> None:
    """Many have the same day, and some none: equal ones come by their names."""
    one, other = (asked(engine, query, sort=sort, everything=everything, limit=500) for engine in both)
    again = asked(both[0], query, sort=sort, everything=everything, limit=50, offset=25)

    assert [hit.id for hit in one.hits] == [hit.id for hit in other.hits]
    assert [hit.id for hit in again.hits] == [hit.id for hit in one.hits[25:75]]
    assert replace(one, hits=()) == replace(other, hits=())


def test_tokens_are_as_rare_to_both(both: tuple[Engine, Engine]) -> None:
    tokens = ["三角", "核心", "没有"]
    one, other = (engine.rarity("body_b", tokens) for engine in both)

    assert one == pytest.approx(other, rel=1e-4)


def many(count: int) -> list[Entry]:
    """What is said twice matches better; what is said once is newer, and used more."""
    return [
        entry(
            f"{nth:04}",
            "勾股" if nth < COUNTED_MOST else "教案",
            "勾股定理",
            changed_at=NOW - timedelta(days=count - nth),
            uses=nth,
            facets={"subject": "数学" if nth % 2 else "物理"},
        )
        for nth in range(count)
    ]


@pytest.fixture(scope="module")
def both_with_many(
    elasticsearch_url: str,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[tuple[Engine, Engine]]:
    with django_db_blocker.unblock():
        yield from _filled(tmp_path_factory.mktemp("many"), elasticsearch_url, many(COUNTED_MOST + 50))


def test_both_count_up_to_a_thousand_with_the_cut(both_with_many: tuple[Engine, Engine]) -> None:
    for engine in both_with_many:
        found = asked(engine, Words("勾股"))

        assert (found.total, found.is_capped, found.kinds) == (COUNTED_MOST, True, {"plan": COUNTED_MOST})
        assert found.facets["subject"] == {"数学": COUNTED_MOST // 2, "物理": COUNTED_MOST // 2}


@pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.USED])
def test_of_very_many_the_best_thousand_are_ordered(
    both_with_many: tuple[Engine, Engine], sort: Sort
) -> None:
    """The last fifty are the newest and most used, and match worst: they do not come first."""
    wanted = [f"plan:{nth:04}" for nth in range(COUNTED_MOST - 1, COUNTED_MOST - 21, -1)]
    for engine in both_with_many:
        assert best(asked(engine, Words("勾股"), sort=sort), 20) == wanted
        assert best(asked(engine, Words("勾股"), sort=sort, offset=990), 20) == [
            f"plan:{nth:04}" for nth in range(9, -1, -1)
        ]


@pytest.mark.parametrize("sort", list(Sort))
def test_all_of_very_many_are_browsed_newest_or_most_used_first(
    both_with_many: tuple[Engine, Engine], sort: Sort
) -> None:
    count = COUNTED_MOST + 50
    for engine in both_with_many:
        first, last = (asked(engine, None, sort=sort, offset=offset) for offset in (0, count - 3))

        assert best(first, 20) == [f"plan:{nth:04}" for nth in range(count - 1, count - 21, -1)]
        assert best(last, 20) == ["plan:0002", "plan:0001", "plan:0000"]
        assert (first.total, first.is_capped) == (COUNTED_MOST, True)


def test_of_very_many_that_are_browsed_the_newest_are_counted(both_with_many: tuple[Engine, Engine]) -> None:
    """Where a filter leaves fewer, all of these."""
    for engine in both_with_many:
        assert asked(engine, None).facets["subject"] == {"数学": COUNTED_MOST // 2, "物理": COUNTED_MOST // 2}
        one = asked(engine, None, filters={"subject": ("数学",)})
        assert one.total == len(many(COUNTED_MOST + 50)) // 2
