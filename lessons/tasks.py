"""Background work on plans; a task wraps a service."""

from django_tasks import task


@task(queue_name="imports")
def read_import(import_id: str) -> None:
    """Read an uploaded Word file within limits; harmless when run twice."""
    from lessons.services import imports  # the service enqueues this task

    imports.read_import(import_id)


@task(queue_name="imports")
def read_attachment(attachment_id: int) -> None:
    """Read the text of a file of a plan for the search; harmless when run twice."""
    from lessons.services import attachment_texts  # the service enqueues this task

    attachment_texts.read_text(attachment_id)
