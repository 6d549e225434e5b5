"""Engines to test: an Elasticsearch for the whole run, and indexes of its own for each test."""

import itertools
import os
from collections.abc import Iterator

import pytest

from search.engines.elasticsearch import ElasticsearchEngine
from tests.search import elastic_server

_numbers = itertools.count()


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """The address of a real server, started for the first test that needs one."""
    with elastic_server.elasticsearch_server() as url:
        yield url


@pytest.fixture(scope="session")
def newer_elasticsearch_url() -> Iterator[str]:
    """The address of a real server of the next major version."""
    with elastic_server.elasticsearch_server(elastic_server.NEWER_VERSION) as url:
        yield url


@pytest.fixture
def elastic(elasticsearch_url: str) -> Iterator[ElasticsearchEngine]:
    """An engine with indexes of its own, which go afterwards."""
    yield from an_engine(elasticsearch_url)


def an_engine(url: str) -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine(f"{url}/?index=test-{os.getpid()}-{next(_numbers)}")
    yield engine
    engine.forget()
