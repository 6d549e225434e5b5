"""Files that tests keep lie in a folder of the test's own."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Settings, tmp_path: Path) -> None:
    stored = {
        **settings.STORAGES["default"],
        "OPTIONS": {"location": str(tmp_path / "media"), "base_url": None},
    }
    settings.STORAGES = {**settings.STORAGES, "default": stored}
