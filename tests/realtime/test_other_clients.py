"""Clients of other makers: what pycrdt itself brings to join a document, unmodified."""

import asyncio
from typing import Any

import pycrdt
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from realtime import documents
from realtime.models import Document
from tests.realtime.conftest import Site, Somebody, in_thread

pytestmark = pytest.mark.usefixtures("note")


class Wire:
    """The least that pycrdt's provider asks of a channel."""

    path = "1"

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    def __aiter__(self) -> "Wire":
        return self

    async def __anext__(self) -> bytes:
        try:
            return await self.recv()
        except ConnectionClosed:
            raise StopAsyncIteration from None

    async def send(self, message: bytes) -> None:
        await self.socket.send(message)

    async def recv(self) -> bytes:
        frame = await self.socket.recv()
        assert isinstance(frame, bytes)
        return frame


def wire_of(site: Site, who: Somebody) -> connect:
    return connect(
        f"ws://127.0.0.1:{site.port}/ws/note/1",
        origin=Origin(f"http://127.0.0.1:{site.port}"),
        additional_headers={"Cookie": f"sessionid={who.cookie}"},
    )


async def test_pycrdt_provider_needs_nothing_of_ours(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    mine: pycrdt.Doc[Any] = pycrdt.Doc()
    theirs: pycrdt.Doc[Any] = pycrdt.Doc()
    text = mine.get("t", type=pycrdt.Text)
    seen = theirs.get("t", type=pycrdt.Text)
    text += "离线写的，"

    async with (
        wire_of(site, writer) as one,
        wire_of(site, colleague) as two,
        pycrdt.Provider(mine, Wire(one)) as first,
        pycrdt.Provider(theirs, Wire(two)) as second,
        asyncio.timeout(10),
    ):
        await first.synced.wait()
        await second.synced.wait()
        text += "在线写的𠮷。"
        while str(seen) != "离线写的，在线写的𠮷。":  # noqa: ASYNC110 -- pycrdt has no event for it
            await asyncio.sleep(0.01)
        await one.close()
        await two.close()

    doc = await in_thread(documents.load)(note.pk)
    assert str(doc.get("t", type=pycrdt.Text)) == "离线写的，在线写的𠮷。"
