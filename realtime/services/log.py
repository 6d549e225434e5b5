"""The append-only log of a document: write rows, read rows, keep bad bytes aside.

Plain SQL where the committer passes for every keystroke: the ORM would cost ten times as much there.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from realtime import limits
from realtime.errors import DocumentMissingError, EpochChangedError
from realtime.models import Document, QuarantinedUpdate, Update


@dataclass(frozen=True, slots=True)
class NewRows:
    """What one document gains in one commit: (person id or None, bytes), in order."""

    document_id: int
    epoch: int
    rows: Sequence[tuple[int | None, bytes]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the log as it is read."""

    seq: int
    payload: bytes


_ADVANCE = (
    "UPDATE realtime_document SET seq = seq + %s, size = size + %s, changed_at = %s"
    " WHERE id = %s AND epoch = %s RETURNING seq"
)
_INSERT = (
    "INSERT INTO realtime_update (document_id, seq, epoch, person_id, payload, at)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)


def append(news: Iterable[NewRows]) -> dict[int, int]:
    """Write rows for several documents in one transaction; the last ``seq`` of each.

    Documents are taken in ascending id, so that two processes cannot wait for each other. Raises
    DocumentMissingError or EpochChangedError for a document that is not what the caller believes; nothing is
    written then.
    """
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    reached: dict[int, int] = {}
    with _transaction(), _bare_cursor() as (cursor, mark):
        advance, insert = _ADVANCE.replace("%s", mark), _INSERT.replace("%s", mark)
        rows: list[tuple[Any, ...]] = []
        for new in sorted(news, key=lambda new: new.document_id):
            size = sum(len(payload) for _, payload in new.rows)
            cursor.execute(advance, (len(new.rows), size, at, new.document_id, new.epoch))
            found = cursor.fetchone()
            if found is None:
                _explain_absence(new.document_id)
            reached[new.document_id] = last = found[0]
            rows += [
                (new.document_id, seq, new.epoch, person_id, payload, at)
                for seq, (person_id, payload) in enumerate(new.rows, last - len(new.rows) + 1)
            ]
        cursor.executemany(insert, rows)
    return reached


@contextmanager
def _transaction() -> Iterator[None]:
    """``transaction.atomic``, by the driver itself where that is embedded: Django's way costs as much as the writing."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    embedded: Any = connection
    embedded.ensure_connection()
    driver = embedded.connection
    with embedded.wrap_database_errors:
        driver.execute(f"BEGIN {embedded.transaction_mode or ''}")
        try:
            yield
            driver.commit()
        except BaseException:
            driver.rollback()
            raise


@contextmanager
def _bare_cursor() -> Iterator[tuple[Any, str]]:
    """The driver's own cursor and its mark for a parameter: half of what a commit costs on SQLite is
    Django's way to the driver.
    """
    mark = "?" if connection.vendor == "sqlite" else "%s"
    with connection.wrap_database_errors, closing(connection.connection.cursor()) as cursor:
        yield cursor, mark


def _explain_absence(document_id: int) -> None:
    if Document.objects.filter(pk=document_id).exists():
        raise EpochChangedError(f"document {document_id} has another epoch")
    raise DocumentMissingError(f"there is no document {document_id}")


def rows_after(document_id: int, *, seq: int, epoch: int, until: int | None = None) -> list[Row]:
    """The rows after ``seq`` that are sound, in order."""
    rows = Update.objects.filter(document_id=document_id, epoch=epoch, seq__gt=seq)
    if until is not None:
        rows = rows.filter(seq__lte=until)
    bad = set(
        QuarantinedUpdate.objects.filter(document_id=document_id, seq__gt=seq).values_list("seq", flat=True)
    )
    found = rows.order_by("seq").values_list("seq", "payload")
    return [Row(seq, bytes(payload)) for seq, payload in found.iterator() if seq not in bad]


def rows_of_many(after: Mapping[int, tuple[int, int]]) -> dict[int, list[Row]]:
    """The same for several documents, each with the (epoch, seq) after which its rows are wanted; two queries a hundred."""
    found: dict[int, list[Row]] = {document_id: [] for document_id in after}
    for some in _hundreds(sorted(after)):
        wanted = reduce(
            or_, (Q(document=one, epoch=after[one][0], seq__gt=after[one][1]) for one in some), Q(pk__in=[])
        )
        bad = set(
            QuarantinedUpdate.objects.filter(document__in=some, seq__isnull=False).values_list(
                "document", "seq"
            )
        )
        rows = Update.objects.filter(wanted).order_by("document", "seq")
        for document_id, seq, payload in rows.values_list("document_id", "seq", "payload").iterator():
            if (document_id, seq) not in bad:
                found[document_id].append(Row(seq, bytes(payload)))
    return found


def _hundreds(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """A database takes only so many conditions at once."""
    return (ids[start : start + 100] for start in range(0, len(ids), 100))


def quarantine(
    document_id: int, *, person_id: int | None, payload: bytes, reason: str, seq: int | None = None
) -> bool:
    """Keep bytes aside that must not be integrated, the first of many; False when this person's hourly share is
    used up.
    """
    kept = limits.current().quarantined_bytes
    if len(payload) > kept:
        reason, payload = f"{reason} ({len(payload)} bytes)", payload[:kept]
    hour_ago = timezone.now() - timedelta(hours=1)
    recent = QuarantinedUpdate.objects.filter(person=person_id, at__gte=hour_ago)
    if seq is None and recent.count() >= limits.current().quarantine_per_hour:
        return False
    if seq is None or not QuarantinedUpdate.objects.filter(document=document_id, seq=seq).exists():
        QuarantinedUpdate.objects.create(
            document_id=document_id, person_id=person_id, seq=seq, reason=reason[:300], payload=payload
        )
    return True


def heads(document_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Where the logs of these documents end now: id → (seq, epoch)."""
    found = Document.objects.filter(pk__in=document_ids).values_list("pk", "seq", "epoch")
    return {pk: (seq, epoch) for pk, seq, epoch in found}
