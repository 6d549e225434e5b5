"""What pictures are printed from: made once, made anew, gone with the picture, whole or not there."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage
from django.db import transaction
from django.utils import timezone
from PIL import Image

from realtime import documents
from realtime.models import Picture
from realtime.pixels import PAPER_WIDTH, for_paper
from realtime.services import pictures, renditions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]


def photo(width: int = 3400, height: int = 1000, kind: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def printed(picture: Picture) -> bytes:
    return pictures.on_paper([str(picture.pk)])[str(picture.pk)]


def size_of(data: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(data)).size


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def makings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The length of each picture that is made smaller."""
    seen: list[int] = []

    def counted(data: bytes) -> bytes:
        seen.append(len(data))
        return for_paper(data)

    monkeypatch.setattr(renditions, "for_paper", counted)
    return seen


def test_the_copy_is_made_once_the_picture_is_committed_and_exports_read_it(
    django_capture_on_commit_callbacks: Any, makings: list[int], media: Path
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        picture = pictures.keep(photo(), by_id=None)
        assert makings == []

    assert size_of(printed(picture)) == size_of(printed(picture)) == (PAPER_WIDTH, 500)
    assert len(makings) == 1
    assert files_in(media) == {picture.pk.hex, f"{picture.pk.hex}-paper"}


def test_a_picture_that_was_never_committed_leaves_no_copy(
    django_capture_on_commit_callbacks: Any, makings: list[int]
) -> None:
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        pictures.keep(photo(), by_id=None)
        transaction.set_rollback(True)

    assert makings == []


def test_the_first_export_makes_what_is_missing_and_keeps_it(makings: list[int], media: Path) -> None:
    picture = pictures.keep(photo(), by_id=None)
    assert files_in(media) == {picture.pk.hex}

    first, second = printed(picture), printed(picture)

    assert first == second
    assert len(makings) == 1
    renditions.forget(picture)
    assert files_in(media) == {picture.pk.hex}
    assert printed(picture) == first
    assert len(makings) == 2


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_that_is_small_enough_is_printed_as_it_is(
    kind: str, makings: list[int], media: Path
) -> None:
    picture = pictures.keep(photo(PAPER_WIDTH, 40, kind), by_id=None)

    assert printed(picture) == Path(picture.file.path).read_bytes()
    assert makings == []
    assert files_in(media) == {picture.pk.hex}


def test_a_picture_that_cannot_be_read_is_not_kept_twice(media: Path) -> None:
    picture = pictures.keep(photo(), by_id=None)
    Path(picture.file.path).write_bytes(b"broken")

    assert printed(picture) == b"broken"
    assert files_in(media) == {picture.pk.hex}


def test_on_a_full_disk_pictures_are_printed_all_the_same(
    monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    picture = pictures.keep(photo(), by_id=None)

    def full(*_ignored: object, **_named: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", full)

    assert size_of(printed(picture)) == (PAPER_WIDTH, 500)
    assert files_in(media) == {picture.pk.hex}


def test_a_disk_that_fills_up_in_the_middle_leaves_no_half_copy(
    monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    picture = pictures.keep(photo(), by_id=None)

    def full(*_ignored: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        first = printed(picture)

    assert files_in(media) == {picture.pk.hex}
    assert printed(picture) == first
    assert size_of(first) == (PAPER_WIDTH, 500)


def test_the_copy_goes_with_the_picture_and_so_do_halves_of_a_dead_process(media: Path) -> None:
    document = documents.create(kind="note", key="1", by_id=None)
    picture = pictures.keep(photo(), by_id=None)
    pictures.attach(document.pk, [picture.pk])
    other = pictures.keep(photo(3500), by_id=None)
    printed(picture)
    Path(f"{picture.file.path}-paper-half_x1").write_bytes(b"half")
    pictures.attach(document.pk, [other.pk])
    later = timezone.now() + timedelta(days=8)
    document.delete()
    keeper = documents.create(kind="note", key="2", by_id=None)
    pictures.attach(keeper.pk, [other.pk])
    keeper.picture_uses.update(seen_at=timezone.now())

    assert pictures.purge(now=later) == 1

    assert files_in(media) == {other.pk.hex}


def test_an_export_that_meets_the_purge_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    picture = pictures.keep(photo(), by_id=None)

    def purged_meanwhile(data: bytes) -> bytes:
        assert pictures.purge(now=timezone.now() + timedelta(days=8)) == 1
        return for_paper(data)

    monkeypatch.setattr(renditions, "for_paper", purged_meanwhile)

    assert size_of(printed(picture)) == (PAPER_WIDTH, 500)
    assert files_in(media) == set()


def test_what_is_unknown_or_has_lost_its_file_is_left_out() -> None:
    kept, lost = pictures.keep(photo(20, 20), by_id=None), pictures.keep(photo(30, 30), by_id=None)
    lost.file.delete(save=False)

    assert list(pictures.on_paper([str(kept.pk), str(lost.pk), "junk"])) == [str(kept.pk)]


def test_a_copy_is_readable_by_whom_the_pictures_are_readable() -> None:
    picture = pictures.keep(photo(), by_id=None)
    printed(picture)

    own, copy = Path(picture.file.path), Path(picture.file.path + "-paper")
    assert copy.stat().st_mode == own.stat().st_mode
