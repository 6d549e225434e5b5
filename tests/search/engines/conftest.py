"""Engines to test: Tantivy in memory and in a folder, an Elasticsearch for the whole run; an index of its own for each test."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engines.base import Engine
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.tantivy import TantivyEngine
from tests.search import elastic_server

_numbers = itertools.count()


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the whole run, which all its test processes see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def elasticsearch_url(run_folder: Path) -> Iterator[str]:
    """The address of a real server, started for the first test that needs one."""
    with elastic_server.elasticsearch_server(run_folder) as url:
        yield url


@pytest.fixture(scope="session")
def newer_elasticsearch_url(run_folder: Path) -> Iterator[str]:
    """The address of a real server of the next major version."""
    with elastic_server.elasticsearch_server(run_folder, elastic_server.NEWER_VERSION) as url:
        yield url


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
