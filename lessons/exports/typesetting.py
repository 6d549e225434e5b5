"""Typst in a process of its own: it sees one folder, has few seconds and little memory, and may die alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from django.conf import settings

SECONDS: Final = 20
MEMORY: Final = 2 * 2**30
_WORKER: Final = Path(__file__).with_name("typesetter.py")
_RARE: Final = Path(__file__).with_name("fonts")
_two_at_once: Final = threading.BoundedSemaphore(2)


class TypesettingError(Exception):
    """The PDF could not be made; ``final`` where another try would end alike."""

    def __init__(self, message: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.final = final


@dataclass(frozen=True, slots=True)
class Manuscript:
    """Typst's source and the files that it names, as ``/<name>``."""

    source: str
    files: Mapping[str, bytes] = field(default_factory=dict)


def font_folders() -> list[str]:
    """Where Noto Serif SC and Noto Sans SC, regular and bold, and the rare characters are."""
    packages = Path(settings.BASE_DIR) / "node_modules" / "@expo-google-fonts"
    families = ("noto-serif-sc", "noto-sans-sc")
    weights = ("400Regular", "700Bold")
    return [str(packages / family / weight) for family in families for weight in weights] + [str(_RARE)]


def missing_fonts() -> list[str]:
    """The folders of fonts that are not there; without them a PDF would show empty boxes."""
    return [folder for folder in font_folders() if not any(Path(folder).glob("*.ttf"))]


def typeset(manuscript: Manuscript) -> bytes:
    """The PDF of a manuscript. Raises TypesettingError."""
    if absent := missing_fonts():
        raise TypesettingError(f"fonts are missing: {', '.join(absent)}", final=True)
    with tempfile.TemporaryDirectory(prefix="typeset-") as name:
        folder = Path(name)
        (folder / "main.typ").write_text(manuscript.source, encoding="utf-8")
        for file, data in manuscript.files.items():
            (folder / file).write_bytes(data)
        with _two_at_once:
            _run(folder)
        return (folder / "main.pdf").read_bytes()


def _run(folder: Path) -> None:
    order = {"folder": str(folder), "fonts": font_folders(), "seconds": SECONDS, "memory": MEMORY}
    try:
        done = subprocess.run(  # noqa: S603 -- our own file, no argument from outside
            [sys.executable, "-I", str(_WORKER)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=SECONDS + 5,
            check=False,
            cwd=folder,
            env={"HOME": str(folder), "PATH": ""},
        )
    except subprocess.TimeoutExpired as error:
        raise TypesettingError("typesetting took too long", final=True) from error
    if done.returncode:
        killed = done.returncode < 0
        raise TypesettingError(done.stderr.decode(errors="replace")[-2000:], final=killed)
