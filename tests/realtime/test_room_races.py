"""What happens in a room while a commit is under way."""

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pytest
from django.db import OperationalError

from realtime import wire
from realtime.models import Document
from realtime.services import log
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.seeds import keystrokes
from tests.realtime.test_services import append

pytestmark = pytest.mark.usefixtures("note")

Append = Callable[[Iterable[log.NewRows]], dict[int, int]]


@dataclass
class Gate:
    """Commits wait here until ``opened``; then they go on, or fail."""

    append: Append
    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    fails: bool = False

    def pass_through(self, news: Iterable[log.NewRows]) -> dict[int, int]:
        self.reached.set()
        self.opened.wait(10)
        if self.fails:
            raise OperationalError("disk full")
        return self.append(news)

    async def is_reached(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, 10)

    def close(self) -> None:
        """Hold up the next commit; those before went through."""
        self.opened.clear()
        self.reached.clear()


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """Open until a test closes it."""
    gate = Gate(log.append)
    gate.opened.set()
    monkeypatch.setattr(log, "append", gate.pass_through)
    yield gate
    gate.opened.set()


def widen_the_window(site: Site) -> None:
    """The committer rests for a moment, so that what comes now comes in one window."""
    site.live._committer._next_at = asyncio.get_running_loop().time() + 0.3


async def until(true: Callable[[], bool]) -> None:
    while not true():  # noqa: ASYNC110 -- nothing tells of it
        await asyncio.sleep(0.01)


async def test_page_that_joins_while_a_commit_fails_is_not_left_deaf(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, gate: Gate
) -> None:
    async with site.tab(writer) as one:
        room = site.live.rooms[note.pk]
        await one.saved()
        widen_the_window(site)
        gate.fails = True
        await one.write("没有存上")
        async with site.tab(colleague, sync=False) as two:
            assert await one.closed() == 4503
            assert await two.closed() == 4503
    assert room.ended


async def test_page_that_joins_while_the_room_ends_is_not_left_deaf(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, gate: Gate
) -> None:
    async with site.tab(writer) as one:
        await one.saved()
        gate.close()
        widen_the_window(site)
        await one.write("甲")
        async with site.tab(colleague, sync=False) as two:
            await gate.is_reached()
            site.live.end(site.live.rooms[note.pk])
            gate.opened.set()
            assert await two.closed() == 4503


async def test_room_that_ended_takes_nobody_in(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one:
        await one.saved()
        room = site.live.rooms[note.pk]
        (connection,) = room.connections
        site.live.end(room)
        assert await one.closed() == 4503
        late = type(connection)(
            visit=connection.visit,
            identity=connection.identity,
            level=connection._level,
            outlet=connection._outlet,
            room=room,
            limits=site.live.limits,
        )
        room.join(late)

        assert late.gone
        assert room._inbox == []


async def test_rows_committed_while_the_room_was_read_again_are_not_missed(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, gate: Gate
) -> None:
    """The log is read before the commit arrives, the commit arrives after: its rows are in neither document."""
    async with site.tab(writer) as one:
        await one.write("甲")
        await one.saved()
        room = site.live.rooms[note.pk]
        gate.close()
        await one.write("乙")
        await gate.is_reached()
        room._begin_again([])  # as after a row of another process that cannot be integrated
        await until(lambda: not room.rebuilding)
        gate.opened.set()
        await one.saved()
        async with site.tab(colleague) as two:
            assert two.text == "甲乙"


@pytest.mark.limits(poll_seconds=30)
async def test_hint_of_own_rows_is_given_though_others_wrote_in_between(
    site: Site, note: Document, writer: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(site.live.hints, "reached_id", lambda _document, seq: told.append(seq))
    async with site.tab(writer) as page:
        await in_thread(lambda: append(note, *keystrokes("别处", client_id=77)))()
        await page.write("这里")
        await page.saved()
        await site.live.settled()

    assert max(told) == 2


@pytest.mark.limits(poll_seconds=0.1)
async def test_who_loses_access_while_joining_slowly_does_not_stay(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, gate: Gate
) -> None:
    """Access is judged at the door; the room opens only when the commit before is through."""
    from realtime.kinds import Access

    async with site.tab(writer) as one:
        await one.saved()
        gate.close()
        await one.write("甲")
        await gate.is_reached()
        async with site.tab(colleague, sync=False) as two:
            await until(lambda: len(site.live.pages) == 2)  # it was judged at the door
            await in_thread(lambda: colleague.may(Access.NONE))()
            await asyncio.sleep(0.6)  # several looks, none of which finds the page in the room
            gate.opened.set()

            assert await two.closed() == 4403
        await one.saved()


@pytest.mark.limits(messages_burst=1000)
async def test_one_frame_of_many_messages_is_refused(site: Site, note: Document, writer: Somebody) -> None:
    """The bucket counts frames; a frame of millions of messages would hold everybody up for minutes."""
    async with site.tab(writer) as page:
        await page.saved()
        await page.socket.send(wire.barrier(b"") * 5_000)

        assert await page.closed() == 4400


@pytest.mark.parametrize("client", [2**53, 2**63 - 1, 2**64 - 1])
async def test_client_beyond_javascripts_numbers_is_shown_to_nobody(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, client: int
) -> None:
    """Pages fail to read a frame with such a number, and with it the presence of all others."""
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.show({"n": 1}, client=client)
        await one.show({"n": 2})
        await two.until(lambda: one.doc.client_id in two.presence)

        assert client not in two.presence
