"""How the search serves people (检索报告): what found nothing, and where they found what they opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any, Final

from django.db.models import Avg, Count, F, FloatField, Max, Min, Q, Value
from django.utils import timezone

from search.models import QueryLog

SPAN_DAYS: Final = 30
ROWS: Final = 100
_Z: Final = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval after Wilson; ``value`` is None where nothing was counted."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        if not self.of:
            return None
        share, n = self.count / self.of, self.of
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Report:
    """The last thirty days. ``unfound`` are queries without results, the most asked first, of those that no filter and no tab
    narrowed, for there the words are not to blame; ``mean_reciprocal_rank`` is of the first result that was opened in each
    search in which one was.
    """

    without_results: Share
    opened: Share
    mean_reciprocal_rank: float | None
    unfound: Sequence[Mapping[str, Any]]
    since: datetime


def report() -> Report:
    """Three queries, however much was asked."""
    since = timezone.now() - timedelta(days=SPAN_DAYS)
    log = QueryLog.objects.filter(at__gte=since)
    counted = log.aggregate(all=Count("pk"), none=Count("pk", filter=Q(total=0)))
    first = log.filter(clicks__isnull=False).annotate(first=Min("clicks__rank"))
    ranks = first.aggregate(
        searches=Count("pk"), mean=Avg(Value(1.0, FloatField()) / F("first"), output_field=FloatField())
    )
    unfound = (
        log.filter(total=0, kind="", filters="")
        .exclude(query="")
        .values("query")
        .annotate(times=Count("pk"), last=Max("at"), corrected=Count("pk", filter=Q(corrected=True)))
        .order_by("-times", "-last")[:ROWS]
    )
    asked = counted["all"]
    return Report(
        without_results=Share(counted["none"], asked),
        opened=Share(ranks["searches"], asked - counted["none"]),
        mean_reciprocal_rank=ranks["mean"],
        unfound=[dict(row) for row in unfound],
        since=since,
    )
