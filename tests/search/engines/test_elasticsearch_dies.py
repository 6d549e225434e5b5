"""Elasticsearch dies and comes back: nothing that changed meanwhile is lost."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from search import kinds
from search.engines import using
from search.engines.elasticsearch import ElasticsearchEngine
from search.errors import EngineUnavailableError
from search.models import EntryRow, OutboxRow
from search.services import indexing, outbox, rebuilding
from tests.search.elastic_server import Elasticsearch
from tests.search.shelf import Slips

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.elasticsearch,
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.timeout(600),
]


@pytest.fixture
def server() -> Iterator[Elasticsearch]:
    with tempfile.TemporaryDirectory(prefix="elasticsearch-", ignore_cleanup_errors=True) as folder:
        made = Elasticsearch(Path(folder))
        made.unpack()
        made.start()
        yield made
        made.stop()


@pytest.fixture
def slips(monkeypatch: pytest.MonkeyPatch) -> Slips:
    """The only kind there is."""
    monkeypatch.setattr(kinds, "_kinds", {})
    slips = Slips()
    kinds.register(slips.kind())
    return slips


def change(slips: Slips, **titles: str | None) -> None:
    with transaction.atomic():
        for key, title in titles.items():
            if title is None:
                slips.there.pop(key, None)
            else:
                slips.there[key] = title
        outbox.queue(kind="slip", keys=titles, narrows=False)


def test_what_changes_while_it_is_dead_waits_and_is_found_afterwards(
    server: Elasticsearch, slips: Slips
) -> None:
    engine = ElasticsearchEngine(server.url)
    with using(engine):
        change(slips, a="三角形", b="平行四边形")
        assert indexing.drain() == 2
        server.kill()
        change(slips, a="三角形的内角和", b=None, c="圆的周长")
        with pytest.raises(EngineUnavailableError):
            indexing.drain()
        assert OutboxRow.objects.count() == 3
        server.start()

        assert indexing.drain() == 3

        assert sorted(key for _, key, _ in engine.versions()) == ["a", "c"]
        assert not OutboxRow.objects.exists()
        assert not EntryRow.objects.filter(is_indexed=False).exists()
        assert not rebuilding.difference()
