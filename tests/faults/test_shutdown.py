"""A server that is asked to stop finishes what it received and says goodbye."""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.realtime.tab import Tab, tab
from tests.servers import Prepared, SiteProcess

pytestmark = pytest.mark.enable_socket

ENDED = {0, -signal.SIGTERM}  # uvicorn ends by the signal it was sent, when all is done


async def test_sigterm_commits_says_1012_and_ends(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    site = launch(prepared.copy(tmp_path))
    async with tab(site.port, "note/1", prepared.cookies["刘秀兰"]) as page:
        await page.write("最后一句")
        await page.saved()
        ended = asyncio.create_task(asyncio.to_thread(site.terminate))

        assert await page.closed() in {1001, 1012}
        assert await ended in ENDED
    assert "Traceback" not in site.log

    site.start()
    async with tab(site.port, "note/1", prepared.cookies["高雅琴"]) as page:
        assert page.text == "最后一句"


async def test_sigterm_does_not_wait_for_a_stuck_reader(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    site = launch(prepared.copy(tmp_path))
    async with (
        tab(site.port, "note/1", prepared.cookies["刘秀兰"]) as page,
        tab(site.port, "note/1", prepared.cookies["高雅琴"]) as stuck,
    ):
        stuck.socket.transport.pause_reading()
        for _ in range(60):
            await page.write("长" * 30_000)
        await page.saved()

        assert await asyncio.to_thread(site.terminate) in ENDED
        stuck.socket.transport.resume_reading()


async def test_stuck_readers_do_not_make_the_process_grow(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    site = launch(prepared.copy(tmp_path))
    async with tab(site.port, "note/1", prepared.cookies["刘秀兰"]) as page:
        await page.write("热身" * 1000)
        await page.saved()
        async with asyncio.timeout(60):
            await _flood(site, prepared.cookies["高雅琴"], page)


async def _flood(site: SiteProcess, cookie: str, page: Tab) -> None:
    async with AsyncExitStack() as stack:
        stuck = [await stack.enter_async_context(tab(site.port, "note/1", cookie)) for _ in range(20)]
        for reader in stuck:
            reader.socket.transport.pause_reading()
        before = site.rss()
        for _ in range(100):
            await page.write("a" * 50_000)
            await page.saved()
        grown = site.rss() - before
        for reader in stuck:
            reader.socket.transport.resume_reading()
    # Each may hold a backlog of one megabyte until it is cut off; without a bound it would be a hundred here.
    assert grown < 60 * 2**20
