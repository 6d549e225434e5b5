"""What was asked and opened, without by whom (检索日志)."""

import re
import unicodedata
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from search.models import QueryClick, QueryLog
from search.models.use import MAX_QUERY

KEPT = timedelta(days=180)
OPENED_WITHIN = timedelta(hours=12)
"""Whoever comes back to a page much later opens something for another reason."""
MOST_CLICKS = 20
MOST_FILTERS = 300
_NUMBER = re.compile(r"[a-z]{0,4}\d{6,}[a-z]?", re.IGNORECASE)
"""Staff numbers, mobile numbers, identity cards; the longest number that a teacher looks for is a year and a month."""

_personal: list[Callable[[str], bool]] = []


def register_personal(check: Callable[[str], bool]) -> None:
    """Say which text names somebody with an account; the app with the people knows."""
    _personal.append(check)


def is_personal(text: str) -> bool:
    """Whether the words may say who is looked for: a number, or what an app calls personal."""
    tight = re.sub(r"[\s\-_.]", "", unicodedata.normalize("NFKC", text))
    return bool(_NUMBER.search(tight)) or any(check(text) for check in _personal)


@transaction.atomic
def record(
    *, token: uuid.UUID, query: str, filters: str, kind: str, total: int, took_ms: float, corrected: bool
) -> QueryLog:
    """Write down one search (记一次检索). Words that may name somebody are left out; all else is kept."""
    words = "" if is_personal(query) else query[:MAX_QUERY]
    return QueryLog.objects.create(
        token=token,
        query=words,
        filters=filters[:MOST_FILTERS],
        kind=kind[:30],
        total=total,
        took_ms=round(took_ms),
        corrected=corrected,
    )


@transaction.atomic
def record_opened(*, token: uuid.UUID, kind: str, rank: int) -> bool:
    """Write down that a result was opened (记一次点击), once for each; whether it was."""
    since = timezone.now() - OPENED_WITHIN
    log = QueryLog.objects.select_for_update().filter(token=token, at__gte=since).first()
    if log is None or log.clicks.count() >= MOST_CLICKS or log.clicks.filter(rank=rank).exists():
        return False
    QueryClick.objects.create(log=log, kind=kind[:30], rank=rank)
    return True


def purge() -> int:
    """Take away what is older than 180 days; how many searches."""
    old = QueryLog.objects.filter(at__lt=timezone.now() - KEPT)
    QueryClick.objects.filter(log__in=old).delete()
    return old.delete()[0]
