"""A desk to search on, and one kind of things to find."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from research.models import Person
from search import kinds
from search.analysis import lexicon
from search.engines import using
from tests.factories.research import PersonFactory
from tests.search import elastic_server
from tests.search.desk import Desk
from tests.search.leaves import Leaves, forget_kinds
from tests.search.shelf import Shelf, Slips


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The engine. The words that administrators added are not read anew in the middle of a test that counts queries."""
    later = time.monotonic() + 1_000
    monkeypatch.setattr(lexicon, "_kept", (later, lexicon.Lexicon(groups=lexicon.shipped_groups())))
    desk = Desk()
    with using(desk):
        yield desk


@pytest.fixture
def leaves(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Leaves:
    """The only kind there is; whoever is signed in is a reader for «all»."""
    leaves = Leaves(desk)
    monkeypatch.setattr(kinds, "_kinds", forget_kinds([leaves]))
    monkeypatch.setattr(kinds, "_principals", [lambda person: frozenset({"all", f"p:{person.pk}"})])
    return leaves


@pytest.fixture
def person(client: Client) -> Person:
    """Somebody who is signed in."""
    signed_in: Person = PersonFactory.create()
    client.force_login(signed_in)
    return signed_in


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """The engine that indexing writes to."""
    shelf = Shelf()
    with using(shelf):
        yield shelf


@pytest.fixture
def slips(monkeypatch: pytest.MonkeyPatch) -> Slips:
    """The only kind there is."""
    monkeypatch.setattr(kinds, "_kinds", {})
    slips = Slips()
    kinds.register(slips.kind())
    return slips


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
