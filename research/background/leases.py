"""Run each regular job when it is due, in one worker at a time."""

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from research.background import beats, periodic
from research.models import PeriodicRun

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)


def write_down() -> None:
    """A row for each registered job; a new one is due at once."""
    known = set(PeriodicRun.objects.values_list("name", flat=True))
    fresh = [
        PeriodicRun(name=job.name, due_at=timezone.now()) for job in periodic.jobs() if job.name not in known
    ]
    PeriodicRun.objects.bulk_create(fresh, ignore_conflicts=True)


def due_names() -> list[str]:
    """Jobs that are due and that nobody holds."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return list(PeriodicRun.objects.filter(free, due_at__lte=now).values_list("name", flat=True))


def take(name: str, *, worker: str) -> bool:
    """Lease a due job to this worker; False where another was quicker."""
    now = timezone.now()
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    taken = PeriodicRun.objects.filter(free, name=name, due_at__lte=now)
    return bool(taken.update(holder=worker, leased_until=now + LEASE))


def extend(*, worker: str) -> int:
    """A living worker keeps what it holds, however long the job takes."""
    return PeriodicRun.objects.filter(holder=worker).update(leased_until=timezone.now() + LEASE)


def release_of_the_dead() -> int:
    """Give back what dead workers held, so that the next one need not wait for the lease to end."""
    held = PeriodicRun.objects.exclude(holder="").exclude(holder__in=beats.living())
    return held.update(holder="", leased_until=None)


def run_due(*, worker: str) -> list[str]:
    """Run what is due; the names of what ran here. A job that failed is due again at its next time."""
    ran = []
    for name in due_names():
        job = periodic.find(name)
        if job is not None and take(name, worker=worker):
            finish(job, worker=worker, fault=attempt(job))
            ran.append(name)
    return ran


def attempt(job: periodic.Job) -> str:
    """Run a job; what went wrong, or nothing."""
    try:
        job.run()
    except (
        BaseException
    ) as fault:  # a panic in Rust is none of Exception, and must not end the worker's thread
        logger.exception("the regular job %s failed", job.name)
        return f"{type(fault).__name__}: {fault}"[:2000]
    return ""


def finish(job: periodic.Job, *, worker: str, fault: str) -> None:
    """Give the lease back and say when the job is due again."""
    now = timezone.now()
    PeriodicRun.objects.filter(name=job.name, holder=worker).update(
        holder="",
        leased_until=None,
        finished_at=now,
        fault=fault,
        due_at=now + timedelta(seconds=job.every_seconds),
    )
