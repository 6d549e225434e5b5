"""How good an order is (nDCG, MRR, recall), from what was judged."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from typing_extensions import override

FIRST, SEEN = 10, 50
GOOD: Final = 2
"""From this grade on something answers a query; what only touches it does not."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one query, or the mean of several: nDCG@10 with the gains 1, 3 and 7; MRR@10 of what is good; recall@50 of what is good."""

    ndcg: float
    mrr: float
    recall: float

    @override
    def __str__(self) -> str:
        return " / ".join(f"{value:.3f}" for value in (self.ndcg, self.mrr, self.recall))


def measured(found: Sequence[str], grades: Mapping[str, int]) -> Measured:
    """How good it is to be given these, in this order."""
    good = {key for key, grade in grades.items() if grade >= GOOD}
    places = [place for place, key in enumerate(found[:FIRST], start=1) if key in good]
    best = sorted(grades.values(), reverse=True)
    return Measured(
        ndcg=_gained([grades.get(key, 0) for key in found]) / _gained(best),
        mrr=1 / places[0] if places else 0.0,
        recall=len(good.intersection(found[:SEEN])) / len(good),
    )


def _gained(grades: Sequence[int]) -> float:
    return math.fsum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades[:FIRST]))


def mean(of: Sequence[Measured]) -> Measured:
    """Each query counts the same."""
    return Measured(
        ndcg=math.fsum(one.ndcg for one in of) / len(of),
        mrr=math.fsum(one.mrr for one in of) / len(of),
        recall=math.fsum(one.recall for one in of) / len(of),
    )
