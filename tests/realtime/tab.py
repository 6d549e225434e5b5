"""A page at a document, as a test needs it: a real socket, a pycrdt document, no cleverness."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pycrdt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from realtime import wire

PATIENCE = 45  # seconds; a machine may have much else to do


class Tab:
    """Applies what it receives, counts acknowledgements, keeps everything it was told."""

    def __init__(
        self, socket: ClientConnection, doc: "pycrdt.Doc[Any] | None" = None, *, answers: bool = True
    ) -> None:
        self.socket, self.answers, self.questions = socket, answers, 0
        self.doc: pycrdt.Doc[Any] = doc or pycrdt.Doc()
        self.doc.get("t", type=pycrdt.Text)
        self.synced = asyncio.Event()
        self.frames: list[bytes] = []
        self.events: list[dict[str, Any]] = []
        self.denials: list[str] = []
        self.barriers: list[bytes] = []
        self.presence: dict[int, tuple[int, dict[str, Any] | None]] = {}
        self.close_code: int | None = None
        self._ended = False
        self._news = asyncio.Event()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    # --- what it hears --------------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            async for frame in self.socket:
                assert isinstance(frame, bytes)
                self.frames.append(frame)
                for kind, step, payload in wire.messages(frame):
                    await self._hear(kind, step, payload)
                self._hear_rest(frame)
                self._tell()
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code
        self._ended = True
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _hear(self, kind: int, step: int, payload: bytes) -> None:
        if kind == wire.SYNC and step == wire.STEP1:
            self.questions += 1
            if not self.answers:
                return
            await self.socket.send(wire.step2(self.doc.get_update(payload)))
        elif kind == wire.SYNC:
            self.doc.apply_update(payload)
            if step == wire.STEP2:
                self.synced.set()
        elif kind == wire.BARRIER:
            self.barriers.append(payload)
        elif kind == wire.AWARENESS:
            for client, clock, raw in wire.read_awareness(payload):
                if clock > self.presence.get(client, (-1, None))[0]:
                    self.presence[client] = (clock, json.loads(raw))

    def _hear_rest(self, frame: bytes) -> None:
        """Events and denials, which the server's own parser of pages' messages does not know."""
        if frame[0] == wire.AUTH:
            self.denials.append(wire.read_string(frame, 2)[0])
        elif frame[0] == wire.EVENT:
            self.events.append(json.loads(wire.read_string(frame, 1)[0]))

    # --- what it does ---------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        return str(self.doc.get("t", type=pycrdt.Text))

    async def sync(self) -> None:
        """Ask for the document and wait for it."""
        await self.socket.send(wire.step1(self.doc.get_state()))
        await self.until(self.synced.is_set)

    def edit(self, change: Callable[["pycrdt.Doc[Any]"], None]) -> bytes:
        """Change the own document; the update that says so."""
        seen: list[bytes] = []
        subscription = self.doc.observe(lambda event: seen.append(event.update))
        with self.doc.transaction():
            change(self.doc)
        self.doc.unobserve(subscription)
        return seen[0]

    @staticmethod
    def type_at_the_end(doc: "pycrdt.Doc[Any]", text: str) -> None:
        content = doc.get("t", type=pycrdt.Text)
        content.insert(len(content), text)

    async def write(self, text: str) -> bytes:
        """Type at the end."""
        update = self.edit(lambda doc: self.type_at_the_end(doc, text))
        await self.socket.send(wire.update(update))
        return update

    async def show(self, state: dict[str, Any] | None, *, client: int | None = None, clock: int = 1) -> None:
        """Send presence."""
        mine = self.doc.client_id if client is None else client
        await self.socket.send(wire.awareness([(mine, clock, json.dumps(state, ensure_ascii=False))]))

    async def saved(self) -> None:
        """Wait until everything sent so far is committed."""
        token = len(self.barriers).to_bytes(4, "big") + b"saved"
        await self.socket.send(wire.barrier(token))
        await self.until(lambda: token in self.barriers)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something to become true as messages come in; EOFError when no more can come."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                if self._ended:
                    raise EOFError(f"the connection ended with {self.close_code}")
                await self._news.wait()

    async def closed(self) -> int | None:
        """Wait for the server to close; the code."""
        await asyncio.wait_for(asyncio.shield(self._reading), PATIENCE)
        return self.close_code

    async def leave(self) -> None:
        await self.socket.close()
        await asyncio.wait([self._reading])


@asynccontextmanager
async def tab(
    port: int,
    path: str,
    cookie: str = "",
    *,
    doc: "pycrdt.Doc[Any] | None" = None,
    sync: bool = True,
    origin: str | None = None,
    answers: bool = True,
) -> AsyncIterator[Tab]:
    """Open a page at ``/ws/<path>`` with that session."""
    headers = {"Cookie": f"sessionid={cookie}"} if cookie else {}
    async with connect(
        f"ws://127.0.0.1:{port}/ws/{path}",
        origin=origin or f"http://127.0.0.1:{port}",  # type: ignore[arg-type]
        additional_headers=headers,
        max_size=None,
        compression=None,
        ping_interval=None,
    ) as socket:
        page = Tab(socket, doc, answers=answers)
        try:
            if sync:
                await page.sync()
            yield page
        finally:
            await page.leave()
