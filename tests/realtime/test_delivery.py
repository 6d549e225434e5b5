"""What a page hears at once leaves in one piece, in the order of the promises: news, answers, who is here."""

import asyncio
from typing import Any

import pytest

from realtime import wire
from realtime.connection import Connection
from realtime.models import Document
from realtime.outlet import DirectOutlet, Message
from tests.realtime.conftest import Site, Somebody
from tests.realtime.tab import Tab

pytestmark = pytest.mark.usefixtures("note")


class Written:
    """The pieces that one connection hands over to the system."""

    def __init__(self, connection: Connection) -> None:
        outlet = connection._outlet
        assert isinstance(outlet, DirectOutlet)
        self.pieces: list[bytes] = []
        self._push = outlet._push
        outlet._push = self._note

    def _note(self, data: "bytes | bytearray | memoryview[Any]") -> None:
        self.pieces.append(bytes(data))
        self._push(data)


def _written(site: Site, note: Document, who: Somebody) -> Written:
    (connection,) = (
        page for page in site.live.rooms[note.pk].connections if page.identity.person_id == who.person.pk
    )
    return Written(connection)


def _widen_the_window(site: Site) -> None:
    site.live._committer._next_at = asyncio.get_running_loop().time() + 0.5


async def _keystroke(page: Tab, state: dict[str, int]) -> bytes:
    """What our pages send for one: the edit, the caret, the question whether it is saved."""
    update = await page.write("字")
    await page.show(state, clock=9)
    await page.saved()
    return update


async def test_writer_hears_edit_and_answer_and_others_edit_and_caret_in_one_piece(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.saved()
        await two.saved()
        mine, theirs = _written(site, note, writer), _written(site, note, colleague)
        _widen_the_window(site)
        update = await _keystroke(one, {"caret": 1})
        await two.until(lambda: one.doc.client_id in two.presence)

        clock, state = two.presence[one.doc.client_id]
        caret = next(frame for frame in reversed(two.frames) if frame[0] == wire.AWARENESS)
        assert (clock > 9, (state or {})["caret"]) == (True, 1)
        assert mine.pieces == [Message(wire.update(update), wire.barrier(one.barriers[-1])).framed]
        assert theirs.pieces == [Message(wire.update(update), caret).framed]


async def test_of_two_who_move_at_once_each_hears_of_the_other_alone(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two, site.tab(reader) as three:
        for page in (one, two, three):
            await page.saved() if page is not three else await page.sync()
        _widen_the_window(site)
        await one.show({"n": 1})
        await two.show({"n": 2})
        ids = {one.doc.client_id, two.doc.client_id}
        await three.until(lambda: ids <= set(three.presence))
        await one.until(lambda: two.doc.client_id in one.presence)
        await two.until(lambda: one.doc.client_id in two.presence)

        assert one.doc.client_id not in one.presence
        assert two.doc.client_id not in two.presence


def test_several_payloads_are_as_many_frames() -> None:
    message = Message(b"a" * 3, b"", b"b" * 200)

    assert message.framed == b"\x82\x03aaa" + b"\x82\x00" + b"\x82\x7e\x00\xc8" + b"b" * 200
    assert message.size == len(message.framed)
