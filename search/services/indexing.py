"""From the outbox into the index: read what changed, keep what was read, write it down in one commit."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from search import kinds
from search.engines import engine
from search.errors import RejectedEntriesError
from search.models import EntryRow, GoneEntry, OutboxRow
from search.models.entries import values_of
from search.services import outbox
from search.types import Entry

logger = logging.getLogger(__name__)

AT_ONCE = 200
MOST_TRIES = 8


@dataclass(slots=True)
class Pass:
    """One pass over the outbox."""

    rows: Sequence[OutboxRow]
    put: list[EntryRow] = field(default_factory=list)
    gone: list[GoneEntry] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    """What went wrong, by the id of the thing."""


def drain(*, most: int | None = None) -> int:
    """Bring the oldest waiting changes into the index, with one commit; how many rows are done.

    Raises EngineUnavailableError or EngineBusyError with everything still waiting. What cannot be read or is rejected is
    tried again later, and after eight tries given up; the others go on.
    """
    rows = list(OutboxRow.objects.due()[: most or AT_ONCE])
    if not rows:
        return 0
    work = Pass(rows)
    for kind, keys in _by_kind(rows).items():
        read(kind, keys, work)
    _write(work)
    return _settle(work)


def _by_kind(rows: Iterable[OutboxRow]) -> dict[str, list[str]]:
    """Each thing once, however often it changed."""
    found: dict[str, dict[str, None]] = {}
    for row in rows:
        found.setdefault(row.kind, {})[row.key] = None
    return {kind: list(keys) for kind, keys in found.items()}


def read(kind: str, keys: Sequence[str], work: Pass) -> None:
    """Read these things, and note down what was read."""
    before = _versions(kind, keys)
    for key, entry in entries_of(kind, keys, work.failed).items():
        with transaction.atomic():
            _keep(kind, key, entry, work, before=before.get(key, 0))


def _versions(kind: str, keys: Sequence[str]) -> dict[str, int]:
    """The last version of each of these things, whether it is there or gone."""
    found: dict[str, int] = {}
    for rows in (GoneEntry.objects.all(), EntryRow.objects.all()):
        found |= dict(rows.filter(kind=kind, key__in=keys).values_list("key", "version"))
    return found


def entries_of(kind: str, keys: Sequence[str], failed: dict[str, str]) -> Mapping[str, Entry | None]:
    """The entry of each key, None for what is gone; a key whose reading fails is left out and noted."""
    known = kinds.find(kind)
    if known is None:
        return dict.fromkeys(keys)
    try:
        found = {entry.key: entry for entry in known.read(keys)}
    except Exception as error:
        if len(keys) == 1:
            logger.exception("%s:%s cannot be read for the index", kind, keys[0])
            failed[f"{kind}:{keys[0]}"] = f"{type(error).__name__}: {error}"
            return {}
        return {key: entry for one in keys for key, entry in entries_of(kind, [one], failed).items()}
    return {key: found.get(key) for key in keys}


def _keep(kind: str, key: str, entry: Entry | None, work: Pass, *, before: int) -> None:
    """Note down what was read, with the next version if it says something new; what the index lacks goes into ``work``.

    If the version is not the one ``before`` the reading, somebody else read the thing at the same time (a rebuild beside the
    outbox), and who of the two was later cannot be told: it is read once more.
    """
    row = EntryRow.objects.select_for_update().filter(kind=kind, key=key).first()
    gone = None if row else GoneEntry.objects.filter(kind=kind, key=key).first()
    last = row or gone
    if (last.version if last else 0) != before:
        outbox.queue(kind=kind, keys=[key], narrows=True)
        return
    if entry is None:
        if (buried := bury(kind, key, row)) is not None:
            work.gone.append(buried)
        return
    values = values_of(entry)
    if row is None:
        row = EntryRow(kind=kind, key=key, version=_risen(gone))
    elif row.is_indexed and all(getattr(row, name) == value for name, value in values.items()):
        return
    else:
        row.version += 1
    for name, value in values.items():
        setattr(row, name, value)
    row.is_indexed = False
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # somebody else read the new thing first; it is read once more
        outbox.queue(kind=kind, keys=[key], narrows=True)
        return
    work.put.append(row)


def bury(kind: str, key: str, row: EntryRow | None) -> GoneEntry | None:
    """Note down that a thing is gone, with a version above all that were read of it; None if nothing was ever read.

    It is done before the index hears of it: whoever makes an index anew meanwhile either finds no row, or has begun
    before the removal is sent, which then reaches the new index too.
    """
    if row is None:
        return GoneEntry.objects.filter(kind=kind, key=key).first()
    defaults = {"version": row.version + 1}
    gone, _ = GoneEntry.objects.update_or_create(kind=kind, key=key, defaults=defaults)
    row.delete()
    return gone


def _risen(gone: GoneEntry | None) -> int:
    """The version under which a thing comes, or comes back."""
    if gone is None:
        return 1
    gone.delete()
    return gone.version + 1


def _write(work: Pass) -> None:
    """One commit for everything. What the engine rejects is noted and left out."""
    if not work.put and not work.gone:
        return
    try:
        with engine().writing() as batch:
            for row in work.put:
                batch.put(row.entry())
            for gone in work.gone:
                batch.remove(gone.kind, gone.key, gone.version)
    except RejectedEntriesError as error:
        work.failed.update(error.faults)


def _note_indexed(work: Pass) -> None:
    """If one was read anew or is gone by now, somebody else was quicker, and the index may have what is old: look again. Rows
    are locked in the order of their numbers, so that nobody waits in a ring.
    """
    written = (row for row in work.put if f"{row.kind}:{row.key}" not in work.failed)
    for row in sorted(written, key=lambda row: row.pk):
        if not EntryRow.objects.filter(pk=row.pk, version=row.version).update(is_indexed=True):
            outbox.queue(kind=row.kind, keys=[row.key], narrows=True)


@transaction.atomic
def _settle(work: Pass) -> int:
    """Note down what the index has and take away what is done, in one commit, for each is waited for until it is on the disk; what
    failed waits, longer each time.
    """
    _note_indexed(work)
    done = [row for row in work.rows if str(row) not in work.failed]
    OutboxRow.objects.filter(pk__in=[row.pk for row in done]).delete()
    for kind, keys in _by_kind(done).items():
        # What was given up of a thing hides it as long as it stands there, and the index has the thing as it is now.
        OutboxRow.objects.dead().filter(kind=kind, key__in=keys).delete()
    now = timezone.now()
    for row in work.rows:
        if (fault := work.failed.get(str(row))) is not None:
            tries = row.tries + 1
            OutboxRow.objects.filter(pk=row.pk).update(
                tries=tries,
                fault=fault[:500],
                retry_at=now + timedelta(seconds=2**tries),
                dead_at=now if tries >= MOST_TRIES else None,
            )
    return len(done)


def revive() -> int:
    """Try what was given up once more; how many."""
    return OutboxRow.objects.dead().update(tries=0, retry_at=None, dead_at=None, fault="")


def lag_seconds() -> float:
    """How long the oldest change has been waiting (索引滞后); 0 where nothing waits."""
    oldest = OutboxRow.objects.waiting().order_by("at").values_list("at", flat=True).first()
    return max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
