"""The site behind a real socket, in the test's own event loop, and people with notes."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
import uvicorn
from channels.db import database_sync_to_async
from django.conf import LazySettings
from django.conf import settings as site_settings
from hypothesis import settings as hypothesis_settings

from config.serve import uvicorn_options
from realtime import documents
from realtime.kinds import Access
from realtime.models import Document
from realtime.server import Server
from research.models import Person
from tests.desk import notes
from tests.desk.people import make_person, sign_in
from tests.realtime.tab import Tab, tab

T = TypeVar("T")

hypothesis_settings.register_profile("unhurried", deadline=None)  # a shared machine says nothing about time
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def desk() -> Iterator[None]:
    """The kind ``note`` is known, and nobody was told anything yet."""
    notes.register_once()
    notes.touched.clear()
    yield
    notes.touched.clear()


@pytest.fixture
def media(settings: LazySettings, tmp_path: Path) -> Path:
    """Pictures of a test are kept in a folder of its own."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise warns without it
    options = {"location": str(tmp_path), "base_url": None}
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return tmp_path


def in_thread(function: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """A function that uses the database, for an async test."""
    return database_sync_to_async(function)


@dataclass
class Somebody:
    """A person and their session."""

    person: Person
    cookie: str

    def may(self, level: Access, key: str = "1") -> "Somebody":
        notes.allow(self.person, key, level)
        return self


@pytest.fixture
def writer(transactional_db: None) -> Somebody:
    """Somebody who may write note 1."""
    person = make_person()
    return Somebody(person, sign_in(person)).may(Access.WRITE)


@pytest.fixture
def colleague(transactional_db: None) -> Somebody:
    """Somebody else who may write note 1."""
    person = make_person("薛海峰")
    return Somebody(person, sign_in(person)).may(Access.WRITE)


@pytest.fixture
def reader(transactional_db: None) -> Somebody:
    """Somebody who may read note 1."""
    person = make_person("高雅琴")
    return Somebody(person, sign_in(person)).may(Access.READ)


@pytest.fixture
def note(transactional_db: None) -> Document:
    """Note 1, empty."""
    return documents.create(kind="note", key="1", by_id=None)


@dataclass
class Site:
    """The running site."""

    port: int
    live: Server

    def tab(self, who: Somebody | None = None, path: str = "note/1", **options: Any) -> Any:
        return tab(self.port, path, who.cookie if who else "", **options)

    async def emptied(self) -> None:
        """Wait until every document has left memory."""
        while self.live.rooms:  # noqa: ASYNC110 -- rooms end at a look, which has no event
            await asyncio.sleep(0.01)


@pytest.fixture
async def site(
    transactional_db: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    """The site on a free port, with production's options; ``mark.limits`` changes single limits."""
    changed = request.node.get_closest_marker("limits")
    monkeypatch.setattr(site_settings, "REALTIME", changed.kwargs if changed else {})
    Path(site_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 -- whitenoise warns without it
    from config.asgi import application  # it builds the whole site when imported

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    options = uvicorn_options() | {"lifespan": "off", "log_level": "warning", "loop": "none"}
    server = uvicorn.Server(uvicorn.Config(application, **options))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 -- uvicorn has no event for it
        await asyncio.sleep(0.01)
    live = Server.here()
    yield Site(listening.getsockname()[1], live)
    server.should_exit = True
    await task
    await live.stop()


__all__ = ["Site", "Somebody", "Tab", "in_thread", "make_person", "sign_in"]
