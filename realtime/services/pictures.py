"""Keep, use, show and purge the pictures of shared documents.

A picture is seen by whoever may read a document that uses it. A use is made by an upload, by adopting what
was pasted from another document, or by the platform itself; it ends with the document, whose history may
bring the picture back at any time.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime import kinds
from realtime.errors import PictureError
from realtime.kinds import Access
from realtime.models import Document, Picture, PictureUse, Snapshot, Update
from realtime.pixels import Pixels, rewritten
from realtime.services import renditions

logger = logging.getLogger(__name__)

DOCUMENT_QUOTA: Final = 200 * 2**20
PERSON_QUOTA: Final = 2 * 2**30
GRACE: Final = timedelta(days=7)
MAX_ADOPTED: Final = 200
_ASKED_AT_ONCE: Final = 200


def keep(data: bytes, *, by_id: int | None) -> Picture:
    """Write a picture anew and keep it, without any use yet. Raises PictureError."""
    return _kept(rewritten(data), by_id)


def add(document_id: int, data: bytes, *, by_id: int) -> Picture:
    """Put a picture into a document, or find the same one there. Raises PictureError."""
    pixels = rewritten(data)
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).get(pk=document_id)  # so that quotas are not overrun
        same = Picture.objects.filter(sha256=pixels.sha256, uses__document_id=document_id).first()
        if same is not None:
            return same
        _check_quotas(document_id, len(pixels.data), by_id)
        picture = _kept(pixels, by_id)
        PictureUse.objects.create(document_id=document_id, picture=picture)
    return picture


def attach(document_id: int, pictures: Iterable[str | UUID]) -> None:
    """The platform itself puts pictures into a document (导入, 复制); unknown ones are passed over."""
    existing = Picture.objects.filter(pk__in=_uuids(pictures)).values_list("pk", flat=True)
    PictureUse.objects.bulk_create(
        (PictureUse(document_id=document_id, picture_id=pk) for pk in existing), ignore_conflicts=True
    )


def adopt(document_id: int, pictures: Iterable[str | UUID], *, by_id: int) -> list[Picture]:
    """Let a document use pictures pasted from others, those that this person may see. Raises PictureError."""
    wanted = _uuids(pictures)
    if len(wanted) > MAX_ADOPTED:
        raise PictureError(_("Too many pictures at once."), status=422)
    seen = [picture for picture in Picture.objects.filter(pk__in=wanted) if may_see(picture, by_id)]
    with transaction.atomic():
        Document.objects.select_for_update(no_key=True).get(pk=document_id)
        new = [p for p in seen if not p.uses.filter(document_id=document_id).exists()]
        if new:
            _check_quotas(document_id, sum(picture.size_bytes for picture in new), None)
        attach(document_id, [picture.pk for picture in new])
    return seen


def may_see(picture: Picture, person_id: int) -> bool:
    """Whether this person may read a document that uses the picture."""
    uses = picture.uses.order_by("-pk").values_list("document__kind", "document__key")
    for start in range(0, len(uses), _ASKED_AT_ONCE):
        by_kind: dict[str, list[str]] = {}
        for kind, key in uses[start : start + _ASKED_AT_ONCE]:
            by_kind.setdefault(kind, []).append(key)
        if any(_reads_one(name, keys, person_id) for name, keys in by_kind.items()):
            return True
    return False


def on_paper(pictures: Iterable[str | UUID]) -> dict[str, bytes]:
    """What is printed of pictures, by their id, for an export; the caller has checked who may see them."""
    found = {}
    for picture in Picture.objects.filter(pk__in=_uuids(pictures)):
        try:
            found[str(picture.pk)] = renditions.read(picture)
        except OSError:
            logger.exception("the file of picture %s is missing", picture.pk)
    return found


def purge(*, now: datetime | None = None, most: int = 500) -> int:
    """Drop uses that never reached their document's log, and pictures without a use; how many pictures went.

    For the background worker, once a day. Both have a time of grace: a page may be offline with the picture.
    """
    before = (now or timezone.now()) - GRACE
    for use in PictureUse.objects.filter(seen_at=None, added_at__lt=before)[:most]:
        if _in_log(use.document_id, use.picture_id):
            PictureUse.objects.filter(pk=use.pk).update(seen_at=timezone.now())
        else:
            use.delete()
    unused = ~Exists(PictureUse.objects.filter(picture=OuterRef("pk")))
    gone = 0
    for picture in Picture.objects.filter(unused, added_at__lt=before)[:most]:
        with transaction.atomic():
            deleted, _rows = Picture.objects.filter(unused, pk=picture.pk).delete()
        if deleted:
            renditions.remove_files(picture)
            gone += 1
    return gone


# --- inside -------------------------------------------------------------------------------------------------


def _uuids(values: Iterable[str | UUID]) -> set[UUID]:
    """The values that are ids of pictures."""
    found = set()
    for value in values:
        try:
            found.add(value if isinstance(value, UUID) else UUID(value))
        except (ValueError, AttributeError, TypeError):
            continue
    return found


def _kept(pixels: Pixels, by_id: int | None) -> Picture:
    picture = Picture(
        sha256=pixels.sha256,
        media_type=pixels.media_type,
        width=pixels.width,
        height=pixels.height,
        size_bytes=len(pixels.data),
        person_id=by_id,
    )
    picture.file.save("", ContentFile(pixels.data), save=False)
    try:
        picture.save(force_insert=True)
    except Exception:
        picture.file.delete(save=False)
        raise
    transaction.on_commit(partial(renditions.make, picture), robust=True)  # the first export finds it
    return picture


def _check_quotas(document_id: int, more: int, by_id: int | None) -> None:
    uses = PictureUse.objects.filter(document_id=document_id)
    used = uses.aggregate(n=Sum("picture__size_bytes"))["n"] or 0
    if used + more > DOCUMENT_QUOTA:
        raise PictureError(
            _("The pictures of this document would exceed %(limit)s MB. Remove some or make them smaller.")
            % {"limit": DOCUMENT_QUOTA // 2**20},
            status=413,
        )
    if by_id is None:
        return
    own = Picture.objects.filter(person_id=by_id).aggregate(n=Sum("size_bytes"))["n"] or 0
    if own + more > PERSON_QUOTA:
        raise PictureError(
            _("Your pictures would exceed %(limit)s GB. Ask your administrator for help.")
            % {"limit": PERSON_QUOTA // 2**30},
            status=413,
        )


def _reads_one(kind_name: str, keys: Collection[str], person_id: int) -> bool:
    kind = kinds.find(kind_name)
    return kind is not None and max(kind.access([(person_id, key) for key in keys])) >= Access.READ


def _in_log(document_id: int, picture: UUID) -> bool:
    """Whether the document's history ever held the picture: its id stands in the bytes as it is written."""
    sign = str(picture).encode()
    snapshot = Snapshot.objects.filter(document_id=document_id).values_list("payload", flat=True)
    rows = Update.objects.filter(document_id=document_id).values_list("payload", flat=True)
    return any(sign in bytes(payload) for payloads in (snapshot, rows) for payload in payloads.iterator())
