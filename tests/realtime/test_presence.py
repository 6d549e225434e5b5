"""Who is in a document: stamped by the server, gone when gone, back at once."""

import asyncio

import pytest

from realtime import wire
from realtime.models import Document
from realtime.presence import Presence, stamped
from tests.realtime.conftest import Site, Somebody

pytestmark = pytest.mark.usefixtures("note")


async def test_presence_carries_the_identity_the_server_knows(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.show({"user": {"name": "市长", "id": 1}, "cursor": {"field": "objectives"}})
        await two.until(lambda: one.doc.client_id in two.presence)
        _, state = two.presence[one.doc.client_id]

    assert state is not None
    assert state["cursor"] == {"field": "objectives"}
    assert state["user"]["id"] == writer.person.pk
    assert state["user"]["name"] == "刘秀兰"
    assert state["user"]["color"].startswith("#")


async def test_page_that_comes_later_sees_who_is_there(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one:
        await one.show({"cursor": None})
        await one.saved()
        async with site.tab(colleague) as two:
            await two.until(lambda: one.doc.client_id in two.presence)


async def test_nobody_speaks_for_others(
    site: Site, writer: Somebody, colleague: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two, site.tab(reader) as three:
        await one.show({"mood": "真"})
        await three.until(lambda: one.doc.client_id in three.presence)
        await two.show({"mood": "假"}, client=one.doc.client_id, clock=99)
        await two.show({"mood": "自己"})
        await three.until(lambda: two.doc.client_id in three.presence)
        await two.show({"mood": "第二个自己"}, client=12345)
        await two.show({"mood": "自己二"})
        await three.until(lambda: (three.presence[two.doc.client_id][1] or {}).get("mood") == "自己二")

        assert (three.presence[one.doc.client_id][1] or {})["mood"] == "真"
        assert set(three.presence) == {one.doc.client_id, two.doc.client_id}


async def test_of_everybodys_states_in_a_frame_only_the_own_counts(
    site: Site, writer: Somebody, colleague: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two, site.tab(reader) as three:
        await one.show({"mood": "真"})
        await two.show({"mood": "自己"})
        await three.until(lambda: len(three.presence) == 2)
        mine, others = two.doc.client_id, one.doc.client_id
        await two.socket.send(wire.awareness([(others, 10**15, '{"mood":"假"}'), (mine, 2, '{"mood":"变"}')]))
        await three.until(lambda: (three.presence[mine][1] or {})["mood"] == "变")

        assert (three.presence[others][1] or {})["mood"] == "真"


async def test_state_beyond_two_kilobytes_is_dropped_and_the_page_stays(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.show({"cursor": "x" * 3000})
        await one.show({"cursor": "x"})
        await two.until(lambda: one.doc.client_id in two.presence)

        assert (two.presence[one.doc.client_id][1] or {})["cursor"] == "x"


async def test_who_leaves_is_gone_for_the_others(site: Site, writer: Somebody, colleague: Somebody) -> None:
    async with site.tab(colleague) as two:
        async with site.tab(writer) as one:
            await one.show({})
            await two.until(lambda: one.doc.client_id in two.presence)
            came_at = two.presence[one.doc.client_id][0]
        await two.until(lambda: two.presence[one.doc.client_id][1] is None)

        assert two.presence[one.doc.client_id][0] > came_at


async def test_who_hides_is_gone_for_the_others(site: Site, writer: Somebody, colleague: Somebody) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.show({})
        await two.until(lambda: one.doc.client_id in two.presence)
        await one.show(None, clock=2)
        await two.until(lambda: two.presence[one.doc.client_id][1] is None)


async def test_who_comes_back_with_an_unchanged_clock_is_seen_at_once(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(colleague) as two:
        async with site.tab(writer) as one:
            await one.show({"n": 1}, clock=5)
            await two.until(lambda: one.doc.client_id in two.presence)
        await two.until(lambda: two.presence[one.doc.client_id][1] is None)
        async with site.tab(writer, doc=one.doc) as again:
            await again.show({"n": 1}, clock=5)
            await two.until(lambda: two.presence[one.doc.client_id][1] is not None)


async def test_page_whose_old_connection_still_hangs_is_seen(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(colleague) as two, site.tab(writer) as hanging:
        await hanging.show({"n": 1})
        await two.until(lambda: hanging.doc.client_id in two.presence)
        async with site.tab(writer, doc=hanging.doc) as again:
            await again.show({"n": 2})
            await two.until(lambda: two.presence[again.doc.client_id][1] is not None)
            await hanging.leave()
            await again.show({"n": 3}, clock=2)
            await two.until(lambda: (two.presence[again.doc.client_id][1] or {}).get("n") == 3)


async def test_nobody_is_told_about_themselves(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.show({"n": 1})
        await page.saved()

        assert page.doc.client_id not in page.presence


async def test_question_who_is_there_is_answered(site: Site, writer: Somebody, colleague: Somebody) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.show({"n": 1})
        await one.saved()
        two.presence.clear()
        await two.socket.send(b"\x03")
        await two.until(lambda: one.doc.client_id in two.presence)


@pytest.mark.limits(keepalive_seconds=0.05, poll_seconds=0.02)
async def test_silent_room_keeps_its_lines_warm(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        heard = len(page.frames)
        await page.until(lambda: wire.NOTHING_NEW in page.frames[heard:])


@pytest.mark.parametrize("raw", [b"3", b"[]", b'"x"', b"{", b"\xff", b"null", b"[" * 2000])
def test_state_that_is_no_object_means_hidden(raw: bytes) -> None:
    assert stamped(raw, {"id": 1}) is None


def test_client_of_somebody_who_left_may_not_be_taken_by_another_person() -> None:
    presence = Presence()
    presence.put(7, "{}", owner="one", person_id=1)
    presence.drop(7, "one")

    assert presence.may_take(7, "two", 1)
    assert not presence.may_take(7, "two", 2)


def test_states_of_a_silent_process_are_forgotten() -> None:
    presence = Presence()
    presence.take_over([(7, 100, "{}")], owner="process", person_ids={7: 1})
    presence.put(8, "{}", owner="page", person_id=2)

    presence.forget_silent(-1)

    assert [client for client, _, _ in presence.entries()] == [8]


def test_older_news_of_another_process_are_passed_over() -> None:
    presence = Presence()
    presence.take_over([(7, 100, '{"n":1}')], owner="process", person_ids={})
    presence.take_over([(7, 99, "null")], owner="process", person_ids={})

    assert presence.entries() == [(7, 100, '{"n":1}')]


def test_renewal_is_no_news_and_a_move_or_another_connection_is() -> None:
    here = Presence()
    shown = [
        here.put(7, state, owner=owner, person_id=1)
        for state, owner in [("{}", "a"), ("{}", "a"), ('{"at":1}', "a"), ('{"at":1}', "b")]
    ]

    assert shown == [True, False, True, True]


@pytest.mark.limits(poll_seconds=60)
async def test_renewal_goes_with_the_next_edit(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        client = one.doc.client_id
        await one.show({"n": 1})
        await two.until(lambda: client in two.presence)
        clock = two.presence[client][0]
        await one.show({"n": 1}, clock=2)
        await asyncio.wait_for(await one.socket.ping(), 10)  # the server has read it
        assert site.live.rooms[note.pk].presence.has_changes
        assert two.presence[client][0] == clock

        await one.write("字")
        await two.until(lambda: two.presence[client][0] > clock)
