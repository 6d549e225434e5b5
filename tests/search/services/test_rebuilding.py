"""The index made anew, and compared with the database."""

from collections.abc import Mapping, Sequence

import pytest
from django.db import transaction

from search.models import EntryRow, OutboxRow
from search.services import indexing, outbox, rebuilding
from search.services.rebuilding import Difference
from search.types import Entry
from tests.search.services.test_indexing import change, held
from tests.search.shelf import Shelf, Slips

pytestmark = pytest.mark.django_db


def test_rebuild_reads_everything_and_forgets_the_gone(shelf: Shelf, slips: Slips) -> None:
    slips.there = {"a": "教案", "b": "反思"}
    EntryRow.objects.create(kind="slip", key="gone", is_indexed=True)
    said: list[tuple[str, int, int]] = []

    assert rebuilding.rebuild(progress=lambda *step: said.append(step)) == 2
    assert held(shelf) == {"slip:a": ("教案", 1), "slip:b": ("反思", 1)}
    assert said == [("slip", 2, 2), ("index", 2, 2)]
    assert not EntryRow.objects.filter(is_indexed=False).exists()


def test_rebuild_from_what_was_read_last_reads_nothing(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()
    slips.reads.clear()
    shelf.held.clear()

    assert rebuilding.rebuild(read=False) == 1
    assert (held(shelf), slips.reads) == ({"slip:a": ("教案", 1)}, [])


def test_what_a_rebuild_rejects_waits_in_the_outbox(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案", b="反思")
    shelf.rejects = {"slip:b"}

    assert rebuilding.rebuild() == 1
    assert held(shelf) == {"slip:a": ("教案", 1)}
    assert list(EntryRow.objects.filter(is_indexed=False).values_list("key", flat=True)) == ["b"]
    assert "b" in OutboxRow.objects.values_list("key", flat=True)


def test_change_amid_a_rebuild_is_queued_again(shelf: Shelf, slips: Slips) -> None:
    """Another process took a thing out after it was put into the new index."""
    change(slips, a="教案", b="反思")
    indexing.drain()

    def amid() -> None:
        change(slips, a=None, b="改过的反思")
        indexing.drain()

    shelf.amid_rebuild = amid
    rebuilding.rebuild()
    shelf.amid_rebuild = None

    assert sorted(OutboxRow.objects.values_list("key", flat=True)) == ["a", "b"]
    indexing.drain()
    assert {name: title for name, (title, _) in held(shelf).items()} == {"slip:b": "改过的反思"}
    assert not rebuilding.difference()


def test_change_while_a_rebuild_reads_is_not_written_over(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rebuild read it before the change, and the outbox was drained before the rebuild noted down what it had read."""
    change(slips, a="教案", b="反思", c="作业")
    indexing.drain()
    entries_of = indexing.entries_of

    def slowly(kind: str, keys: Sequence[str], failed: dict[str, str]) -> Mapping[str, Entry | None]:
        monkeypatch.setattr(indexing, "entries_of", entries_of)
        read = entries_of(kind, keys, failed)
        change(slips, narrows=True, a="不给人看的教案", b=None, d="新的")
        indexing.drain()
        return read

    monkeypatch.setattr(indexing, "entries_of", slowly)
    rebuilding.rebuild()
    indexing.drain()

    assert held(shelf) == {"slip:a": ("不给人看的教案", 2), "slip:c": ("作业", 1), "slip:d": ("新的", 1)}
    assert (OutboxRow.objects.count(), bool(rebuilding.difference())) == (0, False)


def test_difference_names_what_is_missing_surplus_and_stale(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案", b="反思", c="作业")
    indexing.drain()
    del shelf.held["slip:a"]
    del slips.there["b"]
    EntryRow.objects.filter(key="c").update(version=9)

    found = rebuilding.difference()
    assert found == Difference(
        missing=("slip:a",), surplus=("slip:b",), stale=("slip:c",), held={"slip:b": 1, "slip:c": 1}
    )
    rebuilding.queue(found)
    assert indexing.drain() == 3
    assert not rebuilding.difference()


def test_index_that_is_newer_than_a_restored_database_is_written_over(shelf: Shelf, slips: Slips) -> None:
    for title in ("一稿", "二稿", "三稿"):
        change(slips, a=title)
        indexing.drain()
    EntryRow.objects.all().delete()
    slips.there["a"] = "从备份来的一稿"

    rebuilding.queue(rebuilding.difference())
    indexing.drain()

    assert held(shelf) == {"slip:a": ("从备份来的一稿", 4)}
    assert not rebuilding.difference()


def test_every_thing_of_a_kind_can_be_queued(slips: Slips) -> None:
    slips.there = {"a": "教案", "b": "反思"}
    with transaction.atomic():
        assert outbox.queue_all("slip") == 2
    assert OutboxRow.objects.count() == 2
