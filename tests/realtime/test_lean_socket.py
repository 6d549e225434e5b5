"""The short way of frames: taken where it may be, and no different from the general way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from realtime import wire
from realtime.connection import Connection
from realtime.lean_socket import LeanSocket, _bounds
from realtime.models import Document
from realtime.outlet import DirectOutlet
from tests.realtime.conftest import Site, Somebody
from tests.realtime.seeds import keystrokes
from tests.realtime.tab import Tab

pytestmark = pytest.mark.usefixtures("note")


@asynccontextmanager
async def _inside(
    site: Site, note: Document, writer: Somebody
) -> AsyncIterator[tuple[Tab, Connection, LeanSocket]]:
    """A page that is in its room alone, its connection there, and the server's end of its socket."""
    async with site.tab(writer) as page:
        await page.saved()
        (connection,) = site.live.rooms[note.pk].connections
        outlet = connection._outlet
        assert isinstance(outlet, DirectOutlet)
        assert isinstance(outlet._server, LeanSocket)
        yield page, connection, outlet._server


def _masked(head: int, payload: bytes) -> bytes:
    """A frame as a page sends it, under a mask that changes nothing."""
    size = len(payload)
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes((head,)) + length + b"\x00" * 4 + payload


async def test_page_inside_its_room_goes_the_short_way(site: Site, note: Document, writer: Somebody) -> None:
    async with _inside(site, note, writer) as (_page, connection, socket):
        assert socket.sink == connection.take


async def test_fragmented_message_goes_the_general_way(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.saved()
        frame = wire.update(page.edit(lambda doc: page.type_at_the_end(doc, "分成三段")))
        await page.socket.send([frame[:3], frame[3:7], frame[7:]])
        await page.until(lambda: any("分成三段".encode() in seen for seen in page.frames))


async def test_barrier_does_not_overtake_an_edit_that_came_in_pieces(
    site: Site, note: Document, writer: Somebody
) -> None:
    """Browsers cut large messages into frames; what is sent after one is taken after it, however it comes."""
    async with _inside(site, note, writer) as (page, connection, socket):
        taken: list[int] = []
        receive = connection.room.receive

        def note_kind(connection: Connection, frame: bytes) -> None:
            taken.append(frame[0])
            receive(connection, frame)

        connection.room.receive = note_kind  # type: ignore[method-assign]
        update = wire.update(page.edit(lambda doc: page.type_at_the_end(doc, "分段")))
        frames = [_masked(0x02, update[:4]), _masked(0x80, update[4:]), _masked(0x82, wire.barrier(b"b"))]
        socket.data_received(b"".join(frames))
        await page.until(lambda: b"b" in page.barriers)

        assert taken == [wire.SYNC, wire.BARRIER]
        await page.saved()
        assert socket.sink == connection.take


async def test_ping_between_frames_leaves_the_short_way_open(
    site: Site, note: Document, writer: Somebody
) -> None:
    async with _inside(site, note, writer) as (_page, connection, socket):
        socket.data_received(_masked(0x89, b"ping"))

        assert socket.sink == connection.take


async def test_end_of_a_pause_does_not_open_what_the_general_way_closed(
    site: Site, note: Document, writer: Somebody
) -> None:
    """Else a flood that goes both ways would wait in our memory instead of in the network."""
    async with _inside(site, note, writer) as (_page, _connection, socket):
        socket.transport.pause_reading()
        socket.read_paused = True
        socket._go_on()
        assert not socket.transport.is_reading()

        socket.read_paused = False
        socket._go_on()
        assert socket.transport.is_reading()


@pytest.mark.parametrize("size", [125, 126, 65_535, 65_536, 700_000])
async def test_frame_of_any_length_arrives_whole(
    site: Site, writer: Somebody, colleague: Somebody, size: int
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.saved()
        await one.write("a" * size)
        await one.saved()
        await two.until(lambda: len(two.text) == size)


async def test_many_frames_in_one_packet_and_one_frame_in_many(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.saved()
        written: list[bytes] = []
        transport = one.socket.transport
        send = transport.write
        one.socket.transport.write = written.append
        for update in keystrokes(*"abcdefghij", client_id=9):
            await one.socket.send(wire.update(update))
        one.socket.transport.write = send
        stream = b"".join(written)
        for at in range(0, len(stream), 7):
            transport.write(stream[at : at + 7])
            await asyncio.sleep(0)
        await two.until(lambda: two.text == "abcdefghij")
        transport.write(b"")
        await one.saved()


async def test_ping_is_answered_between_frames(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.saved()
        await asyncio.wait_for(await page.socket.ping(), 10)


@pytest.mark.parametrize(
    ("head", "bounds"),
    [
        (b"", (0, 1)),
        (b"\x82", (0, 2)),
        (b"\x82\x85", (6, 11)),
        (b"\x82\x05", (2, 7)),
        (b"\x82\xfe\x01", (0, 4)),
        (b"\x82\xfe\x01\x00", (8, 264)),
        (b"\x82\xff" + (70_000).to_bytes(8, "big"), (14, 70_014)),
    ],
)
def test_bounds_of_a_frame(head: bytes, bounds: tuple[int, int]) -> None:
    assert _bounds(head, 0) == bounds


@given(st.binary(max_size=200))
@example(b"")
@example(b"\x82")
@example(b"\x82\x80mask")
@example(b"\x82\xfdmask" + b"a" * 125)
@example(b"\x82\xfe\x00\x7emask" + b"a" * 126)
def test_lone_frame_is_what_the_bounds_say(data: bytes) -> None:
    is_lone = len(data) >= 6 and data[1] >= 0x80 and _bounds(data, 0) == (6, len(data))

    assert LeanSocket._is_lone(data) is is_lone
