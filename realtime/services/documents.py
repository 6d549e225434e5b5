"""Create, find, read and change shared documents from the domain apps."""

from collections.abc import Callable, Collection
from typing import Any

import pycrdt
from django.db import transaction

from realtime import bell, kinds, updates, wire
from realtime.errors import DocumentMissingError, RealtimeError
from realtime.models import Document
from realtime.services import log, replay

Doc = pycrdt.Doc[Any]


def _kind(name: str) -> kinds.RoomKind:
    kind = kinds.find(name)
    if kind is None:
        raise RealtimeError(f"the kind {name!r} is not registered")
    return kind


@transaction.atomic
def create(*, kind: str, key: str, by_id: int | None, fill: Callable[[Doc], None] | None = None) -> Document:
    """Make a document; ``fill`` writes its first content into an empty one."""
    document = Document.objects.create(kind=kind, key=key, schema=_kind(kind).schema)
    if fill is not None:
        first: Doc = pycrdt.Doc()
        with first.transaction():
            fill(first)
        _append(document.pk, document.epoch, by_id, first.get_update())
        document.refresh_from_db()
    return document


def find(kind: str, key: str) -> Document:
    """The document of that kind and key. Raises DocumentMissingError."""
    document = Document.objects.filter(kind=kind, key=key).first()
    if document is None:
        raise DocumentMissingError(f"there is no {kind} {key}")
    return document


def load(document_id: int) -> Doc:
    """A private copy of the document as it is committed. Raises DocumentMissingError."""
    return replay.load(document_id).replica.doc


def load_many(document_ids: Collection[int]) -> dict[int, Doc]:
    """Private copies of these documents as they are committed; those that are missing are left out."""
    return {pk: loaded.replica.doc for pk, loaded in replay.load_many(document_ids).items()}


def edit(document_id: int, change: Callable[[Doc], None], *, by_id: int | None) -> int:
    """Change a document from the server; the row's ``seq``, or the last one when nothing changed.

    The row belongs to the caller's transaction; pages that have the document open see it after the commit.
    Whoever edits several documents in one transaction takes them in ascending id.
    """
    with transaction.atomic():
        loaded = replay.load(document_id)
        news = _changes(loaded.replica.doc, change)
        return _append(document_id, loaded.epoch, by_id, news) if news else loaded.seq


def _changes(doc: Doc, change: Callable[[Doc], None]) -> bytes:
    """What ``change`` does to the document, as one update; empty when it does nothing."""
    seen: list[bytes] = []
    subscription = doc.observe(lambda event: seen.append(event.update))
    try:
        with doc.transaction():
            change(doc)
    finally:
        doc.unobserve(subscription)
    return updates.merge(seen) if any(update != wire.EMPTY_UPDATE for update in seen) else b""


def start_epoch(document_id: int, *, fill: Callable[[Doc], None], by_id: int | None) -> int:
    """Begin a document's history anew (重建): pages that hold the old one are told and may not merge it.

    Not for restoring a version or importing: those are edits.
    """
    with transaction.atomic():
        document = Document.objects.select_for_update().filter(pk=document_id).first()
        if document is None:
            raise DocumentMissingError(f"there is no document {document_id}")
        document.epoch += 1
        document.schema = _kind(document.kind).schema
        document.size = 0
        document.save(update_fields=["epoch", "schema", "size"])
        first: Doc = pycrdt.Doc()
        with first.transaction():
            fill(first)
        _append(document_id, document.epoch, by_id, first.get_update())
    return document.epoch


def _append(document_id: int, epoch: int, by_id: int | None, payload: bytes) -> int:
    updates.check(payload)
    seq = log.append([log.NewRows(document_id, epoch, [(by_id, payload)])])[document_id]
    transaction.on_commit(
        lambda: _tell(document_id, seq), robust=True
    )  # it is saved, whoever fails to hear it
    return seq


def _tell(document_id: int, seq: int) -> None:
    bell.ring(document_id, seq)
    document = Document.objects.filter(pk=document_id).first()
    kind = kinds.find(document.kind) if document else None
    if document and kind and kind.touched:
        kind.touched([document.key])


def announce(kind: str, key: str, event: dict[str, Any]) -> None:
    """Send the pages that have the document open a live hint, after the running transaction commits."""
    transaction.on_commit(lambda: bell.announce(kind, key, event), robust=True)
