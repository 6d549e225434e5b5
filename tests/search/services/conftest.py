from collections.abc import Iterator

import pytest

from search import kinds
from search.engines import using
from tests.search.shelf import Shelf, Slips


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
