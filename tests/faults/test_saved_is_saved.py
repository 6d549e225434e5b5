"""The server process is killed while people type: what was acknowledged is there once, and nothing twice."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pycrdt
import pytest
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.realtime.tab import Tab, tab
from tests.servers import Postgres, Prepared, SiteProcess

pytestmark = pytest.mark.enable_socket

TABS = 5


class Typist:
    """One page that types unique tokens, remembers which were acknowledged, comes back after each break."""

    def __init__(self, name: str, site: SiteProcess, cookie: str) -> None:
        self.name, self._site, self._cookie = name, site, cookie
        self._doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
        self._numbers = itertools.count()
        self.typed: list[str] = []
        self.acknowledged: list[str] = []

    async def type_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            with suppress(OSError, ConnectionClosed, InvalidMessage, TimeoutError, EOFError):
                async with tab(self._site.port, "note/1", self._cookie, doc=self._doc) as page:
                    await self._catch_up(page)
                    while not stop.is_set() and page.close_code is None:
                        await self._type(page)
            await asyncio.sleep(0.05)

    async def _catch_up(self, page: Tab) -> None:
        """After a break the page brings what was not acknowledged by itself; the barrier says when that is
        saved.
        """
        await page.saved()
        self.acknowledged = list(self.typed)

    async def _type(self, page: Tab) -> None:
        token = f"〔{self.name}{next(self._numbers)}〕"
        self.typed.append(token)
        await page.write(token)
        await page.saved()
        self.acknowledged = list(self.typed)


async def kill_while_typing(
    site: SiteProcess, cookies: Mapping[str, str], *, kills: int, seed: int
) -> list[Typist]:
    """Let five pages type through some kills; the pages, at rest."""
    rest = random.Random(seed)  # noqa: S311
    writers = itertools.cycle([cookies["刘秀兰"], cookies["薛海峰"]])
    typists = [Typist(chr(ord("a") + nth), site, next(writers)) for nth in range(TABS)]
    stop = asyncio.Event()
    typing = [asyncio.create_task(typist.type_until(stop)) for typist in typists]
    for _ in range(kills):
        await asyncio.sleep(rest.uniform(0.3, 1.0))
        site.kill()
        await asyncio.to_thread(site.start)
    await asyncio.sleep(0.5)
    stop.set()
    await asyncio.gather(*typing)
    return typists


async def text_of(site: SiteProcess, cookie: str, path: str = "note/1") -> str:
    """What somebody reads who opens the note now."""
    async with tab(site.port, path, cookie) as page:
        return page.text


def judge(text: str, typists: list[Typist]) -> tuple[list[str], list[str], list[str]]:
    """Acknowledged tokens that are not there, tokens that are there twice, tokens nobody typed."""
    there = Counter("〔" + part.split("〕")[0] + "〕" for part in text.split("〔")[1:])
    lost = [token for typist in typists for token in typist.acknowledged if token not in there]
    twice = [token for token, count in there.items() if count > 1]
    foreign = sorted(there.keys() - {token for typist in typists for token in typist.typed})
    return lost, twice, foreign


async def test_kill_9_loses_nothing_that_was_acknowledged(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    site = launch(prepared.copy(tmp_path))

    typists = await kill_while_typing(site, prepared.cookies, kills=3, seed=1)
    site.kill()
    site.start()

    assert judge(await text_of(site, prepared.cookies["高雅琴"]), typists) == ([], [], [])
    assert all(typist.acknowledged for typist in typists)


@pytest.mark.postgres
async def test_kill_9_loses_nothing_on_postgresql(
    launch: Callable[..., SiteProcess], postgres: Postgres, prepared_in_postgres: Prepared
) -> None:
    site = launch(prepared_in_postgres.copy_in(postgres, "killed"))

    typists = await kill_while_typing(site, prepared_in_postgres.cookies, kills=2, seed=2)

    assert judge(await text_of(site, prepared_in_postgres.cookies["高雅琴"]), typists) == ([], [], [])
    assert all(typist.acknowledged for typist in typists)
