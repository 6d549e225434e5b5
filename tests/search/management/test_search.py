"""``manage.py search``: what it prints, and when it fails."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search.errors import EngineBusyError, EngineUnavailableError
from search.models import EntryRow, IndexerLease, OutboxRow
from search.services import indexing
from tests.search.services.test_indexing import change, held
from tests.search.shelf import Shelf, Slips

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    """What the command prints; raises CommandError where it ends with 1."""
    out = StringIO()
    call_command("search", *arguments, stdout=out)
    return out.getvalue().splitlines()


def give_up(key: str) -> None:
    OutboxRow.objects.create(kind="slip", key=key, tries=8, fault="too odd", dead_at=timezone.now())


# --- rebuild ----------------------------------------------------------------------------------------------------


def test_rebuild_reads_everything_and_says_how_far_it_is(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.services.rebuilding._CHUNK", 2)
    slips.there = dict.fromkeys("abcde", "教案")
    shelf.is_current = False

    assert run("rebuild") == [
        *("  slip 2 / 5", "  slip 4 / 5", "  slip 5 / 5"),
        *("  index 2 / 5", "  index 4 / 5", "  index 5 / 5"),
        "新索引中有 5 个条目。",
    ]
    assert (set(held(shelf)), shelf.is_current) == ({f"slip:{key}" for key in "abcde"}, True)


def test_rebuild_from_what_was_read_last_reads_nothing(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()
    slips.reads.clear()
    slips.there["b"] = "没有读过"

    assert run("rebuild", "--from-last") == ["  index 1 / 1", "新索引中有 1 个条目。"]
    assert (set(held(shelf)), slips.reads) == ({"slip:a"}, [])


def test_rebuild_of_nothing_ends_well(shelf: Shelf, slips: Slips) -> None:
    assert run("rebuild") == ["  index 0 / 0", "新索引中有 0 个条目。"]


@pytest.mark.parametrize("fault", [EngineUnavailableError("down"), EngineBusyError("another one does")])
def test_rebuild_that_cannot_be_done_fails_and_says_why(
    shelf: Shelf, slips: Slips, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def failing() -> None:
        raise fault

    monkeypatch.setattr(shelf, "rebuilding", failing)

    with pytest.raises(CommandError, match=str(fault)) as failed:
        run("rebuild")
    assert failed.value.returncode == 1


# --- status -----------------------------------------------------------------------------------------------------


def test_status_of_an_index_that_is_well(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案", b="反思")
    indexing.drain()

    assert run("status") == [
        "引擎: shelf",
        "索引中的条目: 2",
        "已读条目: 2",
        "索引大小: 0.0 MB",
        "由当前分析器建立: 是",
        "等待中: 0",
        "最长等待: 0.0 s",
        "已放弃: 0",
        "上次故障: —",
    ]


def test_status_says_what_waits_what_was_given_up_and_what_went_wrong(shelf: Shelf, slips: Slips) -> None:
    shelf.is_current = False
    change(slips, a="教案", b="反思")
    OutboxRow.objects.update(at=timezone.now() - timedelta(seconds=90))
    for nth in range(12):
        give_up(f"k{nth}")
    IndexerLease.objects.create(name="outbox", fault="EngineUnavailableError: down")
    lines = dict(line.split(": ", 1) for line in run("status") if ": " in line)

    assert lines["等待中"] == "2"
    assert 90 <= float(lines["最长等待"].removesuffix(" s")) < 120
    assert lines["已放弃"] == "12"
    assert lines["由当前分析器建立"] == "否，将重建"
    assert lines["上次故障"] == "EngineUnavailableError: down"
    assert [line for line in run("status") if line.startswith("  ")] == [
        f"  slip:k{nth} · too odd" for nth in range(10)
    ]


def test_status_fails_where_the_engine_does_not_answer(shelf: Shelf) -> None:
    shelf.away = True

    with pytest.raises(CommandError, match="down"):
        run("status")


# --- check ------------------------------------------------------------------------------------------------------


def test_check_of_an_index_that_is_right_ends_well(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案")
    indexing.drain()

    assert run("check") == ["缺少: 0", "多出: 0", "过旧: 0"]


def differing(shelf: Shelf, slips: Slips) -> None:
    change(slips, a="教案", b="反思", c="作业")
    indexing.drain()
    del shelf.held["slip:a"]
    del slips.there["b"]
    EntryRow.objects.filter(key="c").update(version=9)


def test_check_fails_where_the_index_differs_and_changes_nothing(shelf: Shelf, slips: Slips) -> None:
    differing(shelf, slips)
    out = StringIO()

    with pytest.raises(CommandError, match="--repair") as failed:
        call_command("search", "check", stdout=out)

    assert failed.value.returncode == 1
    assert out.getvalue().splitlines() == ["缺少: 1 slip:a", "多出: 1 slip:b", "过旧: 1 slip:c"]
    assert not OutboxRow.objects.exists()


def test_check_with_repair_queues_what_differs_and_ends_well(shelf: Shelf, slips: Slips) -> None:
    differing(shelf, slips)

    assert run("check", "--repair")[-1] == "不一致的已排入队列。"
    assert indexing.drain() == 3
    assert run("check") == ["缺少: 0", "多出: 0", "过旧: 0"]


# --- retry ------------------------------------------------------------------------------------------------------


def test_retry_tries_what_was_given_up_once_more(shelf: Shelf, slips: Slips) -> None:
    slips.there = {"a": "教案", "b": "反思"}
    give_up("a")
    give_up("b")
    assert indexing.drain() == 0

    assert run("retry") == ["2 条将重试。"]
    assert run("retry") == ["0 条将重试。"]
    assert indexing.drain() == 2
    assert set(held(shelf)) == {"slip:a", "slip:b"}


def test_something_must_be_named() -> None:
    with pytest.raises(CommandError):
        run()
    with pytest.raises(CommandError):
        run("improve")
