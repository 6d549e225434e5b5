"""Both engines say the same: a site that grows from one to the other finds what it found."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy import TantivyEngine
from search.query.tree import Node, Words
from search.types import COUNTED_MOST, Found, Request
from tests.search.engines.conftest import an_engine
from tests.search.engines.entries import entry
from tests.search.engines.plans import plans, queries

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.elasticsearch,
    pytest.mark.django_db,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("elasticsearch"),
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
        yield from _filled(tmp_path_factory.mktemp("tantivy"), elasticsearch_url)


def _filled(folder: Path, url: str) -> Iterator[tuple[Engine, Engine]]:
    embedded = TantivyEngine(folder)
    for elastic in an_engine(url):
        for engine in (embedded, elastic):
            with engine.rebuilding() as batch:
                for one in plans():
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


def test_tokens_are_as_rare_to_both(both: tuple[Engine, Engine]) -> None:
    tokens = ["三角", "核心", "没有"]
    one, other = (engine.rarity("body_b", tokens) for engine in both)

    assert one == pytest.approx(other, rel=1e-4)


def test_both_count_up_to_a_thousand_with_the_cut(elastic: ElasticsearchEngine, tmp_path: Path) -> None:
    for engine in (elastic, TantivyEngine(tmp_path)):
        with engine.rebuilding() as batch:
            for nth in range(COUNTED_MOST + 50):
                batch.put(entry(str(nth), facets={"subject": "数学"}))
        found = asked(engine, Words("教案"))

        assert (found.total, found.is_capped, found.kinds) == (COUNTED_MOST, True, {"plan": COUNTED_MOST})
        assert found.facets["subject"] == {"数学": COUNTED_MOST}
