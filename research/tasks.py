"""Background tasks; each may run twice and changes nothing the second time."""

from django_tasks import task


@task()
def send_reset_letter(email: str) -> bool:
    """Send the letter with which somebody sets a new password."""
    from research.services import letters  # a task is a leaf: its service imports it

    return letters.send_reset_letter(email)


@task()
def check_people_import(import_id: int) -> None:
    """Say of each row of a list what would become of it."""
    from research.services import imports  # a task is a leaf: its service imports it

    imports.check(import_id)


@task()
def run_people_import(import_id: int) -> None:
    """Write the rows of a checked list."""
    from research.services import imports  # a task is a leaf: its service imports it

    imports.run(import_id)
