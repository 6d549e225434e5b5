"""A desk to search on, and one kind of things to find."""

import time
from collections.abc import Iterator

import pytest
from django.test import Client

from research.models import Person
from search import kinds
from search.analysis import lexicon
from search.engines import using
from tests.factories.research import PersonFactory
from tests.search.desk import Desk
from tests.search.leaves import Leaves, forget_kinds


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
