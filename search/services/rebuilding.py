"""Make the index anew, and compare it with the database."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from search import kinds
from search.engines import engine
from search.errors import RejectedEntriesError
from search.models import EntryRow, GoneEntry
from search.services import indexing, outbox

logger = logging.getLogger(__name__)

_CHUNK = 200

Progress = Callable[[str, int, int], None]
"""What is being done, how many are done, how many there are."""


def _quiet(_what: str, _done: int, _of: int) -> None:
    return


def rebuild(*, read: bool = True, progress: Progress = _quiet) -> int:
    """Make a new index beside the old one, which goes on answering, and put it in its place (重建索引); how many
    entries it holds. What the engine rejects waits in the outbox, like a change that it rejects. ``read`` reads everything anew from the apps; else what was read last is taken.
    """
    if read:
        read_all(progress=progress)
    total = EntryRow.objects.count()
    done, fresh, rejected = 0, list[tuple[str, int, int]](), dict[str, str]()
    try:
        with engine().rebuilding() as batch:
            for row in _rows():
                batch.put(row.entry())
                done += 1
                if not row.is_indexed:
                    fresh.append((f"{row.kind}:{row.key}", row.pk, row.version))
                if done % _CHUNK == 0:
                    progress("index", done, total)
    except RejectedEntriesError as error:
        rejected = error.faults
        logger.warning(
            "the new index is without %s",
            "; ".join(f"{name} ({why})" for name, why in rejected.items())[:2_000],
        )
    progress("index", done, total)
    for _, pk, version in (row for row in fresh if row[0] not in rejected):
        EntryRow.objects.filter(pk=pk, version=version).update(is_indexed=True)
    queue(difference())
    return done - len(rejected)


@transaction.atomic
def queue(found: "Difference") -> None:
    """Have what differs read and written once more, with a version that the index takes."""
    for name in (*found.missing, *found.surplus, *found.stale):
        kind, _, key = name.partition(":")
        row, _ = EntryRow.objects.get_or_create(kind=kind, key=key)
        gone = GoneEntry.objects.filter(kind=kind, key=key).first()
        row.version = max(row.version, found.held.get(name, 0), gone.version if gone else 0)
        row.is_indexed = False
        row.save(update_fields=["version", "is_indexed"])
        outbox.queue(kind=kind, keys=[key])


def _rows() -> Iterator[EntryRow]:
    last = 0
    while rows := list(EntryRow.objects.filter(pk__gt=last).order_by("pk")[:_CHUNK]):
        yield from rows
        last = rows[-1].pk


def read_all(*, progress: Progress = _quiet) -> None:
    """Read every thing of every kind anew, and forget what is gone."""
    for kind in kinds.kinds():
        _forget_the_gone(kind)
        keys, done = kind.all_keys(), 0
        total = sum(1 for _ in kind.all_keys())
        while chunk := list(islice(keys, _CHUNK)):
            work = indexing.Pass([])
            indexing.read_anew(kind.name, chunk, work)
            done += len(chunk)
            progress(kind.name, done, total)


def _forget_the_gone(kind: kinds.Kind) -> None:
    there = set(kind.all_keys())
    known = EntryRow.objects.filter(kind=kind.name).values_list("key", flat=True)
    for key in [key for key in known if key not in there]:
        with transaction.atomic():
            row = EntryRow.objects.select_for_update().filter(kind=kind.name, key=key).first()
            indexing.bury(kind.name, key, row)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where index and database differ (差异): ids that the index lacks, has in vain, or has in another version than was
    read last; and which version it holds of these.
    """

    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    stale: tuple[str, ...]
    held: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.missing or self.surplus or self.stale)


def difference() -> Difference:
    """Compare what apps have, what was read of it, and what the index holds. What waits in the outbox counts as well."""
    held = {f"{kind}:{key}": version for kind, key, version in engine().versions()}
    read = {
        f"{kind}:{key}": version
        for kind, key, version in EntryRow.objects.values_list("kind", "key", "version")
    }
    there = {f"{kind.name}:{key}" for kind in kinds.kinds() for key in kind.all_keys()}
    surplus = held.keys() - there
    stale = {name for name in there & held.keys() if held[name] != read.get(name)}
    return Difference(
        missing=tuple(sorted(there - held.keys())),
        surplus=tuple(sorted(surplus)),
        stale=tuple(sorted(stale)),
        held={name: held[name] for name in surplus | stale},
    )
