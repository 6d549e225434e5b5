"""Background work on plans; a task wraps a service."""

from django_tasks import task

from lessons.services import trash


@task()
def purge_trashed_plans() -> int:
    """Delete for good what has lain in the trash too long; harmless when run twice."""
    return trash.purge_trash()


@task(queue_name="imports")
def read_import(import_id: str) -> None:
    """Read an uploaded Word file within limits; harmless when run twice."""
    from lessons.services import imports  # the service enqueues this task

    imports.read_import(import_id)


@task()
def purge_imports() -> int:
    """Delete imports that nobody finished; harmless when run twice."""
    from lessons.services import imports  # the service enqueues tasks of this module

    return imports.purge_imports()
