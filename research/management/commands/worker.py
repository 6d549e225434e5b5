"""``manage.py worker``: do the background work until a signal comes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from typing_extensions import override

from research.background.worker import Worker


class Command(BaseCommand):
    """Runs tasks and regular jobs; several may run beside each other."""

    help = "Do the background work: tasks and regular jobs."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--threads", type=int, default=2, help="tasks at the same time (default 2)")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        worker = Worker(threads=options["threads"])
        worker.listen_to_signals()
        worker.run()
