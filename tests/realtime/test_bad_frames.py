"""Frames that follow no protocol, and updates that would hurt: the sender goes, nobody else notices."""

from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from realtime import documents, wire
from realtime.models import Document, QuarantinedUpdate, Update
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.forged import NO_TYPE
from tests.realtime.recorder import refusals
from tests.realtime.seeds import DEPENDENT_POISON, PANIC, POISON, by_client_seven, text_of

pytestmark = pytest.mark.usefixtures("note")


@pytest.mark.parametrize(
    "frame",
    [b"", b"\x00", b"\x00\x02\x05abc", b"\x00\x00\x01", b"\x66\xff", b"\x01\x01", b"\x01\x02\x01\x01"],
)
async def test_malformed_frame_closes_its_sender_alone(
    site: Site, writer: Somebody, colleague: Somebody, frame: bytes
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.socket.send(frame)

        assert await one.closed() == 4400
        await two.write("照常")
        await two.saved()


async def test_text_frame_closes_its_sender(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.socket.send("教案")

        assert await page.closed() == 4400


async def test_long_barrier_closes_its_sender(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.socket.send(wire.barrier(b"x" * 65))

        assert await page.closed() == 4400


async def test_unknown_message_is_passed_over(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.socket.send(b"\x09whatever")
        await page.socket.send(b"\x02\x00\x01x")
        await page.saved()


async def test_frame_beyond_the_limit_is_cut_off_with_1009(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        with suppress(ConnectionClosed):  # it is cut off before all is sent
            await one.socket.send(wire.update(b"\x00" * (8 * 2**20 + 100)))

        assert await one.closed() == 1009
        await two.saved()


@pytest.mark.parametrize(
    "seed", [POISON, PANIC, DEPENDENT_POISON, NO_TYPE], ids=["poison", "panic", "dependent", "in a text"]
)
async def test_poison_hurts_nobody_and_is_kept_aside(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, seed: bytes
) -> None:
    with refusals() as seen:
        async with site.tab(writer) as one, site.tab(colleague) as two:
            await two.socket.send(wire.update(by_client_seven("教学目标")))
            await two.saved()
            await two.write("重点")
            await one.socket.send(wire.update(seed))
            await two.write("难点")

            assert await one.closed() == 4400
            await two.saved()
            assert not any(seed in frame for frame in two.frames)
        await site.live.settled()

    kept = await in_thread(
        lambda: list(QuarantinedUpdate.objects.values_list("document", "person", "payload"))
    )()
    assert [(document, person, bytes(payload)) for document, person, payload in kept] == [
        (note.pk, writer.person.pk, seed)
    ]
    assert [(refusal.act, refusal.person_id) for refusal in seen] == [("poison", writer.person.pk)]
    stored = await in_thread(lambda: [bytes(row.payload) for row in Update.objects.all()])()
    assert seed not in stored
    async with site.tab(colleague) as later:
        assert sorted(later.text) == sorted("教学目标重点难点")
    assert sorted(text_of(await in_thread(documents.load)(note.pk))) == sorted("教学目标重点难点")


async def test_edits_of_the_same_window_as_a_failure_are_all_saved(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        first = two.edit(lambda doc: two.type_at_the_end(doc, "甲"))
        second = two.edit(lambda doc: two.type_at_the_end(doc, "乙"))
        room = site.live.rooms[note.pk]
        pages = {page.identity.person_id: page for page in room.connections}
        room.receive(pages[colleague.person.pk], wire.update(first))
        room.receive(pages[writer.person.pk], wire.update(NO_TYPE))
        room.receive(pages[colleague.person.pk], wire.update(second))

        assert await one.closed() == 4400
        await two.saved()
    assert text_of(await in_thread(documents.load)(note.pk)) == "甲乙"


async def test_many_bad_updates_have_to_wait_at_the_door(site: Site, writer: Somebody) -> None:
    for _ in range(site.live.limits.offences):
        async with site.tab(writer) as page:
            await page.socket.send(wire.update(POISON))
            assert await page.closed() == 4400

    async with site.tab(writer, sync=False) as page:
        assert await page.closed() == 4503


async def test_state_vector_that_is_none_closes_its_sender(site: Site, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        await page.socket.send(wire.step1(b"\xff\xff\xff\x7f"))

        assert await page.closed() == 4400
