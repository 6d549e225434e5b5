"""Tell the owners of documents how far the logs are; what a crash swallowed is told by the worker."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from realtime import kinds
from realtime.models import Document

_QUIET = timedelta(seconds=30)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Touch:
    """A document whose log reaches ``seq``."""

    document_id: int
    kind: str
    key: str
    seq: int


def tell(touches: Sequence[Touch]) -> None:
    """Tell each kind which of its documents have new content."""
    for name in {touch.kind for touch in touches}:
        kind = kinds.find(name)
        if kind is not None and kind.touched is not None:
            kind.touched([touch.key for touch in touches if touch.kind == name])


def tell_forgotten() -> int:
    """Tell the owners once more of documents that have come to rest; for the worker, every minute or so.

    While people write nothing is noted down about what was told, and a crash may have swallowed the last
    time.
    """
    quiet = Document.objects.filter(touched_seq__lt=F("seq"), changed_at__lt=timezone.now() - _QUIET)
    found = [
        Touch(pk, kind, key, seq)
        for pk, kind, key, seq in quiet.values_list("pk", "kind", "key", "seq")[:_AT_ONCE]
    ]
    tell(found)
    with transaction.atomic():
        for touch in sorted(found, key=lambda touch: touch.document_id):
            Document.objects.filter(pk=touch.document_id).update(touched_seq=touch.seq)
    return len(found)
