"""Kill -9 of the process that drains the outbox: whatever it was doing, nothing is lost and nothing comes back."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.search.services.drainer import AT_ONCE, COUNT
from tests.servers import ROOT, environment, run_ours

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
KILLS = 3


class Yard:
    """A database and an index in a folder."""

    def __init__(self, folder: Path) -> None:
        self.own = {
            "VAR_DIR": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
            "LOG_LEVEL": "ERROR",
        }
        run_ours("manage.py", "migrate", "--verbosity", "0", **self.own)

    def do(self, doing: str) -> str:
        return run_ours("-m", "tests.search.services.drainer", doing, **self.own)

    def drain_and_kill(self, passes: int, then: float) -> None:
        """Let it finish some passes, and a part of the next."""
        command = [sys.executable, "-m", "tests.search.services.drainer", "drain"]
        with subprocess.Popen(
            command, cwd=ROOT, env=environment(**self.own), stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            for _ in range(passes):
                process.stdout.readline()
            time.sleep(then)
            process.kill()

    def state_after(self, doing: str) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.do(doing).splitlines()[-1])
        return found


def test_killed_worker_loses_nothing_and_brings_nothing_back(tmp_path: Path) -> None:
    dice = random.Random(11)  # noqa: S311 - the same moments each time, as nearly as a machine allows
    yard = Yard(tmp_path)
    right = {"waiting": 0, "not indexed": 0, "differs": False}

    yard.do("queue")
    for _ in range(KILLS):
        yard.drain_and_kill(dice.randint(1, 2), dice.uniform(0, 0.06))
    left = yard.state_after("look")
    assert left["waiting"]
    assert len(left["held"]) >= COUNT - left["waiting"]  # type: ignore[arg-type,operator]
    assert yard.state_after("drain") == right | {"held": list(range(COUNT))}

    gone = set(range(0, COUNT, 3))
    (tmp_path / "gone").write_text(" ".join(map(str, gone)), encoding="utf-8")
    yard.do("queue")
    for _ in range(KILLS):
        yard.drain_and_kill(dice.randint(1, 2), dice.uniform(0, 0.06))
    assert 0 < int(str(yard.state_after("look")["waiting"])) <= COUNT - AT_ONCE
    assert yard.state_after("drain") == right | {"held": [nth for nth in range(COUNT) if nth not in gone]}

    (tmp_path / "gone").unlink()
    yard.do("queue")
    yard.drain_and_kill(3, 0.03)
    assert yard.state_after("drain") == right | {"held": list(range(COUNT))}
