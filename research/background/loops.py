"""Loops (循环) that run in a thread of their own in each worker, never behind tasks or regular jobs."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Loop:
    """Something to look for every few moments. ``turn`` gets the worker's name and says whether there is more to do at once;
    it decides itself which worker does it. ``end`` is called when the worker stops.
    """

    name: str
    every_seconds: float
    turn: Callable[[str], bool]
    end: Callable[[str], None]


_loops: dict[str, Loop] = {}


def register(
    name: str, *, every_seconds: float, turn: Callable[[str], bool], end: Callable[[str], None]
) -> None:
    """Have ``turn`` called by every worker. Raises ValueError for a taken name."""
    if name in _loops:
        raise ValueError(f"the loop {name!r} is registered already")
    _loops[name] = Loop(name, every_seconds, turn, end)


def loops() -> list[Loop]:
    return list(_loops.values())
