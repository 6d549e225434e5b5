"""What lifts a hit among its like (排序因子): much used, recent, complete. Bounded, so that none of it beats the words."""

import math
from datetime import datetime
from typing import Final

RANKED: Final = 200
"""So many of the best hits are ordered anew."""

_USE, _RECENCY, _COMPLETENESS = 0.10, 0.05, 0.05
_MUCH_USED: Final = 100
_HALF_LIFE_DAYS: Final = 365.0


def factor(*, uses: int, changed_at: float, completeness: float, now: datetime) -> float:
    """From 1 to 1.2: by how much the score of a hit is multiplied. ``changed_at`` is a timestamp, 0 if unknown."""
    use = min(1.0, math.log1p(max(0, uses)) / math.log1p(_MUCH_USED))
    days = max(0.0, now.timestamp() - changed_at) / 86_400
    recency = 0.5 ** (days / _HALF_LIFE_DAYS) if changed_at else 0.0
    return 1.0 + _USE * use + _RECENCY * recency + _COMPLETENESS * min(1.0, max(0.0, completeness))
