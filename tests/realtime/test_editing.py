"""Two people in one document, over a real socket."""

import pycrdt

from realtime import documents
from realtime.models import Document, Update
from tests.realtime.conftest import Site, Somebody, in_thread


async def test_edit_reaches_the_other_page_and_the_log(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        update = await one.write("教案")
        await two.until(lambda: two.text == "教案")
        await one.saved()

    rows = await in_thread(lambda: list(Update.objects.values_list("seq", "person_id", "payload")))()
    assert [(seq, person, bytes(payload)) for seq, person, payload in rows] == [(1, writer.person.pk, update)]


async def test_sender_gets_its_own_edit_back_after_the_commit(
    site: Site, note: Document, writer: Somebody
) -> None:
    async with site.tab(writer) as page:
        update = await page.write("甲")
        await page.until(lambda: any(update in frame for frame in page.frames))

        assert await in_thread(Update.objects.count)() == 1


async def test_page_that_comes_later_finds_everything(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    async with site.tab(writer) as one:
        await one.write("导入")
        await one.write("新授")
        await one.saved()
    async with site.tab(colleague) as two:
        assert two.text == "导入新授"

    doc = await in_thread(documents.load)(note.pk)
    assert str(doc.get("t", type=pycrdt.Text)) == "导入新授"
