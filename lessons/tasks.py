"""Background work on plans; a task wraps a service."""

from django_tasks import task


@task(queue_name="imports")
def read_import(import_id: str) -> None:
    """Read an uploaded Word file within limits; harmless when run twice."""
    from lessons.services import imports  # the service enqueues this task

    imports.read_import(import_id)
