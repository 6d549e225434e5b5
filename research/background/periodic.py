"""The regular jobs (定时任务). An app registers its own from ``AppConfig.ready``."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often, in one worker at a time; it may be killed and is then run again."""

    name: str
    every_seconds: int
    run: Callable[[], object]


_jobs: dict[str, Job] = {}


def register(name: str, *, every_seconds: int, run: Callable[[], object]) -> None:
    """Have ``run`` called about every ``every_seconds`` by one worker. Raises ValueError for a taken name."""
    if name in _jobs:
        raise ValueError(f"the regular job {name!r} is registered already")
    _jobs[name] = Job(name, every_seconds, run)


def jobs() -> list[Job]:
    """Every regular job, by name."""
    return sorted(_jobs.values(), key=lambda job: job.name)


def find(name: str) -> Job | None:
    """The job of that name, or None where its app is gone."""
    return _jobs.get(name)
