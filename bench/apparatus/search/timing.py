"""How long questions take: by the clock, and of this thread's processor, which bears neighbours."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import TypeVar

Asked = TypeVar("Asked")


def percentile(values: Iterable[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[max(0, round(len(ordered) * part) - 1)], 2)


@dataclass(slots=True)
class Times:
    """Milliseconds of each question."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def timed(ask: Callable[[Asked], object], questions: Sequence[Asked], *, warm: int = 20) -> Times:
    """Ask one after another, after a few that warm up."""
    for question in questions[:warm]:
        ask(question)
    found = Times()
    for question in questions:
        began, worked = time.perf_counter(), time.thread_time()
        ask(question)
        found.processor.append(1000 * (time.thread_time() - worked))
        found.clock.append(1000 * (time.perf_counter() - began))
    return found


def together(several: Iterable[Times]) -> Times:
    """As many questions of each sort, one after another."""
    found = Times()
    for one in several:
        found.clock += one.clock
        found.processor += one.processor
    return found


def gain(found: Sequence[str], target: str) -> float:
    """nDCG@10 where one thing alone is right."""
    return 1 / log2(2 + found.index(target)) if target in found else 0.0
