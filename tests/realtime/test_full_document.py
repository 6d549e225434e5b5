"""A document that has reached its largest size: nothing is lost, deleting opens it again, and the limit holds."""

from collections.abc import Callable
from typing import Any

import pycrdt
import pytest
from django.utils.translation import gettext

from realtime import documents, wire
from realtime.models import Document, Update
from realtime.services import replay
from tests.realtime.conftest import Site, Somebody, Tab, in_thread

FULL = gettext("This document is full. Delete something, and what is new is saved by itself.")
FULL_EVENT = {"event": "access", "level": "read", "cause": "full"}
MAY_WRITE = {"event": "access", "level": "write"}

pytestmark = [
    pytest.mark.usefixtures("note"),
    pytest.mark.limits(document_bytes=10_000, poll_seconds=0.02),  # it is full when less than 500 are free
]

Change = Callable[["pycrdt.Doc[Any]"], None]


def delete(at: int, length: int) -> Change:
    def change(doc: "pycrdt.Doc[Any]") -> None:
        del doc.get("t", type=pycrdt.Text)[at : at + length]

    return change


def clear(doc: "pycrdt.Doc[Any]") -> None:
    delete(0, len(doc.get("t", type=pycrdt.Text)))(doc)


def replace_one_with_many(doc: "pycrdt.Doc[Any]") -> None:
    delete(0, 1)(doc)
    Tab.type_at_the_end(doc, "b" * 100)


async def fill(note: Document, length: int) -> None:
    def write() -> None:
        documents.edit(note.pk, lambda doc: Tab.type_at_the_end(doc, "a" * length), by_id=None)

    await in_thread(write)()


async def text_of(note: Document) -> str:
    doc = await in_thread(lambda: documents.load(note.pk))()
    return str(doc.get("t", type=pycrdt.Text))


async def weight_of(note: Document) -> int:
    return await in_thread(lambda: len(replay.load(note.pk).replica.encode()))()


async def opened_again(page: Tab) -> None:
    await page.until(
        lambda: FULL_EVENT in page.events and page.events[-1] == MAY_WRITE and page.questions > 1
    )


async def test_everybody_is_told_with_a_sentence(site: Site, writer: Somebody, colleague: Somebody) -> None:
    async with site.tab(writer, "note/1?events=1") as one, site.tab(colleague) as two:
        await one.write("a" * 9_700)
        await one.saved()
        await one.write("b" * 2_000)
        await two.until(lambda: bool(two.denials))
        await one.until(lambda: FULL_EVENT in one.events)

        assert two.denials == [FULL]
        assert two.text == "a" * 9_700
    assert await in_thread(Update.objects.count)() == 1


async def test_edit_that_is_too_large_alone_hinders_nobody_else(
    site: Site, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer, "note/1?events=1") as one, site.tab(colleague) as two:
        await one.write("a" * 12_000)
        await one.until(lambda: FULL_EVENT in one.events)
        await two.write("还能写")
        await two.saved()

        assert two.denials == []


async def test_who_takes_back_what_was_too_large_goes_on_and_is_saved(
    site: Site, note: Document, writer: Somebody
) -> None:
    async with site.tab(writer, "note/1?events=1") as page:
        await page.write("a" * 12_000)
        await page.until(lambda: FULL_EVENT in page.events)
        await page.socket.send(wire.update(page.edit(clear)))
        await opened_again(page)
        await page.write("短一些")
        await page.saved()

    assert await text_of(note) == "短一些"


async def test_deleting_opens_it_again_for_everybody_and_what_waited_arrives(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer, "note/1?events=1") as one, site.tab(colleague, "note/1?events=1") as two:
        await one.write("a" * 9_700)
        await one.saved()
        await two.until(lambda: len(two.text) == 9_700)
        await two.write("b" * 400)
        await one.until(lambda: FULL_EVENT in one.events)
        await one.socket.send(wire.update(one.edit(delete(0, 5_000))))
        await opened_again(one)
        await opened_again(two)
        await two.saved()
        await one.saved()

        assert one.text == two.text == "a" * 4_700 + "b" * 400
    assert await text_of(note) == "a" * 4_700 + "b" * 400


async def test_deletion_with_something_new_in_it_is_taken_too(
    site: Site, note: Document, writer: Somebody
) -> None:
    def join(doc: "pycrdt.Doc[Any]") -> None:
        delete(100, 5_000)(doc)
        Tab.type_at_the_end(doc, "the rest of a paragraph")

    await fill(note, 10_000)
    async with site.tab(writer, "note/1?events=1") as page:
        await page.until(lambda: FULL_EVENT in page.events)
        await page.socket.send(wire.update(page.edit(join)))
        await opened_again(page)
        await page.saved()

    assert await text_of(note) == "a" * 5_000 + "the rest of a paragraph"


async def test_who_comes_to_a_full_one_is_told_at_the_door(
    site: Site, note: Document, writer: Somebody
) -> None:
    await fill(note, 10_000)
    async with site.tab(writer, "note/1?events=1") as page:
        await page.until(lambda: bool(page.events))

        assert (page.events, page.denials) == ([FULL_EVENT], [FULL])


async def test_log_that_is_only_long_is_not_taken_for_full_at_the_door(
    site: Site, note: Document, writer: Somebody
) -> None:
    await fill(note, 9_000)
    await in_thread(lambda: documents.edit(note.pk, clear, by_id=None))()
    await fill(note, 9_000)
    async with site.tab(writer, "note/1?events=1") as page:
        await page.write("b")
        await page.saved()

        assert page.events == [MAY_WRITE]


async def test_it_opens_again_when_the_site_itself_makes_it_lighter(
    site: Site, note: Document, writer: Somebody
) -> None:
    await fill(note, 10_000)
    async with site.tab(writer, "note/1?events=1") as page:
        await page.until(lambda: FULL_EVENT in page.events)
        await in_thread(lambda: documents.edit(note.pk, clear, by_id=None))()
        await opened_again(page)


async def test_nothing_is_called_saved_that_was_refused_or_rests_on_it(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.write("a" * 12_000)
        await one.socket.send(wire.barrier(b"refused"))
        await one.write("b")
        await one.socket.send(wire.barrier(b"behind"))
        await one.until(lambda: len(one.denials) == 2)
        await two.write("c")
        await two.saved()
        await one.until(lambda: "c" in one.text)

        assert one.barriers == []
    assert await text_of(note) == "c"
    assert await in_thread(Update.objects.count)() == 1


async def test_barrier_from_before_the_answer_is_not_taken_for_one_after_it(
    site: Site, writer: Somebody
) -> None:
    async with site.tab(writer, answers=False) as page:
        await page.write("a" * 12_000)
        await page.socket.send(wire.update(page.edit(delete(0, 1))))
        await page.until(lambda: page.questions == 2)  # asked anew, for it deleted
        await page.socket.send(wire.barrier(b"early"))
        page.synced.clear()
        await page.sync()
        await page.socket.send(wire.step2(page.doc.get_update()))
        await page.socket.send(wire.barrier(b"late"))
        page.synced.clear()
        await page.sync()

        assert page.barriers == []
        assert page.denials[-1] == FULL


async def test_nobody_grows_it_by_deleting_every_second_letter(
    site: Site, note: Document, writer: Somebody
) -> None:
    def thin_out(doc: "pycrdt.Doc[Any]") -> None:
        for at in range(120):
            delete(at, 1)(doc)

    await fill(note, 9_990)
    async with site.tab(writer) as page:
        for _ in range(5):
            await page.socket.send(wire.update(page.edit(thin_out)))
        for at in range(1_000, 2_000):
            await page.socket.send(wire.update(page.edit(delete(at, 1))))
        page.synced.clear()
        await page.sync()

    assert await weight_of(note) <= 10_500


async def test_nobody_grows_it_by_deleting_a_little_and_writing_much(
    site: Site, note: Document, writer: Somebody
) -> None:
    await fill(note, 9_990)
    async with site.tab(writer) as page:
        for _ in range(200):
            await page.socket.send(wire.update(page.edit(replace_one_with_many)))
        page.synced.clear()
        await page.sync()

    assert await weight_of(note) <= 10_500


async def test_one_whose_reserve_is_used_up_still_opens_by_deleting_much(
    site: Site, note: Document, writer: Somebody
) -> None:
    await fill(note, 12_000)
    async with site.tab(writer, "note/1?events=1") as page:
        await page.socket.send(wire.update(page.edit(delete(100, 11_000))))
        await opened_again(page)
        await page.saved()

    assert await text_of(note) == "a" * 1_000


async def test_what_was_deleted_again_does_not_count(site: Site, note: Document, writer: Somebody) -> None:
    async with site.tab(writer) as page:
        for _ in range(5):
            await page.write("a" * 6_000)
            await page.socket.send(wire.update(page.edit(clear)))
        await page.saved()

        assert page.denials == []
