"""From the log back to a document: snapshot, then the rows after it.

The snapshot is only a cache: one that does not load is thrown away and the whole log is read. A row that does
not load, or that makes the document's own encoding unreadable, is found, quarantined and left out: one bad
row must not close a lesson plan to everybody.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone

from realtime import updates
from realtime.errors import DocumentMissingError, RefusedUpdateError
from realtime.models import Document, Snapshot, Update
from realtime.replica import Replica
from realtime.services import log

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Loaded:
    """A document in memory, and up to which row it stands."""

    document_id: int
    kind: str
    key: str
    epoch: int
    schema: int
    seq: int
    size: int
    replica: Replica
    rows: int = 0
    """Rows after the snapshot."""


def load(document_id: int) -> Loaded:
    """The document as the database has it now; a private copy.

    Raises DocumentMissingError.
    """
    head = Document.objects.filter(pk=document_id).first()
    if head is None:
        raise DocumentMissingError(f"there is no document {document_id}")
    return _loaded(head, *_parts(head))


def load_many(document_ids: Collection[int]) -> dict[int, Loaded]:
    """The same for several documents, those that are there; four queries a hundred, however long their logs."""
    heads = Document.objects.in_bulk(document_ids)
    bases = Snapshot.objects.in_bulk(heads)
    sound = {pk: base for pk, head in heads.items() if (base := bases.get(pk)) and base.epoch == head.epoch}
    after = {pk: (head.epoch, sound[pk].seq if pk in sound else 0) for pk, head in heads.items()}
    rows = log.rows_of_many(after)
    return {pk: _loaded(head, sound.get(pk), rows[pk]) for pk, head in heads.items()}


def _loaded(head: Document, base: Snapshot | None, rows: list[log.Row]) -> Loaded:
    try:
        replica = Replica.of((row.payload for row in rows), base=bytes(base.payload) if base else None)
        if rows:  # a snapshot was read back when it was made
            check_encoding(replica.encode(), replica.state())
    except RefusedUpdateError:
        logger.exception("document %s does not load, looking for the cause", head.pk)
        rows = _healed(head)
        base = None
        replica = Replica.of([row.payload for row in rows], careful=True)
    return Loaded(
        document_id=head.pk,
        kind=head.kind,
        key=head.key,
        epoch=head.epoch,
        schema=head.schema,
        seq=max([head.seq, *(row.seq for row in rows[-1:])]),
        size=head.size,
        replica=replica,
        rows=len(rows),
    )


def _parts(head: Document) -> tuple[Snapshot | None, list[log.Row]]:
    base = Snapshot.objects.filter(document=head, epoch=head.epoch).first()
    return base, log.rows_after(head.pk, seq=base.seq if base else 0, epoch=head.epoch)


def check_encoding(whole: bytes, state: bytes) -> None:
    """Raise RefusedUpdateError unless an encoding can be read back and lacks nothing of that state. (It may have more: where
    two forged items that wait have the same clocks, the encoding has one of them.)
    """
    reached = updates.state_clocks(Replica.of_log([], base=whole).state())
    if any(reached.get(client, 0) < clock for client, clock in updates.state_clocks(state).items()):
        raise RefusedUpdateError("The document's own encoding lacks something.")


def _healed(head: Document) -> list[log.Row]:
    """The rows of the log without those that spoil it; the spoilers are quarantined."""
    Snapshot.objects.filter(document=head).delete()
    rows = log.rows_after(head.pk, seq=0, epoch=head.epoch)
    while (bad := _first_spoiler(rows)) is not None:
        row = rows.pop(bad)
        author = Update.objects.filter(document=head, seq=row.seq).values_list("person_id", flat=True).first()
        reason = "The row spoils the document; it is left out of every load."
        log.quarantine(head.pk, person_id=author, payload=row.payload, reason=reason, seq=row.seq)
        logger.error("document %s: row %s is left out", head.pk, row.seq)
    return rows


def _first_spoiler(rows: Sequence[log.Row]) -> int | None:
    """The index of the first row with which the rows before it do not load any more."""
    if _sound(rows):
        return None
    low, high = 0, len(rows)  # the first `low` rows are sound, the first `high` are not
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _sound(rows[:middle]) else (low, middle)
    return high - 1


def _sound(rows: Sequence[log.Row]) -> bool:
    try:
        replica = Replica.of([row.payload for row in rows], careful=True)
        check_encoding(replica.encode(), replica.state())
    except RefusedUpdateError:
        return False
    return True


def keep_snapshot(document_id: int, *, epoch: int, seq: int, whole: bytes) -> bool:
    """Put a snapshot beside the log unless a later one is there, and weigh the document anew."""
    fields = {"seq": seq, "epoch": epoch, "payload": whole, "at": timezone.now()}
    if not Snapshot.objects.filter(document_id=document_id, epoch=epoch, seq__lt=seq).update(**fields):
        stands = Snapshot.objects.filter(document_id=document_id).values_list("epoch", "seq").first()
        if stands is not None and (stands[0] > epoch or (stands[0] == epoch and stands[1] >= seq)):
            return False
        Snapshot.objects.update_or_create(document_id=document_id, defaults=fields)
    tail = sum(len(row.payload) for row in log.rows_after(document_id, seq=seq, epoch=epoch))
    Document.objects.filter(pk=document_id, epoch=epoch).update(size=len(whole) + tail)
    return True
