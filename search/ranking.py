"""The order of the first hits (排序): how well they match, and in bounded measure how much they are used, how new and how complete
they are. The same in every engine.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from search.types import Hit

RANKED: Final = 200
"""So many of the best matches are put into order; what comes behind them keeps its place."""
_USE, _RECENCY, _COMPLETENESS = 0.10, 0.05, 0.05
MOST_LIFT: Final = 1 + _USE + _RECENCY + _COMPLETENESS
"""By how much a score can be multiplied at most."""
_MANY_USES_LOG: Final = math.log1p(1_000)
_OLD_DAYS: Final = 1_095


def lifts(uses: int, age_days: float | None, completeness: float) -> tuple[float, float, float]:
    """By which share of its score use, recency and completeness lift a hit. Something is half as new after a year."""
    use = min(1.0, math.log1p(max(0, uses)) / _MANY_USES_LOG)
    recency = 0.0 if age_days is None else math.exp2(-3 * age_days / _OLD_DAYS)
    return _USE * use, _RECENCY * recency, _COMPLETENESS * completeness


def factor(uses: int, age_days: float | None, completeness: float) -> float:
    """From 1 to 1.2."""
    return 1 + sum(lifts(uses, age_days, completeness))


def in_order(hit: Hit) -> tuple[float, str, str]:
    """Best first; equal ones by their names, so that pages fit together."""
    return -hit.score, hit.kind, hit.key


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit with what its place depends on."""

    kind: str
    key: str
    score: float
    uses: int
    completeness: float
    changed_at: datetime | None

    def factor(self, now: datetime) -> float:
        """From 1 to 1.2."""
        days = None if self.changed_at is None else (now - self.changed_at).total_seconds() / 86_400
        return factor(self.uses, None if days is None else max(0.0, days), self.completeness)


def ranked(found: Sequence[Candidate], now: datetime | None = None) -> list[Hit]:
    """The best matches in their final order, then the others."""
    at = now or datetime.now(tz=UTC)
    hits = [Hit(one.kind, one.key, one.score * one.factor(at)) for one in found[:RANKED]]
    hits.sort(key=in_order)
    return hits + [Hit(one.kind, one.key, one.score) for one in found[RANKED:]]
