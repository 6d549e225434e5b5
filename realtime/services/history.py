"""Who wrote in a document when, and what it was like then (历史)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pycrdt

from realtime.errors import DocumentMissingError
from realtime.models import Document, QuarantinedUpdate, Update
from realtime.replica import Replica


@dataclass(frozen=True, slots=True)
class Hour:
    """What happened to a document within one hour; ``seq`` is the last row, which names this moment."""

    start_at: datetime
    epoch: int
    seq: int
    person_ids: tuple[int | None, ...]
    size: int


def history(document_id: int) -> list[Hour]:
    """The hours in which the document was written, the oldest first; authors in the order they began."""
    rows = Update.objects.filter(document_id=document_id).order_by("seq")
    hours: dict[tuple[int, datetime], list[tuple[int, int | None, int]]] = {}
    for epoch, at, seq, person_id, payload in rows.values_list(
        "epoch", "at", "seq", "person_id", "payload"
    ).iterator():
        hour = at.replace(minute=0, second=0, microsecond=0)
        hours.setdefault((epoch, hour), []).append((seq, person_id, len(payload)))
    return [_hour(epoch, start_at, rows) for (epoch, start_at), rows in hours.items()]


def _hour(epoch: int, start_at: datetime, rows: Sequence[tuple[int, int | None, int]]) -> Hour:
    return Hour(
        start_at=start_at,
        epoch=epoch,
        seq=max(seq for seq, _, _ in rows),
        person_ids=tuple(dict.fromkeys(person_id for _, person_id, _ in rows)),
        size=sum(size for _, _, size in rows),
    )


def as_of(document_id: int, *, seq: int) -> "pycrdt.Doc[Any]":
    """The document as it was after the row ``seq``, in the epoch of that time; exact at the ends of hours.

    Raises DocumentMissingError.
    """
    if not Document.objects.filter(pk=document_id).exists():
        raise DocumentMissingError(f"there is no document {document_id}")
    rows = Update.objects.filter(document_id=document_id, seq__lte=seq)
    epoch = rows.order_by("-seq").values_list("epoch", flat=True).first() or 1
    bad = QuarantinedUpdate.objects.filter(document_id=document_id, seq__isnull=False).values_list(
        "seq", flat=True
    )
    wanted = rows.filter(epoch=epoch).exclude(seq__in=list(bad)).order_by("seq")
    return Replica.of_log([bytes(payload) for payload in wanted.values_list("payload", flat=True)]).doc
