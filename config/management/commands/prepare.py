"""``manage.py prepare``: make the installation ready to start; each step is skipped when there is nothing to do."""

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from typing_extensions import override

from config import welcome
from lessons.models import Textbook
from lessons.services import catalogue


def built_fingerprint() -> str:
    """What the collected static files were made from: the build's manifest and the installed packages."""
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    lock = settings.BASE_DIR / "requirements.lock"
    return hashlib.sha256(manifest.read_bytes() + lock.read_bytes()).hexdigest()


class Command(BaseCommand):
    help = "Migrate, fill in demo data on the first run, collect static files."

    @override
    def handle(self, *args: Any, **options: Any) -> None:
        settings.VAR.mkdir(parents=True, exist_ok=True)
        self.migrate()
        self.collect()
        if not Textbook.objects.exists():
            catalogue.load_shipped()
        if settings.DEMO and not get_user_model().objects.exists():
            self.stdout.write(_("▸ Filling in the sample data"))
            call_command("demo", verbosity=0)
        (settings.VAR / "welcome.txt").write_text(welcome.text(), encoding="utf-8")

    def migrate(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(_("▸ Setting up the database"))
            call_command("migrate", verbosity=0, interactive=False)

    def collect(self) -> None:
        stamp = settings.VAR / "stamps" / "static"
        fingerprint = built_fingerprint()
        if stamp.exists() and stamp.read_text() == fingerprint and settings.STATIC_ROOT.exists():
            return
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(fingerprint)
