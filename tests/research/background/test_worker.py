"""Real worker processes on a database of their own: killed, stopped, several at once."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from research.background.worker import Worker

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 60
ENQUEUE = (
    "from tests.research.background import slow_tasks as s; import sys; "
    "[s.wait_for_file.enqueue(sys.argv[1]) for _ in range(int(sys.argv[2]))]"
)


class Yard:
    """A database in a folder, and the workers that were started on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workers: list[subprocess.Popen[bytes]] = []
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "REDIS_"))}
        self.environment = kept | {"VAR_DIR": str(folder), "LOG_LEVEL": "CRITICAL", "PYTHONPATH": str(ROOT)}

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True)

    def enqueue(self, count: int) -> None:
        script = f"import django; django.setup(); {ENQUEUE}"
        command = [sys.executable, "-c", script, str(self.folder), str(count)]
        variables = self.environment | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run(command, cwd=ROOT, env=variables, check=True)

    def start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([sys.executable, "manage.py", "worker"], cwd=ROOT, env=self.environment)
        self.workers.append(worker)
        return worker

    def marks(self, word: str) -> list[str]:
        """Which processes began, or ended, the task."""
        path = self.folder / "marks"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line.split()[1] for line in lines if line.startswith(word)]

    def states(self) -> list[str]:
        with sqlite3.connect(self.folder / "jiaoyan.sqlite3") as database:
            rows = database.execute(f"SELECT status FROM {DBTaskResult._meta.db_table}")  # noqa: S608 - our table
            return [row[0] for row in rows]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database, made once."""
    folder = tmp_path_factory.mktemp("migrated")
    Yard(folder).manage("migrate", "--verbosity", "0")
    return folder


@pytest.fixture
def yard(migrated: Path, tmp_path: Path) -> Iterator[Yard]:
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    yard = Yard(tmp_path)
    yield yard
    for worker in yard.workers:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def test_the_task_of_a_killed_worker_is_run_by_the_next_one(yard: Yard) -> None:
    yard.enqueue(1)
    first = yard.start()
    until(lambda: len(yard.marks("began")) == 1)
    first.kill()
    first.wait()
    assert yard.states() == ["RUNNING"]

    (yard.folder / "go").touch()
    second = yard.start()
    until(lambda: yard.states() == ["SUCCESSFUL"])

    assert yard.marks("began") == [str(first.pid), str(second.pid)]
    assert yard.marks("ended") == [str(second.pid)]


def test_a_stopped_worker_finishes_its_task_and_goes_in_good_order(yard: Yard) -> None:
    yard.enqueue(1)
    worker = yard.start()
    until(lambda: len(yard.marks("began")) == 1)

    worker.send_signal(signal.SIGTERM)
    (yard.folder / "go").touch()

    assert worker.wait(timeout=PATIENCE_SECONDS) == 0
    assert yard.states() == ["SUCCESSFUL"]
    assert yard.marks("ended") == [str(worker.pid)]


def test_two_workers_share_the_tasks_and_run_none_twice(yard: Yard) -> None:
    (yard.folder / "go").touch()
    yard.enqueue(20)

    yard.start()
    yard.start()
    until(lambda: yard.states() == ["SUCCESSFUL"] * 20)

    assert len(yard.marks("began")) == len(yard.marks("ended")) == 20


def test_a_thread_of_the_worker_keeps_its_connection_and_gives_it_back(transactional_db: None) -> None:
    """Opening one for each turn would cost more than the turns."""
    worker = Worker()
    used: list[object] = []

    def turn() -> bool:
        connection.ensure_connection()
        used.append(connection.connection)
        if len(used) > 2:
            worker.stop()
        return True

    def work() -> None:
        worker.loop(turn, 0)
        used.append(connection.connection)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(PATIENCE_SECONDS)

    first, second, third, after = used
    assert first is second
    assert second is third
    assert (first is None, after) == (False, None)
