"""Rights that change while a page is open: nobody has to reload, nobody stays who may not."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from django.test import Client

from realtime import kinds, review, wire
from realtime.connection import Visit
from realtime.kinds import Access
from realtime.models import AccessChange, Document, Update
from realtime.review import Verdict
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.seeds import keystrokes

pytestmark = [pytest.mark.usefixtures("note"), pytest.mark.limits(poll_seconds=0.02)]


def withdraw(who: Somebody) -> None:
    who.may(Access.NONE)


def sign_out(who: Somebody) -> None:
    client = Client()
    client.cookies["sessionid"] = who.cookie
    client.post("/accounts/logout/")


def disable(who: Somebody) -> None:
    who.person.is_active = False
    who.person.save(update_fields=["is_active"])


def change_password(who: Somebody) -> None:
    who.person.set_password("another-password")
    who.person.save()


@pytest.mark.parametrize(
    ("act", "code"),
    [(withdraw, 4403), (sign_out, 4401), (disable, 4401), (change_password, 4401)],
)
async def test_who_may_not_stay_is_closed_and_sees_nothing_more(
    site: Site, writer: Somebody, colleague: Somebody, act: Callable[[Somebody], None], code: int
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await in_thread(lambda: act(writer))()

        assert await one.closed() == code
        heard = len(one.frames)
        await two.write("秘密")
        await two.saved()
        assert len(one.frames) == heard


def test_who_is_disabled_between_two_questions_is_signed_out_not_turned_away(
    writer: Somebody, colleague: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First it is asked who they are, then what they may do."""
    kind = kinds.find("note")
    assert kind is not None
    asked = kind.access

    def access(pairs: Sequence[tuple[int, str]]) -> list[Access]:
        disable(writer)
        withdraw(colleague)
        return asked(pairs)

    changed = replace(kind, access=access)
    monkeypatch.setattr("realtime.review.kinds.find", lambda _name: changed)
    visits = [Visit(kind="note", key="1", session_key=who.cookie) for who in (writer, colleague)]
    first, second = review.verdicts(visits)

    assert first == Verdict(None)
    assert second.identity is not None
    assert (second.identity.person_id, second.level) == (colleague.person.pk, Access.NONE)


async def test_who_may_only_read_from_now_on_stays_and_cannot_write(site: Site, writer: Somebody) -> None:
    async with site.tab(writer, "note/1?events=1") as page:
        await in_thread(lambda: writer.may(Access.COMMENT))()
        await page.until(lambda: {"event": "access", "level": "comment", "cause": "role"} in page.events)
        await page.socket.send(wire.update(keystrokes("迟")[0]))
        await page.until(lambda: len(page.denials) == 2)

    assert await in_thread(Update.objects.count)() == 0


async def test_who_may_write_from_now_on_is_asked_for_what_waited(site: Site, reader: Somebody) -> None:
    async with site.tab(reader, "note/1?events=1") as page:
        page.edit(lambda doc: page.type_at_the_end(doc, "离线写下的"))
        await in_thread(lambda: reader.may(Access.WRITE))()
        await page.until(lambda: {"event": "access", "level": "write"} in page.events)
        await page.saved()

    assert await in_thread(Update.objects.count)() == 1


async def test_session_that_ended_by_itself_is_noticed(
    site: Site, writer: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.models import Session

    async with site.tab(writer) as page:
        await in_thread(Session.objects.filter(session_key=writer.cookie)._raw_delete)("default")
        site.live._reviewed_at = -1e9

        assert await page.closed() == 4401


async def test_document_that_is_deleted_closes_its_pages(
    site: Site, writer: Somebody, note: Document
) -> None:
    async with site.tab(writer) as page:
        await in_thread(note.delete)()

        assert await page.closed() == 4404


@pytest.mark.django_db
def test_login_alone_changes_nobodys_access() -> None:
    from tests.desk.people import make_person

    person = make_person()
    before = AccessChange.objects.count()
    person.save(update_fields=["last_login"])

    assert AccessChange.objects.count() == before
