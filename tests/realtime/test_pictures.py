"""Who may put pictures into shared documents, and who sees them."""

import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pycrdt
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from realtime import documents
from realtime.errors import PictureError
from realtime.kinds import Access
from realtime.models import Document, Picture, PictureUse
from realtime.pixels import MAX_BYTES
from realtime.prose import yjs
from realtime.prose.tree import Node, doc, paragraph
from realtime.services import pictures
from research.enums import AuditResult
from research.models import AuditEvent, Person
from tests.desk import notes
from tests.realtime.conftest import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def png(colour: str = "red", size: tuple[int, int] = (12, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def note(key: str) -> Document:
    return documents.create(kind="note", key=key, by_id=None)


def who(key: str, level: Access) -> tuple[Person, Client]:
    person = make_person()
    if level > Access.NONE:
        notes.allow(person, key, level)
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return person, client


def send(client: Client, key: str, data: bytes, name: str = "x.png", kind: str = "note") -> Any:
    return client.post(f"/documents/{kind}/{key}/pictures/", {"file": SimpleUploadedFile(name, data)})


def put_in(document: Document, picture: str) -> None:
    def change(shared: documents.Doc) -> None:
        fragment = shared.get("f", type=pycrdt.XmlFragment)
        yjs.write(fragment, doc([paragraph(Node("image", attrs={"picture": picture}))]))

    documents.edit(document.pk, change, by_id=None)


def test_upload_keeps_the_picture_and_answers_where_it_is() -> None:
    note("1")
    person, client = who("1", Access.WRITE)

    answer = send(client, "1", png())

    kept = Picture.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "picture": str(kept.pk),
        "width": 12,
        "height": 8,
        "url": f"/documents/pictures/{kept.pk}",
    }
    assert kept.person_id == person.pk
    assert kept.uses.get().document.key == "1"


def test_the_same_picture_twice_in_a_document_is_one() -> None:
    note("1")
    _, client = who("1", Access.WRITE)

    first, second = send(client, "1", png()), send(client, "1", png())

    assert first.json() == second.json()
    assert Picture.objects.count() == PictureUse.objects.count() == 1


@pytest.mark.parametrize(
    ("level", "key", "kind", "status"),
    [
        (Access.NONE, "1", "note", 404),
        (Access.READ, "1", "note", 403),
        (Access.COMMENT, "1", "note", 403),
        (Access.WRITE, "2", "note", 404),
        (Access.WRITE, "1", "attic", 404),
    ],
)
def test_upload_is_refused_to_who_may_not_write(level: Access, key: str, kind: str, status: int) -> None:
    note("1")
    _, client = who("1", level)

    answer = send(client, key, png(), kind=kind)

    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert not Picture.objects.exists()


def test_a_refused_write_leaves_one_line_in_the_record() -> None:
    note("1")
    person, client = who("1", Access.READ)

    send(client, "1", png())

    [event] = AuditEvent.objects.filter(result=AuditResult.REFUSED)
    assert (event.person_id, event.target) == (person.pk, "/documents/note/1/pictures/")


def test_upload_without_a_session_says_so() -> None:
    note("1")

    assert send(Client(), "1", png()).status_code == 401


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"<svg onload=alert(1)>", 415), (png(size=(900, 900))[:1500], 422)],
    ids=["empty", "svg", "cut"],
)
def test_upload_of_what_is_no_picture_leaves_nothing(data: bytes, status: int, media: Path) -> None:
    note("1")
    _, client = who("1", Access.WRITE)

    answer = send(client, "1", data, name="照片.jpg")

    assert answer.status_code == status
    assert not Picture.objects.exists()
    assert list(media.rglob("*.*")) == []


def test_upload_that_declares_too_much_is_refused_unread() -> None:
    note("1")
    _, client = who("1", Access.WRITE)

    answer = client.generic(
        "POST", "/documents/note/1/pictures/", b"x", CONTENT_LENGTH=str(MAX_BYTES + 10**6)
    )

    assert answer.status_code == 413


def test_upload_without_token_is_refused() -> None:
    note("1")
    person, _ = who("1", Access.WRITE)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")

    assert send(strict, "1", png()).status_code == 403
    assert not Picture.objects.exists()


def test_upload_stops_at_the_quota_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    note("1")
    _, client = who("1", Access.WRITE)
    send(client, "1", png("red"))
    monkeypatch.setattr(pictures, "DOCUMENT_QUOTA", Picture.objects.get().size_bytes + 1)

    answer = send(client, "1", png("blue"))

    assert answer.status_code == 413
    assert Picture.objects.count() == 1


def test_upload_stops_at_the_quota_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PERSON_QUOTA", 10)
    note("1")
    _, client = who("1", Access.WRITE)

    assert send(client, "1", png()).status_code == 413


# --- seeing -------------------------------------------------------------------------------------------------


def test_a_reader_sees_the_picture_with_headers_that_disarm_it() -> None:
    document = note("1")
    kept = pictures.add(document.pk, png(), by_id=make_person().pk)
    _, client = who("1", Access.READ)

    answer = client.get(f"/documents/pictures/{kept.pk}")

    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


def test_an_unchanged_picture_is_not_sent_again() -> None:
    kept = pictures.add(note("1").pk, png(), by_id=make_person().pk)
    _, client = who("1", Access.READ)

    answer = client.get(f"/documents/pictures/{kept.pk}", headers={"If-None-Match": f'"{kept.sha256}"'})

    assert answer.status_code == 304


def test_nobody_else_sees_the_picture_not_even_by_its_etag() -> None:
    kept = pictures.add(note("1").pk, png(), by_id=make_person().pk)
    stranger, client = who("1", Access.NONE)
    notes.allow(stranger, "2", Access.WRITE)
    etag = {"If-None-Match": f'"{kept.sha256}"'}

    assert client.get(f"/documents/pictures/{kept.pk}", headers=etag).status_code == 404
    assert Client().get(f"/documents/pictures/{kept.pk}").status_code == 404


def test_a_picture_whose_file_is_gone_is_not_found() -> None:
    kept = pictures.add(note("1").pk, png(), by_id=make_person().pk)
    kept.file.delete(save=False)
    _, client = who("1", Access.READ)

    assert client.get(f"/documents/pictures/{kept.pk}").status_code == 404


# --- adopting -----------------------------------------------------------------------------------------------


def adopting(client: Client, key: str, body: object) -> Any:
    return client.post(
        f"/documents/note/{key}/pictures/adopt/", json.dumps(body), content_type="application/json"
    )


def test_adopt_takes_only_what_the_person_may_see() -> None:
    seen = pictures.add(note("1").pk, png("red"), by_id=make_person().pk)
    hidden = pictures.add(note("2").pk, png("blue"), by_id=make_person().pk)
    target = note("3")
    person, client = who("3", Access.WRITE)
    notes.allow(person, "1", Access.READ)

    answer = adopting(client, "3", {"pictures": [str(seen.pk), str(hidden.pk), "x", str(seen.pk)]})

    assert answer.status_code == 200
    assert [one["picture"] for one in answer.json()["pictures"]] == [str(seen.pk)]
    assert [use.picture_id for use in target.picture_uses.all()] == [seen.pk]


@pytest.mark.parametrize(
    "body", [[], {}, {"pictures": "x"}, {"pictures": [1]}, {"pictures": ["x"] * 0 + [None]}]
)
def test_adopt_of_nonsense_is_refused(body: object) -> None:
    note("1")
    _, client = who("1", Access.WRITE)

    assert adopting(client, "1", body).status_code == 422


def test_adopt_of_a_form_is_refused() -> None:
    """Its token is read out of the body, which can be read once only."""
    note("1")
    _, client = who("1", Access.WRITE)
    client.handler.enforce_csrf_checks = True
    client.cookies["csrftoken"] = token = "a" * 32

    answer = client.post("/documents/note/1/pictures/adopt/", {"csrfmiddlewaretoken": token, "pictures": "x"})

    assert answer.status_code == 422


def test_adopt_counts_towards_the_quota(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = pictures.add(note("1").pk, png(), by_id=make_person().pk)
    target = note("2")
    person, _ = who("1", Access.READ)
    monkeypatch.setattr(pictures, "DOCUMENT_QUOTA", 1)

    with pytest.raises(PictureError):
        pictures.adopt(target.pk, [kept.pk], by_id=person.pk)

    assert not target.picture_uses.exists()


# --- purging ------------------------------------------------------------------------------------------------


def test_purge_keeps_what_a_document_ever_held() -> None:
    document = note("1")
    held = pictures.add(document.pk, png("red"), by_id=make_person().pk)
    put_in(document, str(held.pk))
    put_in(document, "0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a")  # taken out again; history may bring it back

    assert pictures.purge(now=timezone.now() + timedelta(days=8)) == 0

    assert PictureUse.objects.get().seen_at is not None


def test_purge_drops_what_was_never_put_in_with_its_file(media: Path) -> None:
    pictures.add(note("1").pk, png(), by_id=make_person().pk)

    assert pictures.purge(now=timezone.now() + timedelta(days=8)) == 1

    assert not Picture.objects.exists()
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_purge_leaves_a_time_of_grace() -> None:
    pictures.add(note("1").pk, png(), by_id=make_person().pk)

    assert pictures.purge(now=timezone.now() + timedelta(days=6)) == 0


def test_purge_drops_pictures_of_a_document_that_is_gone() -> None:
    document = note("1")
    kept = pictures.add(document.pk, png(), by_id=make_person().pk)
    put_in(document, str(kept.pk))
    other = note("2")
    pictures.attach(other.pk, [str(kept.pk), "junk"])
    put_in(other, str(kept.pk))
    document.delete()
    later = timezone.now() + timedelta(days=8)

    assert pictures.purge(now=later) == 0
    other.delete()
    assert pictures.purge(now=later) == 1
