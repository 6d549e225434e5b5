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
_MANY_USES: Final = 1_000
_OLD_DAYS: Final = 1_095


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit with what its place depends on."""

    kind: str
    key: str
    score: float
    uses: int
    completeness: float
    changed_at: datetime | None

    def lifts(self, now: datetime) -> dict[str, float]:
        """By which share of its score each lifts a hit."""
        use = min(1.0, math.log1p(max(0, self.uses)) / math.log1p(_MANY_USES))
        return {
            "use": _USE * use,
            "recency": _RECENCY * self._recency(now),
            "completeness": _COMPLETENESS * self.completeness,
        }

    def factor(self, now: datetime) -> float:
        """From 1 to 1.2."""
        return 1 + sum(self.lifts(now).values())

    def _recency(self, now: datetime) -> float:
        """1 today, a half after a third of the time after which something is old."""
        if self.changed_at is None:
            return 0.0
        days = max(0.0, (now - self.changed_at).total_seconds() / 86_400)
        return math.exp2(-3 * days / _OLD_DAYS)


def ranked(found: Sequence[Candidate], now: datetime | None = None) -> list[Hit]:
    """The best matches in their final order, then the others; equal ones by their names, so that pages fit together."""
    at = now or datetime.now(tz=UTC)
    hits = [Hit(one.kind, one.key, one.score * one.factor(at)) for one in found[:RANKED]]
    hits.sort(key=lambda hit: (-hit.score, hit.id))
    return hits + [Hit(one.kind, one.key, one.score) for one in found[RANKED:]]
