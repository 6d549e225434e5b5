"""Make a document's log short without losing who wrote what in which hour (压缩).

Rows of one person in one hour, older than an hour, become one row: their merge, which keeps what is pending,
under the last one's ``seq``. Nobody can miss it: whoever has read to a row in between reads the merge as
well, and applying something twice does nothing. The merges are made and tried on the whole log first, and in
the short transaction that puts them in place the rows are counted and the merge is read back.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from realtime import updates
from realtime.errors import RealtimeError, RefusedUpdateError
from realtime.models import AccessChange, Document, QuarantinedUpdate, Update
from realtime.replica import Replica
from realtime.services import replay

logger = logging.getLogger(__name__)

_AGE = timedelta(hours=1)
_WORTH_IT = 50
_QUARANTINE = timedelta(days=180)  # as long as the audit record is kept at least
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Rows of one person in one hour, in order."""

    rows: Sequence[Update]
    merged: bytes

    @classmethod
    def of(cls, rows: Sequence[Update]) -> "Group":
        return cls(rows, updates.merge([bytes(row.payload) for row in rows]))

    @property
    def last(self) -> Update:
        return self.rows[-1]


def compact(document_id: int, *, now: datetime | None = None) -> int:
    """Merge what may be merged; how many rows the log is shorter."""
    head = Document.objects.filter(pk=document_id).first()
    if head is None:
        return 0
    replay.load(
        document_id
    )  # a row that spoils the document is set aside before it could be merged with others
    rows = list(Update.objects.filter(document=head, epoch=head.epoch).order_by("seq"))
    sound = _sound(head, rows)
    groups = _groups(sound, _end_of_what_is_over(now or timezone.now()))
    if not groups or not _is_faithful(sound, groups):
        return 0
    saved = sum(_replace(group) for group in groups)
    _renew_snapshot(document_id)
    return saved


def compact_due(*, now: datetime | None = None) -> int:
    """Compact the documents whose logs have grown, a few at a time; sweep old access changes and what was refused
    long ago. How many were compacted.
    """
    moment = now or timezone.now()
    AccessChange.objects.filter(at__lt=moment - timedelta(days=1)).delete()
    QuarantinedUpdate.objects.filter(seq=None, at__lt=moment - _QUARANTINE).delete()
    over = _end_of_what_is_over(moment)
    news = Q(updates__seq__gt=F("compacted_seq"), updates__at__lt=over)
    grown = (
        Document.objects.filter(seq__gte=F("compacted_seq") + _WORTH_IT)
        .annotate(rows=Count("updates", filter=news), last=Max("updates__seq", filter=news))
        .filter(rows__gte=_WORTH_IT)
        .order_by("-rows")
        .values_list("pk", "last")[:_AT_ONCE]
    )
    return sum(1 for document_id, last in list(grown) if _compact_or_log(document_id, last, moment))


def _end_of_what_is_over(moment: datetime) -> datetime:
    """The end of the last full hour that has been over for an hour."""
    return (moment - _AGE).replace(minute=0, second=0, microsecond=0)


def _compact_or_log(document_id: int, last: int, moment: datetime) -> int:
    """One log that cannot be compacted must not keep the others long: it is looked at again only when it has grown as much
    once more, like one that was compacted. Where the database failed it is tried at the next turn.
    """
    saved = 0
    try:
        saved = compact(document_id, now=moment)
    except RealtimeError:
        logger.exception("document %s: its log cannot be compacted", document_id)
    except DatabaseError:
        logger.exception("document %s: the database did not let its log be compacted", document_id)
        return 0
    Document.objects.filter(pk=document_id).update(compacted_seq=last)
    return saved


def _sound(head: Document, rows: Sequence[Update]) -> list[Update]:
    bad = set(
        QuarantinedUpdate.objects.filter(document=head, seq__isnull=False).values_list("seq", flat=True)
    )
    return [row for row in rows if row.seq not in bad]


def _groups(rows: Sequence[Update], until: datetime) -> list[Group]:
    """What may be merged: whole hours that are over; rows that wait for others stay as they are."""
    waiting = set(Replica.of_log([bytes(row.payload) for row in rows]).waiting)
    found: dict[tuple[int | None, datetime], list[Update]] = {}
    for row in rows:
        hour = row.at.replace(minute=0, second=0, microsecond=0)
        if row.at < until and bytes(row.payload) not in waiting:
            found.setdefault((row.person_id, hour), []).append(row)
    return [Group.of(group) for group in found.values() if len(group) > 1]


def _is_faithful(rows: Sequence[Update], groups: Sequence[Group]) -> bool:
    """Whether the log says the same with the merges in place; else it stays as it is."""
    instead = {group.last.pk: group.merged for group in groups}
    gone = {row.pk for group in groups for row in group.rows[:-1]}
    try:
        before = Replica.of_log([bytes(row.payload) for row in rows])
        after = Replica.of_log(
            [instead.get(row.pk, bytes(row.payload)) for row in rows if row.pk not in gone]
        )
        same = updates.outline(before.doc) == updates.outline(after.doc) and before.waiting == after.waiting
        replay.check_encoding(after.encode(), after.state())
    except RefusedUpdateError:
        same = False
    if not same:
        logger.error(
            "document %s: the merged log would say something else; it is left alone", rows[0].document_id
        )
    return same


@transaction.atomic
def _replace(group: Group) -> int:
    """Put the merge in the place of the rows; how many rows fewer there are."""
    Document.objects.select_for_update().get(pk=group.last.document_id)
    ids = [row.pk for row in group.rows]
    if not _stands(group):
        return 0  # somebody else compacts at the same time, or a row was set aside meanwhile
    Update.objects.filter(pk__in=ids[:-1]).delete()
    Update.objects.filter(pk=group.last.pk).update(payload=group.merged)
    if bytes(Update.objects.get(pk=group.last.pk).payload) != group.merged:
        raise RefusedUpdateError("The merged row cannot be read back.")
    return len(ids) - 1


def _stands(group: Group) -> bool:
    """Whether the log still says what the merge was made of."""
    ids = [row.pk for row in group.rows]
    found = dict(Update.objects.filter(pk__in=ids).values_list("pk", "payload"))
    unchanged = all(bytes(found.get(row.pk, b"")) == bytes(row.payload) for row in group.rows)
    seqs = [row.seq for row in group.rows]
    set_aside = QuarantinedUpdate.objects.filter(document_id=group.last.document_id, seq__in=seqs)
    return unchanged and not set_aside.exists()


def _renew_snapshot(document_id: int) -> None:
    loaded = replay.load(document_id)
    whole = loaded.replica.encode()
    replay.check_encoding(whole, loaded.replica.state())
    replay.keep_snapshot(document_id, epoch=loaded.epoch, seq=loaded.seq, whole=whole)
