"""Which server processes are alive, and whether another one may join them (服务进程).

Each has a row and renews its beat. A killed process leaves its row behind; a new one on the same machine sees
at once that the process is gone, and of another machine's it waits for a beat before it believes in it.
"""

import os
import socket
import uuid
from contextlib import suppress
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from realtime.errors import RealtimeError
from realtime.models import ServerProcess

_STALE = timedelta(minutes=1)


class SecondServerError(RealtimeError):
    """Another server process is alive, and nothing carries hints between the two."""


def enter(*, shares_hints: bool) -> uuid.UUID:
    """Write this process down; its id."""
    return ServerProcess.objects.create(
        id=uuid.uuid4(),
        host=socket.gethostname(),
        pid=os.getpid(),
        shares_hints=shares_hints,
        seen_at=timezone.now(),
    ).pk


def beat(process_id: uuid.UUID, *, shares_hints: bool) -> None:
    """Say that this process lives; write it down again if somebody took it for dead."""
    found = ServerProcess.objects.filter(pk=process_id)
    if not found.update(beats=F("beats") + 1, seen_at=timezone.now()):
        ServerProcess.objects.create(
            id=process_id,
            host=socket.gethostname(),
            pid=os.getpid(),
            shares_hints=shares_hints,
            seen_at=timezone.now(),
        )


def leave(process_id: uuid.UUID) -> None:
    """The process ends."""
    ServerProcess.objects.filter(pk=process_id).delete()


def rivals(process_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Other processes that may be alive and cannot hear this one, with their beats; certainly dead ones are
    removed.

    Of two that start at the same moment only the later one has a rival.
    """
    me = ServerProcess.objects.get(pk=process_id)
    others = ServerProcess.objects.exclude(pk=process_id)
    for other in others:
        if _is_surely_dead(other):
            other.delete()
    return {
        other.pk: other.beats
        for other in others.all()
        if not (other.shares_hints and me.shares_hints)
        and (other.started_at, other.pk) < (me.started_at, me.pk)
    }


def _is_surely_dead(process: ServerProcess) -> bool:
    if process.host != socket.gethostname():
        return timezone.now() - process.seen_at > _STALE
    if process.pid == os.getpid():  # a container that was started anew
        return True
    with suppress(PermissionError):
        try:
            os.kill(process.pid, 0)
        except ProcessLookupError:
            return True
    return False


def check_alone(process_id: uuid.UUID, before: dict[uuid.UUID, int]) -> None:
    """Raise SecondServerError if a rival's beat went on since ``before``; forget those whose beat did not."""
    for other in ServerProcess.objects.filter(pk__in=before):
        if other.beats != before[other.pk]:
            leave(process_id)
            raise SecondServerError(
                _("Another server process is running (%(name)s). Several need Redis: set REDIS_URL.")
                % {"name": other}
            )
        other.delete()


def alive() -> list[ServerProcess]:
    """The processes whose last beat is recent."""
    return list(ServerProcess.objects.filter(seen_at__gte=timezone.now() - timedelta(seconds=15)))


def complaint() -> str:
    """What is wrong with the processes that run now, as a sentence, or nothing; for ``manage.py doctor``."""
    running = alive()
    if len(running) > 1 and not all(process.shares_hints for process in running):
        return _("%(count)s server processes are running, but not all of them use Redis.") % {
            "count": len(running)
        }
    return ""
