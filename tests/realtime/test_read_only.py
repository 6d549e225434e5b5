"""Who may only read: nothing of theirs is stored, shown or acknowledged, and they are told."""

import pytest
from django.utils.translation import gettext

from realtime import wire
from realtime.kinds import Access
from realtime.models import Update
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.recorder import refusals
from tests.realtime.seeds import keystrokes

READER = gettext("You may read this document but not change it.")
OLD_PAGE = gettext("This page is older than the document. Load it again to write.")

pytestmark = pytest.mark.usefixtures("note")


@pytest.mark.parametrize("level", [Access.READ, Access.COMMENT])
async def test_edit_of_a_reader_is_refused_and_reported_once(
    site: Site, writer: Somebody, reader: Somebody, level: Access
) -> None:
    await in_thread(lambda: reader.may(level))()
    with refusals() as seen:
        async with site.tab(writer) as one, site.tab(reader) as two:
            for update in keystrokes("偷", "改"):
                await two.socket.send(wire.update(update))
            await two.socket.send(wire.barrier(b"never"))
            await two.until(lambda: len(two.denials) == 3)
            await one.write("正文")
            await two.until(lambda: two.text == "正文")

            assert two.barriers == []
            assert one.text == "正文"
        await site.live.settled()

    assert await in_thread(Update.objects.count)() == 1
    assert [(refusal.act, refusal.person_id) for refusal in seen] == [("write", reader.person.pk)]


async def test_reader_is_told_at_the_door_and_sees_everything(
    site: Site, writer: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one:
        await one.write("教学反思")
        await one.saved()
    async with site.tab(reader, "note/1?events=1") as two:
        await two.until(lambda: bool(two.events))

        assert two.text == "教学反思"
        assert two.denials == [READER]
        assert two.events == [{"event": "access", "level": "read", "cause": "role"}]


async def test_reader_who_answers_with_known_content_is_not_refused(
    site: Site, writer: Somebody, reader: Somebody
) -> None:
    async with site.tab(writer) as one:
        await one.write("abc")
        await one.saved()
    async with site.tab(reader) as two:
        known = len(two.denials)
        await two.socket.send(wire.step2(two.doc.get_update()))
        await two.socket.send(wire.step2(b"\x00\x00"))
        await two.sync()

        assert len(two.denials) == known


@pytest.mark.parametrize("schema", ["0", "2"])
async def test_page_with_another_schema_is_read_only_but_stays(
    site: Site, writer: Somebody, schema: str
) -> None:
    async with site.tab(writer, f"note/1?schema={schema}&events=1") as page:
        await page.socket.send(wire.update(keystrokes("旧")[0]))
        await page.until(lambda: len(page.denials) == 2)

        assert page.events == [{"event": "access", "level": "read", "cause": "schema"}]
        assert set(page.denials) == {OLD_PAGE}
    assert await in_thread(Update.objects.count)() == 0


async def test_reader_with_an_old_page_is_told_of_the_role_which_no_newer_page_changes(
    site: Site, reader: Somebody
) -> None:
    async with site.tab(reader, "note/1?schema=2&events=1") as page:
        await page.until(lambda: bool(page.events))

        assert page.events == [{"event": "access", "level": "read", "cause": "role"}]
        assert page.denials == [READER]


async def test_page_with_the_same_schema_may_write(site: Site, writer: Somebody) -> None:
    async with site.tab(writer, "note/1?schema=1&epoch=1&events=1") as page:
        await page.write("新")
        await page.saved()

        assert page.events == [{"event": "access", "level": "write"}]
