"""From the outbox into the index, whatever fails on the way."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from search.errors import EngineUnavailableError
from search.models import EntryRow, GoneEntry, OutboxRow
from search.services import indexing, outbox, rebuilding
from search.types import Entry
from tests.search.shelf import Shelf, Slips

pytestmark = pytest.mark.django_db


def change(slips: Slips, *, narrows: bool = False, **titles: str | None) -> None:
    """Change slips and queue them, as a service does."""
    with transaction.atomic():
        for key, title in titles.items():
            if title is None:
                slips.there.pop(key, None)
            else:
                slips.there[key] = title
        outbox.queue(kind="slip", keys=titles, narrows=narrows)


def _retry_at() -> datetime:
    at = OutboxRow.objects.get().retry_at
    assert at is not None
    return at


def held(shelf: Shelf) -> dict[str, tuple[str, int]]:
    return {name: (entry.title, entry.version) for name, entry in shelf.held.items()}


def test_change_is_in_the_index_after_one_pass_and_one_commit(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="三角形内角和", b="平行四边形")

    assert indexing.drain() == 2
    assert held(shelf) == {"slip:a": ("三角形内角和", 1), "slip:b": ("平行四边形", 1)}
    assert shelf.commits == 1
    assert not OutboxRow.objects.exists()


def test_thing_that_changed_often_is_read_once(shelf: Shelf, slips: Slips) -> None:
    for nth in range(5):
        change(slips, a=f"第 {nth} 稿")

    assert indexing.drain() == 5
    assert slips.reads == [["a"]]
    assert held(shelf) == {"slip:a": ("第 4 稿", 1)}


def test_what_a_pass_notes_down_is_noted_as_a_whole(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the process is killed amid it, the next one does all of it once more."""
    dead = OutboxRow.objects.dead

    def killed() -> Any:
        raise KeyboardInterrupt

    change(slips, a="教案", b="反思")
    monkeypatch.setattr(OutboxRow.objects, "dead", killed)
    with pytest.raises(KeyboardInterrupt):
        indexing.drain()
    assert (OutboxRow.objects.count(), EntryRow.objects.filter(is_indexed=True).count()) == (2, 0)

    monkeypatch.setattr(OutboxRow.objects, "dead", dead)
    assert indexing.drain() == 2
    assert (OutboxRow.objects.count(), EntryRow.objects.filter(is_indexed=True).count()) == (0, 2)


def test_reading_that_brings_nothing_new_commits_nothing(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()
    change(slips, a="教案")

    assert indexing.drain() == 1
    assert (shelf.commits, held(shelf)) == (1, {"slip:a": ("教案", 1)})


def test_each_new_reading_has_a_higher_version(shelf: Shelf, slips: Slips) -> None:
    for title in ("一稿", "二稿", "三稿"):
        change(slips, a=title)
        indexing.drain()

    assert held(shelf) == {"slip:a": ("三稿", 3)}


def test_what_is_gone_leaves_the_index(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()
    change(slips, a=None)

    assert indexing.drain() == 1
    assert (held(shelf), EntryRow.objects.count()) == ({}, 0)


def test_what_comes_back_goes_on_above_the_version_of_its_removal(shelf: Shelf, slips: Slips) -> None:
    """An engine that remembers what was taken out must not take it for late."""
    for title in ("一稿", None, "二稿", None, "三稿"):
        change(slips, a=title)
        indexing.drain()

    assert held(shelf) == {"slip:a": ("三稿", 5)}
    assert not GoneEntry.objects.exists()


def test_what_came_and_went_within_one_pass_leaves_no_trace(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    change(slips, a=None)

    assert indexing.drain() == 2
    assert (shelf.commits, GoneEntry.objects.count()) == (0, 0)


def test_kill_between_noting_a_removal_and_its_commit_loses_nothing(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()
    change(slips, narrows=True, a=None)
    shelf.fault = KeyboardInterrupt("killed")  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        indexing.drain()
    assert outbox.hidden_now() == {"slip:a"}
    shelf.fault = None

    assert indexing.drain() == 1
    assert held(shelf) == {}


def test_pass_that_was_overtaken_by_a_removal_takes_back_what_it_wrote(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that slept between reading and writing, and lost its lease to another one that took the thing out."""
    change(slips, a="教案")
    write = indexing._write

    def slowly(work: indexing.Pass) -> None:
        monkeypatch.setattr(indexing, "_write", write)
        change(slips, a=None)
        indexing.drain()
        write(work)

    monkeypatch.setattr(indexing, "_write", slowly)
    indexing.drain()
    assert held(shelf) == {"slip:a": ("教案", 1)}
    assert outbox.hidden_now() == {"slip:a"}

    indexing.drain()
    assert (held(shelf), OutboxRow.objects.count()) == ({}, 0)


@pytest.mark.parametrize("slow", ["pass", "rebuild"])
@pytest.mark.parametrize("newer", ["三稿", None])
def test_reading_that_was_overtaken_by_a_newer_one_is_not_kept(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch, slow: str, newer: str | None
) -> None:
    """What was read before readers became fewer must not take the place of what was read after, nor stay in sight."""
    change(slips, a="一稿")
    indexing.drain()
    change(slips, a="二稿")
    entries_of = indexing.entries_of

    def slowly(kind: str, keys: Sequence[str], failed: dict[str, str]) -> Mapping[str, Entry | None]:
        monkeypatch.setattr(indexing, "entries_of", entries_of)
        found = entries_of(kind, keys, failed)
        change(slips, narrows=True, a=newer)
        indexing.drain()
        return found

    monkeypatch.setattr(indexing, "entries_of", slowly)
    if slow == "pass":
        indexing.drain()
    else:
        rebuilding.rebuild()
    assert outbox.hidden_now() == {"slip:a"}

    indexing.drain()
    assert [title for title, _ in held(shelf).values()] == ([newer] if newer else [])
    assert (OutboxRow.objects.count(), bool(rebuilding.difference())) == (0, False)


def test_change_that_is_rolled_back_queues_nothing(slips: Slips) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        outbox.queue(kind="slip", keys=["a"])
        raise ZeroDivisionError

    assert not OutboxRow.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_of_the_transaction_of_the_change_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        outbox.queue(kind="slip", keys=["a"])


def test_engine_that_is_away_loses_nothing(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    shelf.fault = EngineUnavailableError("down")
    with pytest.raises(EngineUnavailableError):
        indexing.drain()
    assert (OutboxRow.objects.count(), OutboxRow.objects.get().tries) == (1, 0)

    shelf.fault = None
    assert indexing.drain() == 1
    assert held(shelf) == {"slip:a": ("教案", 2)}


def test_kill_between_reading_and_commit_loses_nothing(shelf: Shelf, slips: Slips) -> None:
    """The row says «read», the index has nothing: the next pass writes it though nothing new is read."""
    change(slips, a="教案")
    shelf.fault = KeyboardInterrupt("killed")  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        indexing.drain()
    shelf.fault = None

    assert indexing.drain() == 1
    assert held(shelf) == {"slip:a": ("教案", 2)}


def test_one_thing_that_cannot_be_read_stops_no_other_and_is_given_up_in_the_end(
    shelf: Shelf, slips: Slips
) -> None:
    change(slips, a="教案", b="反思", c="作业")
    slips.unreadable = {"b"}

    assert indexing.drain() == 2
    assert set(held(shelf)) == {"slip:a", "slip:c"}
    row = OutboxRow.objects.get()
    assert (row.key, row.tries, row.fault) == ("b", 1, "ValueError: cannot read ['b']")
    assert indexing.drain() == 0  # not before its time

    for _ in range(indexing.MOST_TRIES - 1):
        OutboxRow.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
        indexing.drain()
    assert OutboxRow.objects.dead().count() == 1
    OutboxRow.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert indexing.drain() == 0

    slips.unreadable = set()
    assert (indexing.revive(), indexing.drain()) == (1, 1)
    assert set(held(shelf)) == {"slip:a", "slip:b", "slip:c"}


def test_waits_longer_after_each_try(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    slips.unreadable = {"a"}
    waits = []
    for _ in range(3):
        OutboxRow.objects.update(retry_at=None)
        before = timezone.now()
        indexing.drain()
        waits.append(round((_retry_at() - before).total_seconds()))

    assert waits == [2, 4, 8]


def test_entry_that_the_engine_rejects_is_tried_again_and_the_others_are_done(
    shelf: Shelf, slips: Slips
) -> None:
    change(slips, a="教案", b="反思")
    shelf.rejects = {"slip:b"}

    assert indexing.drain() == 1
    assert list(OutboxRow.objects.values_list("key", "fault")) == [("b", "too odd")]

    shelf.rejects = set()
    OutboxRow.objects.update(retry_at=None)
    assert indexing.drain() == 1
    assert set(held(shelf)) == {"slip:a", "slip:b"}


def test_what_narrowed_is_hidden_until_the_index_knows(shelf: Shelf, slips: Slips) -> None:
    """Promise 4: no search shows it meanwhile, also when its reading was given up."""
    change(slips, a="教案", b="反思")
    indexing.drain()
    change(slips, narrows=True, a="不给人看的教案")

    assert outbox.hidden_now() == {"slip:a"}
    slips.unreadable = {"a"}
    for _ in range(indexing.MOST_TRIES):
        OutboxRow.objects.update(retry_at=None)
        indexing.drain()
    assert outbox.hidden_now() == {"slip:a"}
    slips.unreadable = set()
    indexing.revive()
    indexing.drain()
    assert outbox.hidden_now() == frozenset()


def test_what_was_given_up_is_done_with_the_next_change_that_can_be_read(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()
    change(slips, narrows=True, a="改过的教案")
    slips.unreadable = {"a"}
    for _ in range(indexing.MOST_TRIES):
        OutboxRow.objects.update(retry_at=None)
        indexing.drain()
    slips.unreadable = set()
    change(slips, a="又改过的教案")

    assert indexing.drain() == 1
    assert (held(shelf), outbox.hidden_now()) == ({"slip:a": ("又改过的教案", 2)}, frozenset())


def test_kind_whose_app_is_gone_leaves_the_index(shelf: Shelf, slips: Slips) -> None:
    EntryRow.objects.create(kind="poem", key="1", is_indexed=True)
    with transaction.atomic():
        outbox.queue(kind="poem", keys=[1])

    assert indexing.drain() == 1
    assert not EntryRow.objects.exists()


def test_a_pass_takes_so_many_and_leaves_the_rest(shelf: Shelf, slips: Slips) -> None:
    change(slips, narrows=False, **dict.fromkeys((f"k{nth}" for nth in range(7)), "教案"))

    assert [indexing.drain(most=3) for _ in range(4)] == [3, 3, 1, 0]


def test_lag_is_the_age_of_the_oldest_waiting_change(slips: Slips) -> None:
    assert indexing.lag_seconds() == 0
    change(slips, a="教案")
    OutboxRow.objects.update(at=timezone.now() - timedelta(seconds=90))

    assert 90 <= indexing.lag_seconds() < 95


def test_thing_that_two_read_for_the_first_time_at_once_is_read_once_more(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(slips, a="教案")
    save = EntryRow.save

    def beaten(row: EntryRow, *args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(EntryRow, "save", save)
        EntryRow.objects.create(kind=row.kind, key=row.key, title="旧", readers=["all"])
        save(row, *args, **kwargs)

    monkeypatch.setattr(EntryRow, "save", beaten)
    indexing.drain()
    assert outbox.hidden_now() == {"slip:a"}
    indexing.drain()
    assert held(shelf) == {"slip:a": ("教案", 1)}  # the other one was taken back with the savepoint
    assert outbox.hidden_now() == set()
