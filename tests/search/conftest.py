"""A desk to search on, and one kind of things to find."""

from collections.abc import Iterator

import pytest
from django.test import Client

from research.models import Person
from search import kinds
from search.engines import using
from tests.factories.research import PersonFactory
from tests.search.desk import Desk
from tests.search.leaves import Leaves, forget_kinds


@pytest.fixture
def desk() -> Iterator[Desk]:
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
