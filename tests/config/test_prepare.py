"""``manage.py prepare``: what is there stays, what changed is noticed."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from pytest_django import Settings

from config.management.commands import prepare
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def called(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that ``prepare`` calls, in an installation that was prepared a moment ago."""
    called: list[str] = []
    settings.BASE_DIR = settings.VAR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    settings.DEMO = True
    settings.DJANGO_VITE = {"default": {"manifest_path": tmp_path / "manifest.json"}}
    for name in ("manifest.json", "requirements.lock"):
        (tmp_path / name).write_text("as it was")
    monkeypatch.setattr(prepare, "call_command", lambda name, **_: called.append(name))
    call_command("prepare")
    assert called == ["collectstatic", "demo"]
    PersonFactory.create()
    called.clear()
    return called


class TestAgain:
    def test_nothing_changed(self, called: list[str]) -> None:
        call_command("prepare")

        assert called == []

    @pytest.mark.parametrize("name", ["manifest.json", "requirements.lock"])
    def test_what_static_files_are_made_of_changed(
        self, called: list[str], tmp_path: Path, name: str
    ) -> None:
        (tmp_path / name).write_text("changed")

        call_command("prepare")

        assert called == ["collectstatic"]

    def test_static_files_were_thrown_away(self, called: list[str], settings: Settings) -> None:
        settings.STATIC_ROOT.rmdir()

        call_command("prepare")

        assert called == ["collectstatic"]

    def test_a_migration_that_the_database_has_not_seen(self, called: list[str]) -> None:
        """The database is asked, not a stamp: it may be another one, or come back from a backup."""
        latest = max(name for app, name in MigrationLoader(connection).applied_migrations if app == "lessons")
        MigrationRecorder(connection).record_unapplied("lessons", latest)

        call_command("prepare")

        assert called == ["migrate"]
