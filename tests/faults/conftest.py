"""Site processes on databases of their own, to be killed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers import (
    Postgres,
    Prepared,
    Redis,
    SiteProcess,
    postgres_server,
    prepare_postgres,
    prepare_sqlite,
    redis_server,
)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A SQLite database with people and notes, to be copied."""
    return prepare_sqlite(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL for all tests of this run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def prepared_in_postgres(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A PostgreSQL database with people and notes, to be copied."""
    return prepare_postgres(postgres, tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def redis() -> Iterator[Redis]:
    """A Redis for one test, which may kill it."""
    with redis_server() as server:
        yield server


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., SiteProcess]]:
    """Start site processes; all are stopped at the end of the test."""
    started: list[SiteProcess] = []

    def start(database_url: str, **options: object) -> SiteProcess:
        site = SiteProcess(tmp_path, database_url, **options)  # type: ignore[arg-type]
        started.append(site)
        site.start()
        return site

    yield start
    for site in started:
        site.stop()
