"""Kill -9 of the process that drains the outbox: whatever it was doing, nothing is lost and nothing comes back."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.search.services.drainer import AT_ONCE, COUNT
from tests.servers import ROOT, environment, run_ours

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


class Yard:
    """A database and an index in a folder."""

    def __init__(self, folder: Path) -> None:
        self.own = {
            "VAR_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "LOG_LEVEL": "ERROR",
        }
        run_ours("manage.py", "migrate", "--verbosity", "0", **self.own)

    def drain_and_kill(self, doing: str, passes: int, then: float) -> None:
        """Let it finish some passes, and a part of the next."""
        command = [sys.executable, "-m", "tests.search.services.drainer", doing]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(**self.own), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(passes):
                assert process.stdout.readline() == f"{AT_ONCE}\n"
            time.sleep(then)
            process.kill()
        assert process.returncode == -signal.SIGKILL

    def drain(self) -> dict[str, object]:
        """To the end; how all stands then."""
        said = run_ours("-m", "tests.search.services.drainer", "drain", **self.own)
        found: dict[str, object] = json.loads(said.splitlines()[-1])
        return found


def test_killed_worker_loses_nothing_and_brings_nothing_back(tmp_path: Path) -> None:
    dice = random.Random(11)  # noqa: S311 - the same moments each time, as nearly as a machine allows
    yard = Yard(tmp_path)
    right = {"waiting": 0, "not indexed": 0, "differs": False}
    gone = set(range(0, COUNT, 3))
    for missing in (set[int](), gone, set[int]()):
        (tmp_path / "gone").write_text(" ".join(map(str, missing)), encoding="utf-8")
        for doing in ("queue and drain", "drain", "drain"):
            yard.drain_and_kill(doing, dice.randint(1, 2), dice.uniform(0, 0.06))

        assert yard.drain() == right | {"held": [nth for nth in range(COUNT) if nth not in missing]}
