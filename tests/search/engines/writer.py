"""A process that writes to a Tantivy index and is killed by tests: ``python -m tests.search.engines.writer FOLDER DOING …``."""

import sys
import time
from pathlib import Path
from typing import Final

from search.analysis.version import Analyser
from search.engines.tantivy import TantivyEngine
from search.types import Entry

FINGERPRINT: Final = "of the tests"


def tokens(entry: Entry) -> dict[str, str]:
    """Words at blanks; enough for tests of processes, and it asks no database."""
    return {"title_w": " ".join(entry.title.split())}


def engine_in(folder: Path) -> TantivyEngine:
    return TantivyEngine(folder, analyser=lambda: Analyser(FINGERPRINT, tokens))


def entry(key: str, title: str = "plan", version: int = 1) -> Entry:
    return Entry("plan", key, version, title, frozenset({"all"}))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def write(folder: Path, prefix: str, count: int) -> None:
    """One commit an entry; each is acknowledged when it is committed."""
    engine = engine_in(folder)
    for nth in range(count):
        with engine.writing() as batch:
            batch.put(entry(f"{prefix}{nth}"))
        say(f"{prefix}{nth}")


def rebuild(folder: Path, prefix: str, count: int) -> None:
    """Put without end, until somebody ends the process."""
    with engine_in(folder).rebuilding() as batch:
        for nth in range(count):
            batch.put(entry(f"{prefix}{nth}"))
        say("filled")
        time.sleep(120)


def hold(folder: Path, prefix: str, count: int) -> None:
    """Hold the lock of writers."""
    with engine_in(folder)._generations.locked():  # what a batch does while it commits
        say("locked")
        time.sleep(120)


if __name__ == "__main__":
    doing = {"write": write, "rebuild": rebuild, "hold": hold}[sys.argv[2]]
    doing(Path(sys.argv[1]), sys.argv[3], int(sys.argv[4]))
