"""Rooms under stress: stuck readers, herds, failed commits, rows of others, and an end without leaks."""

import asyncio
import gc
import weakref
from collections.abc import Iterable
from contextlib import AsyncExitStack
from functools import partial

import pytest
from django.db import OperationalError

from realtime import bell, documents, memory, wire
from realtime.connection import Connection
from realtime.kinds import Access
from realtime.models import Document, Snapshot, Update
from realtime.outlet import DirectOutlet
from realtime.presence import Presence
from realtime.replica import Replica
from realtime.room import Room, Window
from realtime.services import log
from tests.desk import notes
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.seeds import keystrokes
from tests.realtime.tab import Tab
from tests.realtime.test_services import append, typing


def ends_with(page: Tab, text: str) -> bool:
    return page.text.endswith(text)


pytestmark = pytest.mark.usefixtures("note")


@pytest.mark.limits(poll_seconds=0.02, linger_seconds=0.05)
async def test_room_without_pages_leaves_memory_and_a_snapshot(
    site: Site, note: Document, writer: Somebody
) -> None:
    async with site.tab(writer) as page:
        await page.write("教案")
        await page.saved()
        room = weakref.ref(site.live.rooms[note.pk])
    await site.emptied()
    await site.live.settled()
    gc.collect()

    assert room() is None
    assert await in_thread(Snapshot.objects.count)() == 1
    async with site.tab(writer) as page:
        assert page.text == "教案"


@pytest.mark.limits(poll_seconds=0.02, linger_seconds=0.05)
async def test_nothing_of_a_page_or_its_document_outlives_the_room(
    site: Site, note: Document, writer: Somebody
) -> None:
    def remains() -> dict[int, object]:
        kinds_of_them = (Room, Window, Connection, DirectOutlet, Presence, Replica)
        # By type, for a dead proxy among them would answer no isinstance.
        return {id(one): one for one in gc.get_objects() if type(one) in kinds_of_them}

    others = remains().keys()  # a test that failed before holds its own
    async with site.tab(writer) as page:
        await page.write("教案")
        await page.saved()
        assert {type(one) for key, one in remains().items() if key not in others} >= {
            Room,
            Connection,
            Replica,
        }
    await site.emptied()
    await site.live.settled()
    gc.collect()

    assert [one for key, one in remains().items() if key not in others] == []


@pytest.mark.limits(poll_seconds=0.02, linger_seconds=0.05, give_back_seconds=3600)
async def test_memory_of_rooms_that_went_is_given_back_once_in_a_while(
    site: Site, note: Document, writer: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back: list[int] = []
    monkeypatch.setattr(memory, "give_back", lambda: given_back.append(len(site.live.rooms)))
    for _ in range(2):
        async with site.tab(writer) as page:
            await page.saved()
        await site.emptied()
        while not given_back:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await site.live.look()
    await site.live.read(int)  # what a reader was asked before has been done

    assert given_back == [0]


@pytest.mark.limits(snapshot_rows=10)
async def test_snapshot_is_renewed_after_so_many_rows(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        for _ in range(25):
            await page.write("a")
            await page.saved()
        await site.live.settled()

    assert await in_thread(lambda: Snapshot.objects.get().seq)() == 20


async def test_failed_commit_closes_the_room_and_nothing_is_lost(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(news: Iterable[log.NewRows]) -> dict[int, int]:
        raise OperationalError("disk full")

    async with site.tab(writer) as one, site.tab(colleague) as two:
        with monkeypatch.context() as broken:
            broken.setattr(log, "append", fail)
            await one.write("没有丢")

            assert await one.closed() == 4503
            assert await two.closed() == 4503
        assert two.text == ""
    async with site.tab(writer, doc=one.doc) as again:
        await again.saved()
    async with site.tab(colleague, doc=two.doc) as other:
        assert other.text == "没有丢"


async def test_one_rooms_failure_in_a_common_commit_leaves_the_others_alone(
    site: Site, note: Document, writer: Somebody
) -> None:
    second = await in_thread(documents.create)(kind="note", key="2", by_id=None)
    await in_thread(lambda: notes.allow(writer.person, "2", Access.WRITE))()
    async with site.tab(writer) as one, site.tab(writer, "note/2") as two:
        gone = site.live.rooms[note.pk]
        await in_thread(note.delete)()
        rooms = [gone, site.live.rooms[second.pk]]
        for room, page in zip(rooms, (one, two), strict=True):
            (connection,) = room.connections
            room.receive(connection, wire.update(page.edit(typing("x"))))

        assert await one.closed() == 4404
        await two.saved()
    assert await in_thread(lambda: list(Update.objects.values_list("document", flat=True)))() == [second.pk]


async def test_two_hundred_pages_come_back_at_once(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.write("同一份教案" * 50)
        await page.saved()
    async with AsyncExitStack() as stack:
        pages = await asyncio.gather(*(stack.enter_async_context(site.tab(writer)) for _ in range(200)))
        await pages[0].write("到齐")
        await asyncio.gather(*(page.until(partial(ends_with, page, "到齐")) for page in pages))

        assert {page.text for page in pages} == {"同一份教案" * 50 + "到齐"}


@pytest.mark.limits(backlog_bytes=200_000, poll_seconds=0.05)
async def test_stuck_reader_is_cut_off_and_the_others_notice_nothing(
    site: Site, note: Document, writer: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(reader) as stuck, site.tab(reader) as other:
        transport = stuck.socket.transport
        transport.pause_reading()
        for _ in range(120):
            await one.write("长" * 30_000)
            await one.saved()
        room = site.live.rooms[note.pk]

        assert len(room.connections) == 2
        assert all(connection._outlet.backlog() < 300_000 for connection in room.connections)
        await other.until(lambda: len(other.text) == 120 * 30_000)
        transport.resume_reading()
        assert await stuck.closed() in {1006, 4503}


@pytest.mark.limits(stuck_seconds=0.2, poll_seconds=0.02, keepalive_seconds=0.01, backlog_bytes=10**9)
async def test_reader_who_takes_nothing_is_cut_off_in_time(
    site: Site, note: Document, writer: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(reader) as stuck:
        stuck.socket.transport.pause_reading()
        for _ in range(100):
            await one.write("长" * 30_000)
        await one.saved()
        room = site.live.rooms[note.pk]
        async with asyncio.timeout(20):
            while len(room.connections) > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        stuck.socket.transport.resume_reading()


@pytest.mark.limits(backlog_bytes=200_000)
async def test_one_edit_larger_than_a_backlog_cuts_nobody_off_who_reads(
    site: Site, note: Document, writer: Somebody, reader: Somebody
) -> None:
    """A day's offline work comes as one update; everybody gets it, and nobody has to come again for that."""
    async with site.tab(writer) as one, site.tab(reader) as two:
        await one.write("长" * 1_500_000)
        await one.saved()
        await two.until(lambda: len(two.text) == 1_500_000)

        assert len(site.live.rooms[note.pk].connections) == 2


@pytest.mark.limits(backlog_bytes=200_000)
async def test_reader_who_asks_again_and_again_and_takes_nothing_is_cut_off(
    site: Site, note: Document, writer: Somebody, reader: Somebody
) -> None:
    """One long answer may wait for a slow line; each further one would be memory given away for a few bytes."""
    async with site.tab(writer) as one, site.tab(reader) as stuck:
        await one.write("长" * 2_000_000)
        await one.saved()
        room = site.live.rooms[note.pk]
        (connection,) = (page for page in room.connections if page.identity.person_id == reader.person.pk)
        stuck.socket.transport.pause_reading()
        for _ in range(20):
            room.receive(connection, wire.step1(b"\x00"))
        await one.saved()

        assert connection.gone
        assert connection._outlet.backlog() < 2 * 6_100_000
        stuck.socket.transport.resume_reading()


@pytest.mark.limits(bytes_per_second=100_000, bytes_burst=100_000)
async def test_long_answers_are_charged_to_who_asks(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.saved()
        room = site.live.rooms[note.pk]
        (connection,) = room.connections
        connection.answer(wire.step2(b"x" * 200_000))

        assert connection.take(wire.barrier(b"b")) > 0.5


@pytest.mark.limits(messages_per_second=1, messages_burst=20)
async def test_flood_of_one_page_waits_and_the_others_go_on(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as flood, site.tab(colleague) as two:
        for update in keystrokes(*"x" * 300, client_id=5):
            await flood.socket.send(wire.update(update))
        await two.write("照常")
        await two.saved()

        assert two.text.count("x") < 100


async def test_row_of_another_process_is_shown_when_a_hint_comes(
    site: Site, note: Document, writer: Somebody
) -> None:
    async with site.tab(writer) as page:
        await in_thread(lambda: documents.edit(note.pk, typing("导入的"), by_id=None))()
        await page.until(lambda: page.text == "导入的")


@pytest.mark.limits(poll_seconds=0.05)
async def test_row_of_another_process_is_found_without_a_hint(
    site: Site, note: Document, writer: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site.tab(writer) as page:
        await page.write("甲")
        await page.saved()
        await in_thread(lambda: append(note, *keystrokes("别处", client_id=77)))()
        await page.until(lambda: "别处" in page.text)
        await page.write("乙")
        await page.saved()

        assert site.live.rooms[note.pk].seq == 3


async def test_gap_before_an_own_row_is_filled(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await in_thread(lambda: append(note, *keystrokes("别处", client_id=77)))()
        await page.write("这里")
        await page.until(lambda: sorted(page.text) == sorted("别处这里"))

        assert site.live.rooms[note.pk].seq == 2


async def test_update_whose_predecessor_comes_later_is_kept_and_shown(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    first, second, third = keystrokes("甲", "乙", "丙", client_id=5)
    async with site.tab(writer) as one:
        await one.socket.send(wire.update(first))
        await one.socket.send(wire.update(third))
        await one.saved()
        async with site.tab(colleague) as two:
            assert two.text == "甲"
            await one.socket.send(wire.update(second))
            await two.until(lambda: two.text == "甲乙丙")
            await one.until(lambda: one.text == "甲乙丙")


async def test_event_reaches_the_pages_that_asked_for_events(
    site: Site, note: Document, writer: Somebody
) -> None:
    async with site.tab(writer, "note/1?events=1") as one, site.tab(writer) as two:
        event = {"event": "columns", "version": 2}
        await in_thread(lambda: bell.announce("note", "1", event))()
        await one.until(lambda: event in one.events)
        await two.saved()

        assert two.events == []


async def test_new_epoch_closes_the_pages_with_4409(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer, "note/1?events=1") as page:
        await in_thread(lambda: documents.start_epoch(note.pk, fill=typing("新"), by_id=None))()

        assert await page.closed() == 4409
        assert page.events[-1] == {"event": "epoch", "epoch": 2}


async def test_owner_is_told_of_new_content(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.write("甲")
        await page.saved()
        async with asyncio.timeout(10):
            while notes.touched != ["1"]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
