"""The hash chain over the audit events: appended by one sealer, checked by anybody (封存与核对)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from research.models import AuditEvent, AuditSeal
from research.models.audit import AppendOnlyQuerySet

SHORTEST_RETENTION = timedelta(days=180)
_FIRST = "0" * 64
_AT_ONCE = 2000
# An event that commits late has a lower number than its neighbours; so far back the sealer looks for such.
_LATE = 10_000
_LOCK = 0x6175646974  # «audit»; on PostgreSQL one sealer at a time


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found. ``head`` is worth writing down elsewhere: it proves later that nothing before it changed."""

    sealed: int
    unsealed: int
    purged: int
    head: str
    faults: tuple[str, ...]


def canonical(event: AuditEvent) -> bytes:
    """An event as bytes: the same on every database."""
    facts = {
        "id": event.pk,
        "at": event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "person": event.person_id,
        "address": event.address,
        "action": event.action,
        "target": event.target,
        "result": event.result,
        "detail": event.detail,
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def link(previous: str, event: AuditEvent) -> str:
    """The digest of one link."""
    return hashlib.sha256(previous.encode() + canonical(event)).hexdigest()


@transaction.atomic
def seal() -> int:
    """Append links for the events that have none yet; how many."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = AuditSeal.objects.order_by("-pk").first()
    digest = last.digest if last else _FIRST
    seals = []
    for event in unsealed()[:_AT_ONCE]:
        digest = link(digest, event)
        seals.append(AuditSeal(event_id=event.pk, digest=digest))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def unsealed() -> AppendOnlyQuerySet[AuditEvent]:
    """Events without a link, oldest first."""
    newest = AuditSeal.objects.order_by("-event_id").values_list("event_id", flat=True).first() or 0
    near = AuditSeal.objects.filter(event_id__gt=newest - _LATE).values("event_id")
    return AuditEvent.objects.filter(pk__gt=newest - _LATE).exclude(pk__in=near).order_by("pk")


def check() -> Verdict:
    """Follow the chain and compare each link with its event."""
    faults, digest, purged, sealed, gone_before = [], _FIRST, 0, 0, True
    for one, event in links():
        sealed += 1
        if event is None:
            purged += 1
            if not gone_before or one.at > timezone.now() - SHORTEST_RETENTION:
                faults.append(_("Event %(event)s is missing.") % {"event": one.event_id})
        else:
            gone_before = False
            if link(digest, event) != one.digest:
                faults.append(
                    _("Event %(event)s, or a link before it, was changed.") % {"event": one.event_id}
                )
        digest = one.digest
    return Verdict(sealed, unsealed().count(), purged, digest, tuple(faults))


def links() -> Iterator[tuple[AuditSeal, AuditEvent | None]]:
    """Every link in order with its event, a thousand at a time."""
    reached = 0
    while page := list(AuditSeal.objects.filter(pk__gt=reached).order_by("pk")[:1000]):
        events = AuditEvent.objects.in_bulk([one.event_id for one in page])
        yield from ((one, events.get(one.event_id)) for one in page)
        reached = page[-1].pk


def purge(*, now: datetime | None = None) -> int:
    """Let go of sealed events older than the retention; how many. The database refuses to let go of younger ones."""
    kept = max(timedelta(days=settings.AUDIT_DAYS), SHORTEST_RETENTION)
    old = AuditEvent.objects.filter(
        at__lt=(now or timezone.now()) - kept, pk__in=AuditSeal.objects.values("event_id")
    )
    return int(old._raw_delete(old.db))  # noqa: SLF001 - the query set itself refuses to delete
