"""Who may still see what: the sign that it changed, and the sink for refused acts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Max

from realtime.models import AccessChange

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody tried what they may not (拒绝的操作), so often; ``act`` is join, write or poison."""

    act: str
    kind: str
    key: str
    person_id: int | None
    address: str | None
    detail: str = ""
    times: int = 1


_sinks: list[Callable[[Refusal], None]] = []


def on_refusal(sink: Callable[[Refusal], None]) -> None:
    """Have ``sink`` told of every refused act; it runs in a worker thread and may use the database."""
    if sink not in _sinks:
        _sinks.append(sink)


def report(refusal: Refusal) -> None:
    """Tell the sinks; their failure is logged and hurts nobody."""
    for sink in _sinks:
        try:
            sink(refusal)
        except Exception:
            logger.exception("a refused act could not be recorded: %s", refusal)


def access_changed() -> None:
    """Have every server process re-check its live connections within two seconds.

    Call it inside the transaction that changes who may see what.
    """
    AccessChange.objects.create()


def access_version() -> tuple[int, int]:
    """Something that differs after every committed ``access_changed``, in whatever order they commit."""
    found = AccessChange.objects.aggregate(count=Count("pk"), last=Max("pk"))
    return found["count"], found["last"] or 0
