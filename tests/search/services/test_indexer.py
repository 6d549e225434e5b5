"""The loop that keeps the index up to date."""

from datetime import timedelta

import pytest
from django.db import Error
from django.utils import timezone

from search.engines.base import State
from search.errors import EngineBusyError, EngineUnavailableError
from search.models import IndexerLease, OutboxRow
from search.services import indexer as module
from search.services import indexing
from search.services.indexer import Indexer
from tests.search.services.test_indexing import change, held
from tests.search.shelf import Shelf, Slips

pytestmark = pytest.mark.django_db


def test_turn_brings_what_waits_into_the_index(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    one = Indexer()
    one.turn("w1")

    assert held(shelf) == {"slip:a": ("教案", 1)}


def test_full_pass_is_followed_by_the_next_at_once(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    one = Indexer()
    change(slips, a="教案", b="反思", c="作业")

    assert [one.turn("w1"), one.turn("w1"), one.turn("w1")] == [True, False, False]


def test_one_worker_at_a_time_and_the_next_when_it_ends(shelf: Shelf, slips: Slips) -> None:
    one, other = Indexer(), Indexer()
    one.turn("w1")
    change(slips, a="教案")

    other.turn("w2")
    assert OutboxRow.objects.count() == 1
    one.end("w1")
    other.turn("w2")
    assert held(shelf) == {"slip:a": ("教案", 1)}


def test_worker_that_died_is_followed_after_its_lease(shelf: Shelf, slips: Slips) -> None:
    one, other = Indexer(), Indexer()
    one.turn("w1")
    change(slips, a="教案")
    IndexerLease.objects.update(until=timezone.now() - timedelta(seconds=1))

    other.turn("w2")
    assert held(shelf) == {"slip:a": ("教案", 1)}


@pytest.mark.parametrize(
    "fault", [EngineUnavailableError("down"), EngineBusyError("busy"), ValueError("odd")]
)
def test_failing_engine_is_left_alone_for_a_while_and_the_fault_is_told(
    shelf: Shelf, slips: Slips, fault: Exception
) -> None:
    one = Indexer()
    one.turn("w1")
    change(slips, a="教案")
    shelf.fault = fault

    assert one.turn("w1") is False
    assert IndexerLease.objects.get().fault == f"{type(fault).__name__}: {fault}"
    shelf.fault = None
    one.turn("w1")
    assert held(shelf) == {}
    one._quiet_until = 0.0
    one.turn("w1")
    assert held(shelf) == {"slip:a": ("教案", 2)}


def test_database_that_is_away_costs_a_turn(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise Error("away")

    one = Indexer()
    one.turn("w1")
    monkeypatch.setattr(indexing, "drain", fail)
    with pytest.raises(Error):
        one.turn("w1")


@pytest.mark.django_db(transaction=True)
def test_index_of_another_analyser_is_made_anew_beside_the_passes(shelf: Shelf, slips: Slips) -> None:
    slips.there["a"] = "教案"
    shelf.is_current = False
    one = Indexer()
    one.turn("w1")
    assert one._rebuild is not None
    one._rebuild.join(20)

    assert held(shelf) == {"slip:a": ("教案", 1)}
    assert shelf.is_current


def test_index_that_is_current_is_not_looked_at_each_turn(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    state = shelf.state

    def looked_at() -> State:
        looks.append(1)
        return state()

    monkeypatch.setattr(shelf, "state", looked_at)
    one = Indexer()
    for _ in range(5):
        one.turn("w1")

    assert len(looks) == 1
    one._looked_at -= module._LOOK_SECONDS
    one.turn("w1")
    assert len(looks) == 2
