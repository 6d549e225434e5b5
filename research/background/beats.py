"""Signs of life: which workers are there."""

import os
import socket
from datetime import datetime, timedelta

from django.utils import timezone

from research.models import WorkerBeat

BEAT_SECONDS = 5
STALE = timedelta(seconds=30)


def here() -> str:
    """Our host and process, as a beat shows them."""
    return f"{socket.gethostname()}:{os.getpid()}"


def beat(worker: str, *, started_at: datetime) -> None:
    """Say that this worker lives."""
    WorkerBeat.objects.update_or_create(
        worker=worker, defaults={"host": here(), "started_at": started_at, "beat_at": timezone.now()}
    )


def leave(worker: str) -> None:
    """A worker ends in good order."""
    WorkerBeat.objects.filter(worker=worker).delete()


def living() -> set[str]:
    """The workers that are there.

    One whose process on our host is gone is dead at once, others are when they fall silent.
    """
    recent = WorkerBeat.objects.filter(beat_at__gt=timezone.now() - STALE)
    return {row.worker for row in recent if not is_gone(row.host)}


def is_gone(host_and_process: str) -> bool:
    """Whether this is a process of our own host that no longer runs."""
    host, _colon, process = host_and_process.rpartition(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def forget_the_dead() -> int:
    """Take away the rows of workers that are not there any more."""
    alive = living()
    return WorkerBeat.objects.exclude(worker__in=alive).delete()[0]
