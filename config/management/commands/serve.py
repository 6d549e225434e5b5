"""``manage.py serve``: the production server."""

import os
import signal
import sys
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from typing_extensions import override

from config.serve import uvicorn_options


class Command(BaseCommand):
    """Serve pages and live documents with uvicorn (`PORT`, default 8000)."""

    help = "Serve the site."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument(
            "--prepare", action="store_true", help="first do what «prepare» does, in this very process"
        )
        parser.add_argument(
            "--workers", type=int, default=1, help="server processes; more than one need REDIS_URL"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        if options["workers"] > 1 and not settings.REDIS_URL:
            raise CommandError(
                "Several server processes need Redis: set REDIS_URL, or serve with one process."
            )
        if options["prepare"]:
            call_command("prepare")
            connections.close_all()
        # uvicorn shuts down in order and then raises the signal once more: asked to end, it has ended well.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        uvicorn.run(
            "config.asgi:application",
            host=options["host"],
            port=options["port"],
            workers=options["workers"],
            **uvicorn_options(),
        )
