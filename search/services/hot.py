"""What many search for (热门检索): counted every night, shown once an administrator agreed."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from search.models import HotSearch, QueryLog

SPAN: Final = timedelta(days=30)
DAYS: Final = 3
"""The log holds no persons: what was asked on three days is asked by more than one passing need."""
PROPOSED: Final = 50
SHOWN: Final = 8
_SHORTEST, _LONGEST = 2, 40


def shown() -> list[str]:
    """What every page may offer."""
    return list(HotSearch.objects.filter(is_shown=True).values_list("query", flat=True)[:SHOWN])


@transaction.atomic
def count() -> int:
    """Count anew what found something in the last thirty days, and propose the most asked; how many stand there.

    What an administrator looked at stays with its new count; what nobody looked at and is asked no more goes.
    """
    log = QueryLog.objects.filter(at__gte=timezone.now() - SPAN, total__gt=0).exclude(query="")
    asked = log.values("query").annotate(times=Count("pk"), days=Count(TruncDate("at"), distinct=True))
    counted: dict[str, int] = {}
    for row in asked.filter(days__gte=DAYS).order_by("-times", "query")[: PROPOSED * 4]:
        words = " ".join(row["query"].split())
        if _SHORTEST <= len(words) <= _LONGEST:
            counted[words] = counted.get(words, 0) + row["times"]
    best = dict(sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:PROPOSED])
    HotSearch.objects.filter(reviewed_at=None).exclude(query__in=best).delete()
    HotSearch.objects.filter(reviewed_at__isnull=False).exclude(query__in=counted).update(count=0)
    known = set(HotSearch.objects.values_list("query", flat=True))
    for query, times in counted.items():
        if query in best or query in known:
            HotSearch.objects.update_or_create(query=query, defaults={"count": times})
    return HotSearch.objects.count()
