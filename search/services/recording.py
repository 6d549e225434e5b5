"""What was asked and opened, without by whom (检索日志)."""

import re
import uuid
from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction
from django.utils import timezone

from search.analysis.normal import normalise
from search.models import QueryClick, QueryLog
from search.models.use import MAX_QUERY
from search.services import remembering

KEPT = timedelta(days=180)
OPENED_WITHIN = timedelta(hours=12)
"""Whoever comes back to a page much later opens something for another reason."""
MOST_CLICKS = 20
MAX_FILTERS = 300
_NUMBER = re.compile(r"\d{6,}")
"""Staff numbers, mobile numbers, identity cards; the longest number that a teacher looks for is a year."""
_NUMERALS = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖两", "0012345678911234567892")
_PARTING = re.compile(r"[\W_]+")

_personal: list[Callable[[Collection[str]], set[str]]] = []


def register_personal(check: Callable[[Collection[str]], set[str]]) -> None:
    """Say which of some texts name somebody with an account; the app with the people knows."""
    _personal.append(check)


def personal(texts: Collection[str]) -> set[str]:
    """Those of the texts that may say who is looked for: a long number, or what an app calls personal. Neither full-width or
    traditional forms, nor numerals in characters, nor what is put between them, hides it.
    """
    forms = {text: _forms(text) for text in texts}
    numbers = {text for text, own in forms.items() if _NUMBER.search(own[-1].translate(_NUMERALS))}
    asked = {form for text in forms.keys() - numbers for form in forms[text] if form}
    named = set().union(*(check(asked) for check in _personal)) if asked else set()
    return numbers | {text for text, own in forms.items() if not named.isdisjoint(own)}


def _forms(text: str) -> tuple[str, str, str]:
    """The text as it was typed, as it is compared, and without what parts its characters."""
    clean = normalise(text)
    return text, clean, _PARTING.sub("", clean)


def described(
    *, token: uuid.UUID, query: str, filters: str, kind: str, total: int, took_ms: float, corrected: bool
) -> QueryLog:
    """One search as the log has it (检索记录), not saved yet: words and filters without what may name somebody, for anybody can
    write anything into an address.
    """
    pairs = parse_qsl(filters)
    left_out = personal({query, *(value for _, value in pairs)})
    return QueryLog(
        token=token,
        query="" if query in left_out else query[:MAX_QUERY],
        filters=urlencode([pair for pair in pairs if pair[1] not in left_out])[:MAX_FILTERS],
        kind=kind[:30],
        total=total,
        took_ms=round(took_ms),
        corrected=corrected,
    )


@transaction.atomic
def record(log: QueryLog, *, by: Any, query: str) -> None:
    """Write down one search (记一次检索): the log, and the words as the person's own last search. What the log leaves out was
    looked up before, when nothing was locked.
    """
    remembering.remember(query=query, by=by)
    log.save(force_insert=True)


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
