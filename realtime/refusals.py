"""Refused acts that somebody repeats (反复被拒): told of at once, and then once a minute with how many they were.

Whoever may not open a document can knock as often as the line allows, and each knock would be a line of a record that
nobody may shorten.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from realtime.services.access import Refusal

MINUTE: Final = 60.0


@dataclass(slots=True)
class _Repeated:
    since: float
    last: Refusal
    more: int = 0
    """How many came since it was told last."""


class Refusals:
    """Those of one process, by act, document and person."""

    def __init__(self, *, tell: Callable[[Refusal], None], now: Callable[[], float]) -> None:
        self._tell, self._now = tell, now
        self._known: dict[tuple[str, str, str, int | None], _Repeated] = {}

    def note(self, refusal: Refusal) -> None:
        """Tell of it if it is the first for a minute; else count it."""
        who = (refusal.act, refusal.kind, refusal.key, refusal.person_id)
        known = self._known.get(who)
        if known is None:
            self._known[who] = _Repeated(self._now(), refusal)
            self._tell(refusal)
        else:
            known.more += 1
            known.last = refusal

    def tell_due(self) -> None:
        """Tell of what was only counted for a minute; forget who kept still so long."""
        now = self._now()
        for who, known in list(self._known.items()):
            if now - known.since < MINUTE:
                continue
            if known.more:
                self._tell(replace(known.last, times=known.more))
                known.since, known.more = now, 0
            else:
                del self._known[who]

    def tell_all(self) -> None:
        """Tell of what was only counted: the process ends."""
        for known in self._known.values():
            if known.more:
                self._tell(replace(known.last, times=known.more))
        self._known.clear()
