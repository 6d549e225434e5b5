"""Two server processes with Redis on PostgreSQL, one document: what one commits the other shows, whatever
Redis does.
"""

import asyncio
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from tests.realtime.tab import Tab, tab
from tests.servers import Postgres, Prepared, Redis, SiteProcess

pytestmark = [pytest.mark.enable_socket, pytest.mark.postgres, pytest.mark.redis]

QUICK = {"presence_share_seconds": 1, "beat_seconds": 1}


@dataclass
class Pair:
    """Two processes of one site."""

    one: SiteProcess
    other: SiteProcess
    redis: Redis
    cookies: dict[str, str]

    def pages(self) -> tuple[AbstractAsyncContextManager[Tab], AbstractAsyncContextManager[Tab]]:
        return (
            tab(self.one.port, "note/1", self.cookies["刘秀兰"]),
            tab(self.other.port, "note/1", self.cookies["薛海峰"]),
        )


@pytest.fixture
def pair(
    redis: Redis,
    launch: Callable[..., SiteProcess],
    postgres: Postgres,
    prepared_in_postgres: Prepared,
    request: pytest.FixtureRequest,
) -> Pair:
    url = prepared_in_postgres.copy_in(postgres, f"pair_{abs(hash(request.node.name)):x}")
    one, other = (launch(url, redis_url=redis.url, realtime=QUICK) for _ in range(2))
    return Pair(one, other, redis, dict(prepared_in_postgres.cookies))


async def type_by_turns(pages: list[Tab], rounds: int, mark: str) -> list[str]:
    """All pages type at once, several times; the tokens, each of which was acknowledged."""
    tokens = []
    for nth in range(rounds):
        mine = [f"〔{mark}{nth}{chr(ord('a') + who)}〕" for who in range(len(pages))]
        await asyncio.gather(*(page.write(token) for page, token in zip(pages, mine, strict=True)))
        tokens += mine
    await asyncio.gather(*(page.saved() for page in pages))
    return tokens


def has_all_once(page: Tab, tokens: list[str]) -> bool:
    return all(page.text.count(token) == 1 for token in tokens)


async def all_see(pages: list[Tab], tokens: list[str]) -> None:
    """Every page has every token once, and all have the same text."""
    for page in pages:
        await page.until(partial(has_all_once, page, tokens))
    assert len({page.text for page in pages}) == 1


async def test_commits_that_overlap_reach_everybody_once(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        places = [(pair.one, "刘秀兰"), (pair.other, "薛海峰")] * 3
        pages = [
            await stack.enter_async_context(tab(site.port, "note/1", pair.cookies[name]))
            for site, name in places
        ]
        await all_see(pages, await type_by_turns(pages, 40, "t"))


async def test_presence_crosses_processes(pair: Pair) -> None:
    here, there = pair.pages()
    async with there as two:
        async with here as one:
            await one.show({"cursor": "甲"})
            await two.until(lambda: (two.presence.get(one.doc.client_id) or (0, None))[1] is not None)
            state = two.presence[one.doc.client_id][1]
            assert state is not None
            assert state["user"]["name"] == "刘秀兰"
        await two.until(lambda: two.presence[one.doc.client_id][1] is None)


async def test_presence_of_a_killed_process_goes(pair: Pair) -> None:
    here, there = pair.pages()
    async with there as two, here as one:
        await one.show({})
        await two.until(lambda: (two.presence.get(one.doc.client_id) or (0, None))[1] is not None)
        pair.one.kill()
        await two.until(lambda: two.presence[one.doc.client_id][1] is None)


async def test_killed_and_restarted_redis_leaves_no_deaf_page(pair: Pair) -> None:
    here, there = pair.pages()
    async with here as one, there as two:
        pages = [one, two]
        tokens = await type_by_turns(pages, 3, "before")
        await asyncio.to_thread(pair.redis.kill)
        tokens += await type_by_turns(pages, 3, "without")
        await all_see(pages, tokens)
        async with tab(pair.one.port, "note/1", pair.cookies["高雅琴"]) as third:
            await all_see([third], tokens)
        await asyncio.to_thread(pair.redis.start)
        tokens += await type_by_turns(pages, 3, "after")
        await all_see(pages, tokens)
        await one.show({"n": 1})
        await two.until(lambda: (two.presence.get(one.doc.client_id) or (0, None))[1] is not None)


async def test_redis_that_hangs_stops_nobody(pair: Pair) -> None:
    here, there = pair.pages()
    async with here as one, there as two:
        pair.redis.signal(signal.SIGSTOP)
        tokens = await type_by_turns([one, two], 3, "hanging")
        await all_see([one, two], tokens)
        pair.redis.signal(signal.SIGCONT)
        tokens += await type_by_turns([one, two], 3, "again")
        await all_see([one, two], tokens)


async def test_terminated_backends_lose_nothing(pair: Pair, postgres: Postgres) -> None:
    here, there = pair.pages()
    async with here as one, there as two:
        await type_by_turns([one, two], 2, "before")
        postgres.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'pair%'")
        await one.write("断开后")
    async with tab(pair.one.port, "note/1", pair.cookies["刘秀兰"], doc=one.doc) as again:
        await again.saved()
    async with tab(pair.other.port, "note/1", pair.cookies["薛海峰"]) as fresh:
        assert fresh.text.count("断开后") == 1


def test_second_process_without_redis_does_not_start(
    launch: Callable[..., SiteProcess], prepared: Prepared, tmp_path: Path
) -> None:
    first = launch(prepared.copy(tmp_path), realtime={"beat_seconds": 0.5})
    second = SiteProcess(tmp_path, first.database_url, realtime={"beat_seconds": 0.5})

    assert second.launch().wait(timeout=120) != 0
    assert "REDIS_URL" in second.log
    assert first.process is not None
    assert first.process.poll() is None
