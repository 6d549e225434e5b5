"""The search is warmed beside the first pages: after the start, never instead of it."""

import asyncio
import gc
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from config import warming
from search.errors import EngineUnavailableError

Message = dict[str, Any]


async def begun(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


async def refused(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no"})


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """A test process goes on to load other things."""
    yield
    gc.unfreeze()


class Server:
    """What uvicorn does with a lifespan. ``asked`` is set when the warming begins."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fault: Exception | None = None) -> None:
        self.sent: list[str] = []
        self.asked = threading.Event()
        self.thread: threading.Thread | None = None

        def warm() -> None:
            self.thread = threading.current_thread()
            self.asked.set()
            if fault:
                raise fault

        monkeypatch.setattr("search.services.warming.warm", warm)

    async def live(self, lifespan: warming.Lifespan, *, wait: bool) -> None:
        """From the beginning to the end; ``wait`` ends it only after the warming."""
        coming = iter(["lifespan.startup", "lifespan.shutdown"])

        async def receive() -> Message:
            kind = next(coming)
            if kind == "lifespan.shutdown" and wait:
                await asyncio.to_thread(self.asked.wait)
                assert self.thread is not None
                await asyncio.to_thread(self.thread.join)
            return {"type": kind}

        async def send(message: Message) -> None:
            self.sent.append(message["type"])

        await lifespan({"type": "lifespan"}, receive, send)


def test_it_warms_up_in_a_thread_of_its_own_when_the_site_has_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Server(monkeypatch)

    asyncio.run(server.live(warming.warmed(begun, after_seconds=0), wait=True))

    assert server.sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert server.thread is not None
    assert server.thread.name == "search-warming"


def test_what_fails_is_only_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    server = Server(monkeypatch, EngineUnavailableError("there is no index yet"))

    with caplog.at_level(logging.WARNING, "config.warming"):
        asyncio.run(server.live(warming.warmed(begun, after_seconds=0), wait=True))

    assert server.sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert [record.getMessage() for record in caplog.records] == ["the search could not be warmed up"]


def test_what_is_loaded_then_is_not_looked_through_for_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[object] = []
    monkeypatch.setattr("search.services.warming.warm", lambda: loaded.append({"words": loaded}))

    warming.warm_up()

    assert gc.get_freeze_count() > 0
    assert not any(one is loaded[0] for one in gc.get_objects())


@pytest.mark.parametrize("lifespan", [begun, refused], ids=["ended", "refused"])
def test_a_process_that_ends_or_does_not_start_begins_with_nothing(
    monkeypatch: pytest.MonkeyPatch, lifespan: warming.Lifespan
) -> None:
    server = Server(monkeypatch)

    asyncio.run(server.live(warming.warmed(lifespan, after_seconds=600), wait=False))

    assert not server.asked.is_set()
    assert "search-warming" not in {thread.name for thread in threading.enumerate() if not _is_over(thread)}


def _is_over(thread: threading.Thread) -> bool:
    """A timer that was called off ends by itself."""
    thread.join(timeout=10) if thread.name == "search-warming" else None
    return not thread.is_alive()
