"""A server that is asked to stop finishes what it received and says goodbye."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pycrdt
import pytest

from realtime import wire
from tests.realtime.tab import Tab, tab
from tests.servers import Prepared, SiteProcess

pytestmark = pytest.mark.enable_socket


async def test_sigterm_commits_says_1012_and_ends(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    site = launch(prepared.copy(tmp_path))
    async with tab(site.port, "note/1", prepared.cookies["刘秀兰"]) as page:
        await page.write("最后一句")
        await page.saved()
        ended = asyncio.create_task(asyncio.to_thread(site.terminate))

        assert await page.closed() in {1001, 1012}
        assert await ended == 0
    assert "Traceback" not in site.log

    site.start()
    async with tab(site.port, "note/1", prepared.cookies["高雅琴"]) as page:
        assert page.text == "最后一句"


async def test_sigterm_commits_what_nobody_was_told_is_saved_yet(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    """The window is still open when the signal comes: what waits in it is committed all the same."""
    site = launch(prepared.copy(tmp_path), realtime={"window_seconds": 3, "window_most_seconds": 3})
    async with tab(site.port, "note/1", prepared.cookies["刘秀兰"]) as page:
        await page.write("第一句。")
        await page.saved()
        await page.write("还在窗口里。")
        await page.socket.ping()
        await asyncio.wait_for(await page.socket.ping(), 10)  # the server has read the edit
        assert not any("还在窗口里".encode() in frame for frame in page.frames)
        assert await asyncio.to_thread(site.terminate) == 0

    site.start()
    async with tab(site.port, "note/1", prepared.cookies["高雅琴"]) as page:
        assert page.text == "第一句。还在窗口里。"


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

        began = time.monotonic()
        assert await asyncio.to_thread(site.terminate) == 0
        assert time.monotonic() - began < 20
        stuck.socket.transport.resume_reading()


async def test_stuck_readers_do_not_make_the_process_grow(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    """Twenty who read nothing: the process grows by less than 20 MiB, they are cut off, the writer notices nothing."""
    site = launch(prepared.copy(tmp_path))
    async with tab(site.port, "note/1", prepared.cookies["刘秀兰"]) as page, AsyncExitStack() as stack:
        await _rewrite(page, 5)
        stuck = [
            await stack.enter_async_context(tab(site.port, "note/1", prepared.cookies["高雅琴"]))
            for _ in range(20)
        ]
        for reader in stuck:
            reader.socket.transport.pause_reading()
        await _warm(site)
        before, grown = site.rss(), [0]
        for _ in range(80):  # 32 MB for each of them: far more than the network's own buffers hold
            await _rewrite(page, 1)
            grown.append(site.rss() - before)
        for reader in stuck:
            reader.socket.transport.resume_reading()

        assert max(grown) < 20 * 2**20
        assert {await reader.closed() for reader in stuck} <= {1006, 4503}


async def _warm(site: SiteProcess) -> None:
    """Wait until the process has loaded what the first search needs, which it does beside everything else: some 75 MB."""
    before, deadline = 0, time.monotonic() + 60
    while time.monotonic() < deadline and (site.rss() - before > 2**20 or time.monotonic() < deadline - 55):
        before = site.rss()
        await asyncio.sleep(1)


async def _rewrite(page: Tab, times: int) -> None:
    """Write much and delete it again, so that the document itself does not grow."""
    for _ in range(times):
        await page.write("a" * 400_000)
        await page.socket.send(wire.update(page.edit(_clear)))
        await page.saved()


def _clear(doc: "pycrdt.Doc[Any]") -> None:
    text = doc.get("t", type=pycrdt.Text)
    del text[0 : len(text)]
