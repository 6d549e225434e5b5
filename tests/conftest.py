"""What every test stands on."""

import importlib
import os
import time
from collections.abc import Iterator

import hypothesis
import pytest
from _pytest.nodeid import NodeId
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

# These machines are noisy: no test measures the wall clock. What is taken is judged by the same examples each time;
# whoever works on the code is shown new ones at each run.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.register_profile("gate", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("gate" if os.environ.get("CI") else "house")

# Whoever empties the cache empties all of a Redis database, so each of several test processes has its own.
if settings.REDIS_URL:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    settings.CACHES["default"]["LOCATION"] = f"{settings.REDIS_URL.rstrip('/')}/{number}"

append_only = importlib.import_module("research.migrations.0002_append_only")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one group stay on one test process: xdist 3.8 writes the group where pytest 9.2 no longer reads a test's name."""
    for item in items:
        if named := getattr(item, "_nodeid", None):
            item._id = NodeId.parse(named)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Tests that commit empty their tables afterwards, which the audit's triggers refuse.

    A test of the triggers puts them back for itself. Threads of live documents may still hold connections at the
    end, and PostgreSQL drops no database that somebody uses.
    """
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        append_only.drop_triggers(editor)
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def _windows_begin_with_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tries are counted in windows of a minute or five: none ends amid a test, unless it moves the clock."""
    since = time.time() % 300
    monkeypatch.setattr("research.services.throttle.now", lambda: time.time() - since)


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """Whitenoise warns of a folder that is not there, and warnings are errors."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Throttles count in the cache; one test's tries are not the next one's."""
    yield
    cache.clear()
