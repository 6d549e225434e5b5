"""Who is let in, and with which code the others are turned away."""

import pytest
from websockets.exceptions import InvalidStatus

from realtime import documents
from realtime.identity import session_key_of
from realtime.kinds import Access
from realtime.models import Document
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.recorder import refusals
from tests.realtime.test_services import nothing

pytestmark = pytest.mark.usefixtures("note")


async def test_nobody_without_a_session(site: Site) -> None:
    async with site.tab(sync=False) as page:
        assert await page.closed() == 4401


async def test_nobody_with_an_invented_session(site: Site, writer: Somebody) -> None:
    async with site.tab(Somebody(writer.person, "x" * 32), sync=False) as page:
        assert await page.closed() == 4401


async def test_page_of_another_person_than_who_is_signed_in_now(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    """Promise 2, on a shared computer: a page left open does not send its text in the name of who came after."""
    async with site.tab(colleague, f"note/1?person={writer.person.pk}", sync=False) as page:
        assert await page.closed() == 4401
    async with site.tab(colleague, f"note/1?person={colleague.person.pk}") as page:
        await page.write("我的")
        await page.saved()

    assert await in_thread(lambda: list(note.updates.values_list("person", flat=True)))() == [
        colleague.person.pk
    ]


@pytest.mark.parametrize(
    "cookies",
    [
        '{"a":1}=x; sessionid=%s',
        'prefs={"size": "大"}; sessionid=%s',
        "a b=c; sessionid=%s",
        "sessionid=%s; [x]",
    ],
)
def test_session_is_found_beside_other_sites_odd_cookies(cookies: str) -> None:
    """As on the site's pages: cookies of the whole domain come along, whoever set them."""
    headers = [(b"host", b"localhost"), (b"cookie", (cookies % "abc123").encode())]

    assert session_key_of(headers) == "abc123"


async def test_stranger_is_told_there_is_no_such_document_and_it_is_reported(
    site: Site, writer: Somebody
) -> None:
    await in_thread(lambda: writer.may(Access.NONE))()
    with refusals() as seen:
        async with site.tab(writer, sync=False) as page:
            assert await page.closed() == 4404
        await site.live.settled()

    assert [(refusal.act, refusal.kind, refusal.key, refusal.person_id) for refusal in seen] == [
        ("join", "note", "1", writer.person.pk)
    ]


@pytest.mark.parametrize(
    "path",
    [
        "note/2",
        "attic/1",
        "note/1/2",
        "note/",
        "NOTE/1",
        "note/%2e%2e%2f1",
        "note/" + "1" * 101,
        "note/１",
        "",
    ],
)
async def test_address_without_a_document_is_4404(site: Site, writer: Somebody, path: str) -> None:
    async with site.tab(writer, path, sync=False) as page:
        assert await page.closed() == 4404


async def test_slash_at_the_end_is_fine(site: Site, writer: Somebody) -> None:
    async with site.tab(writer, "note/1/") as page:
        assert page.synced.is_set()


@pytest.mark.parametrize("query", ["epoch=x", "epoch=-1", "schema=1.5", "schema=１", "epoch=99999999999999"])
async def test_number_that_is_none_is_4400(site: Site, writer: Somebody, query: str) -> None:
    async with site.tab(writer, f"note/1?{query}", sync=False) as page:
        assert await page.closed() == 4400


async def test_other_epoch_is_4409_with_the_right_one_as_reason(
    site: Site, writer: Somebody, note: Document
) -> None:
    await in_thread(documents.start_epoch)(note.pk, fill=nothing, by_id=None)
    async with site.tab(writer, "note/1?epoch=1", sync=False) as page:
        assert await page.closed() == 4409
        assert page.socket.close_reason == "2"
    async with site.tab(writer, "note/1?epoch=2") as page:
        assert page.synced.is_set()


@pytest.mark.parametrize(
    "origin",
    ["http://127.0.0.1:1", "http://evil.example", "null", "http://localhost.evil.example", "file://"],
)
async def test_foreign_origin_is_refused_before_the_handshake(
    site: Site, writer: Somebody, origin: str
) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        async with site.tab(writer, origin=origin, sync=False):
            pass
    assert refusal.value.response.status_code == 403


async def test_other_close_reason_for_a_database_that_is_away(
    site: Site, writer: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def fail(document_id: int) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("realtime.services.replay.load", fail)
    async with site.tab(writer, sync=False) as page:
        assert await page.closed() == 4503
