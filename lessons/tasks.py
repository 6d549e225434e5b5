"""Background work on plans; a task wraps a service."""

from django_tasks import task

from lessons.services import trash


@task()
def purge_trashed_plans() -> int:
    """Delete for good what has lain in the trash too long; harmless when run twice."""
    return trash.purge_trash()
