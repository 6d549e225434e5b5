"""Engines to test: Tantivy in memory and in a folder, an Elasticsearch for the whole run; an index of its own for each test."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy import TantivyEngine

_numbers = itertools.count()


@pytest.fixture
def elastic(elasticsearch_url: str) -> Iterator[ElasticsearchEngine]:
    """An engine with indexes of its own, which go afterwards."""
    yield from an_engine(elasticsearch_url)


def an_engine(url: str) -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine(f"{url}/?index=test-{os.getpid()}-{next(_numbers)}")
    yield engine
    engine.forget()


ON_A_SERVER = [
    pytest.mark.enable_socket,
    pytest.mark.elasticsearch,
    pytest.mark.timeout(600),  # the first of them fetches and starts the server
]


@pytest.fixture(
    params=[
        "memory",
        "folder",
        pytest.param("elasticsearch_url", id="elasticsearch-8", marks=ON_A_SERVER),
        pytest.param("newer_elasticsearch_url", id="elasticsearch-9", marks=ON_A_SERVER),
    ]
)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Each engine in turn: what it must do, all of them must."""
    if request.param in {"memory", "folder"}:
        yield TantivyEngine(None if request.param == "memory" else tmp_path / "search")
    else:
        yield from an_engine(request.getfixturevalue(request.param))
