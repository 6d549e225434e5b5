"""Real servers for tests: Redis, PostgreSQL, and the site itself as a process, each on a free port and thrown
away after.

Where a program is missing, the test is skipped and says what to install; with ``CI`` set that is a failure.
"""

import getpass
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def program(name: str, package: str, *places: str) -> str:
    """The path of a program; without it the test cannot run, which is said and, in CI, is a failure."""
    found = shutil.which(name) or next((str(path) for place in places for path in _newest(place, name)), None)
    if found is None:
        reason = f"{name} is not installed, so what needs it was left out (apt install {package})"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


def _newest(place: str, name: str) -> list[Path]:
    return sorted(Path("/").glob(f"{place.lstrip('/')}/{name}"), reverse=True)


def wait_until(
    ready: Callable[[], bool], *, process: "subprocess.Popen[bytes]", log: Path, seconds: float = PATIENCE
) -> None:
    """Wait for a server to answer; what it wrote is the message when it does not."""
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")[-4000:])
        time.sleep(0.05)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# --- Redis --------------------------------------------------------------------------------------------------


@dataclass
class Redis:
    """One Redis server without persistence."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        binary = program("redis-server", "redis-server")
        log = self.folder / "redis.log"
        command = [
            binary,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out)
        wait_until(lambda: listens(self.port), process=self.process, log=log)

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait until the port is free."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
            self.process.wait()


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A Redis for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="redis-") as folder:
        redis = Redis(Path(folder))
        redis.start()
        try:
            yield redis
        finally:
            redis.stop()


# --- PostgreSQL ---------------------------------------------------------------------------------------------


@dataclass
class Postgres:
    """One PostgreSQL cluster in a folder of its own; it refuses to run as root, so root lends it to
    ``postgres``.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://tester@127.0.0.1:{self.port}/{database}"

    @property
    def _account(self) -> str:
        return "postgres" if os.geteuid() == 0 else getpass.getuser()

    def _popen(self, command: Sequence[str], log: Path) -> "subprocess.Popen[bytes]":
        with log.open("ab") as out:
            return subprocess.Popen(command, user=self._account, cwd=self.folder, stdout=out, stderr=out)

    @staticmethod
    def _program(name: str) -> str:
        """Where the program itself lies: a link to it may stand in a folder that only we may enter."""
        return str(Path(program(name, "postgresql", "/usr/lib/postgresql/*/bin")).resolve())

    def create(self) -> None:
        """Make the cluster."""
        binary = self._program("initdb")
        account = pwd.getpwnam(self._account)
        if os.geteuid() == 0:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        command = [
            binary,
            "-D",
            str(self.folder / "data"),
            "-U",
            "tester",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        log = self.folder.parent / f"{self.folder.name}-initdb.log"
        if self._popen([*command, "--locale=C.UTF-8"], log).wait():
            raise RuntimeError(log.read_text(encoding="utf-8"))
        log.unlink()

    def start(self) -> None:
        binary = self._program("postgres")
        log = self.folder.parent / f"{self.folder.name}.log"
        options = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": self.folder}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = self._popen([binary, "-D", str(self.folder / "data"), *flags], log)
        wait_until(self._answers, process=self.process, log=log)

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def run(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement outside any transaction; its rows."""
        import psycopg

        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self, how: int = signal.SIGINT) -> None:
        """SIGINT is PostgreSQL's fast stop, SIGKILL a crash (of the head process; its children follow)."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait()


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL for the time of the block."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = Postgres(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / f"{folder.name}.log").unlink(missing_ok=True)


# --- the site -----------------------------------------------------------------------------------------------

SECRET_KEY = "the-tests-own-key-which-protects-nothing"


def environment(**own: str) -> dict[str, str]:
    """The environment of a process of ours: nothing of the test run's own databases."""
    foreign = ("DATABASE_", "REDIS_", "PYTEST_", "REALTIME", "DJANGO_", "SECRET_KEY", "VAR_DIR")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"SECRET_KEY": SECRET_KEY, "DJANGO_SETTINGS_MODULE": "tests.desk.settings"} | own


def run_ours(*arguments: str, **own: str) -> str:
    """Run a Python program of ours to its end; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(**own),
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


def run_node(script: Path, *arguments: object) -> Any:
    """Run a script of the tests in Node; what it printed, as JSON."""
    node = program("node", "nodejs")
    if not (ROOT / "node_modules" / "yjs").is_dir():
        reason = "the npm packages are not installed, so what compares with Yjs was left out (npm ci)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    command = [node, str(script), *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@dataclass
class SiteProcess:
    """The site as its own process, started as in production (``manage.py serve``)."""

    folder: Path
    database_url: str
    redis_url: str = ""
    realtime: Mapping[str, float] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def _log(self) -> Path:
        return self.folder / f"site-{self.port}.log"

    @property
    def log(self) -> str:
        """What the process wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def launch(self) -> "subprocess.Popen[bytes]":
        """Start it and do not wait."""
        own = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "REALTIME": json.dumps(dict(self.realtime)),
            "VAR_DIR": str(self.folder),
            "LOG_LEVEL": "WARNING",
        }
        (self.folder / "static").mkdir(exist_ok=True)
        command = [sys.executable, "manage.py", "serve", "--port", str(self.port)]
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment(**own), stdout=out, stderr=out)
        return self.process

    def start(self) -> None:
        """Start it and wait until it answers."""
        wait_until(self._answers, process=self.launch(), log=self._log)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/accounts/login/", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it answers, whatever it says
        except OSError:
            return False

    def kill(self) -> None:
        """SIGKILL: a power cut for the process."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def terminate(self) -> int:
        """SIGTERM, and wait; the exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=60)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.terminate()

    def rss(self) -> int:
        """Bytes of memory the process holds."""
        assert self.process is not None
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def cpu_seconds(self) -> float:
        """CPU time the process has used, all threads."""
        assert self.process is not None
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Prepared:
    """A database with people and notes (``tests.desk.prepare``), to be copied; and the people's session
    cookies.
    """

    source: str
    cookies: Mapping[str, str]

    def copy(self, folder: Path) -> str:
        """A fresh SQLite database like it; its address."""
        target = folder / "site.sqlite3"
        shutil.copyfile(self.source, target)
        return f"sqlite:///{target}"

    def copy_in(self, postgres: Postgres, name: str) -> str:
        """A fresh database like it in PostgreSQL; its address."""
        postgres.run(f"CREATE DATABASE {name} TEMPLATE {urlsplit(self.source).path[1:]}")
        return postgres.url(name)


def prepare(database_url: str, folder: Path) -> Mapping[str, str]:
    """Migrate a database and fill it; the cookies."""
    own = {"DATABASE_URL": database_url, "VAR_DIR": str(folder)}
    run_ours("manage.py", "migrate", "--verbosity", "0", **own)
    cookies: dict[str, str] = json.loads(run_ours("-m", "tests.desk.prepare", **own))
    return cookies


def prepare_sqlite(folder: Path) -> Prepared:
    """A filled SQLite file in that folder."""
    source = folder / "prepared.sqlite3"
    cookies = prepare(f"sqlite:///{source}", folder)
    run_ours(
        "-c", f"import sqlite3; sqlite3.connect({str(source)!r}).execute('PRAGMA wal_checkpoint(TRUNCATE)')"
    )
    return Prepared(str(source), cookies)


def prepare_postgres(postgres: Postgres, folder: Path) -> Prepared:
    """A filled database in that PostgreSQL."""
    postgres.run("CREATE DATABASE prepared")
    return Prepared(postgres.url("prepared"), prepare(postgres.url("prepared"), folder))
