"""What every process of the site loads when it starts: each of them waits for it and carries it in memory."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Half a second and 40 MB for pinyin alone, a second for Twisted; few processes ever need one of them.
HEAVY = {
    "docx", "elasticsearch", "fontTools", "latex2mathml", "openpyxl", "pypdf", "pypinyin", "rjieba", "tantivy",
    "twisted", "typst",
}  # fmt: skip


def loaded_by(program: str, *arguments: str) -> set[str]:
    """The packages that a process of its own has loaded when the program is through."""
    program = f"import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; {program}"
    program += "; print(*{name.partition('.')[0] for name in sys.modules})"
    return set(
        subprocess.check_output(
            [sys.executable, "-W", "ignore", "-c", program, *arguments], cwd=ROOT, text=True
        ).split()
    )


@pytest.mark.parametrize(
    "program",
    [
        "import config.asgi, config.urls, config.management.commands.serve",
        "import django; django.setup(); import research.management.commands.worker",
        "import django; django.setup(); import config.management.commands.prepare",
    ],
    ids=["serve", "worker", "prepare"],
)
def test_a_start_loads_nothing_heavy(program: str) -> None:
    loaded = loaded_by(program)

    assert "lessons" in loaded
    assert loaded & HEAVY == set()


def test_runserver_brings_the_development_server() -> None:
    assert "twisted" in loaded_by("import django; django.setup()", "runserver")
