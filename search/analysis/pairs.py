"""Pairs of neighbouring characters (二元组): what phrases are found by."""

from collections.abc import Iterable
from operator import add
from typing import Final

from search.analysis.runs import Run, runs

BORDER: Final = "\u241f"
"""Stands between runs, so that no phrase goes over a border."""


def pairs(text: str) -> list[str]:
    """Pairs of each run of Han characters in normalised text (a single one as it is), Latin words and numbers whole, and
    a border between runs.
    """
    return pairs_of(runs(text))


def pairs_of(read: Iterable[Run]) -> list[str]:
    """The pairs of a text that was read in runs."""
    found: list[str] = []
    for run, han in read:
        if found:
            found.append(BORDER)
        if han and len(run) > 1:
            found += map(add, run, run[1:])
        else:
            found.append(run)
    return found
