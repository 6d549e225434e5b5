"""A real Elasticsearch for tests, on a free port, shared by the processes of a run and thrown away after.

It is Elastic's own slim distribution, which Maven Central carries; it is fetched once and kept in ``var/cache``.
``SEARCH_TEST_URL`` names a running server to be used instead (it gets indexes of its own, which go away again).
Where a program is missing, the test is skipped and says what to install; with ``CI`` set that is a failure.
"""

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from tests.servers import PATIENCE, ROOT, program, wait_until

VERSION = "8.19.9"
"""What the tests always run on; it wants Java 17."""
NEWER_VERSION = "9.2.4"
"""Runs as well where a Java of 21 or newer is installed."""
_JAVA_LOWEST = {"8": 17, "9": 21}
_ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
_ACCOUNT = "nobody"
_JAVA_OPTIONS = "-Xms512m -Xmx512m -XX:TieredStopAtLevel=1"
"""It lives for a minute or two, in which the second compiler would cost more than it gives."""
_START_SECONDS = 180
"""Ten on a machine of its own."""


def java_home(version: str) -> Path | None:
    """The oldest installed Java that this Elasticsearch runs on."""
    found = [(number, home) for home in _java_homes() if (number := _java_version(home)) is not None]
    fit = sorted(one for one in found if one[0] >= _JAVA_LOWEST[version.partition(".")[0]])
    return fit[0][1] if fit else None


def java_for(version: str) -> Path:
    """The same; where there is none the test cannot run, which in CI is a failure. The newer server is a gift: Debian 12 has no
    Java that it runs on.
    """
    home = java_home(version)
    if home is None:
        lowest = _JAVA_LOWEST[version.partition(".")[0]]
        reason = f"no Java ≥ {lowest} is installed, so what needs Elasticsearch {version} was left out"
        reason += f" (apt install openjdk-{lowest}-jre-headless)"
        (pytest.fail if os.environ.get("CI") and version == VERSION else pytest.skip)(reason)
    return home


def _java_homes() -> Iterator[Path]:
    named = os.environ.get("JAVA_HOME")
    if named:
        yield Path(named)
    if binary := shutil.which("java"):
        yield Path(binary).resolve().parents[1]
    yield from sorted(path for path in Path("/usr/lib/jvm").glob("*") if not path.is_symlink())


def _java_version(home: Path) -> int | None:
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.exists():
        return None
    said = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
    return int(said[1]) if said else None


def archive(version: str) -> Path:
    """The distribution, fetched by Maven if it is not there yet; several test processes wait for one another."""
    folder = ROOT / "var" / "cache" / f"elasticsearch-{version}"
    wanted = folder / f"elasticsearch-{version}.zip"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        if not wanted.exists():
            _fetch(version, wanted)
    return wanted


def _fetch(version: str, wanted: Path) -> None:
    maven = program("mvn", "maven")
    with tempfile.TemporaryDirectory(dir=wanted.parent) as incoming:
        artifact = _ARTIFACT.format(version=version)
        command = [
            maven,
            "-q",
            "-B",
            "dependency:copy",
            f"-Dartifact={artifact}",
            f"-DoutputDirectory={incoming}",
        ]
        done = subprocess.run(command, cwd=incoming, check=False, capture_output=True, text=True)
        if done.returncode:
            reason = f"Elasticsearch {version} could not be fetched: {(done.stdout + done.stderr)[-2000:]}"
            (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
        (Path(incoming) / wanted.name).rename(wanted)


@dataclass
class Elasticsearch:
    """One server of one node in a folder of its own; it refuses to run as root, so root lends it to ``nobody``.

    It chooses its port when it first starts, for what was free before its twenty seconds of starting need not be so after, and
    keeps it from then on.
    """

    folder: Path
    version: str = VERSION
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def _home(self) -> Path:
        return self.folder / f"elasticsearch-{self.version}"

    @property
    def _log(self) -> Path:
        return self.folder / "output.log"

    @property
    def _ports(self) -> Path:
        """Where it writes down its addresses, one a line."""
        return self.folder / "logs" / "http.ports"

    def unpack(self) -> None:
        """Where its account may read and write, whoever may enter the clone."""
        with zipfile.ZipFile(archive(self.version)) as packed:
            packed.extractall(self.folder)
        (self.folder / "tmp").mkdir()
        if os.geteuid() == 0:
            account = pwd.getpwnam(_ACCOUNT)
            for path in [self.folder, *self.folder.rglob("*")]:
                os.chown(path, account.pw_uid, account.pw_gid)

    def start(self) -> None:
        """Start it and wait until it takes indexes."""
        home = java_for(self.version)
        self._ports.unlink(missing_ok=True)
        own = {
            "ES_JAVA_HOME": str(home),
            "ES_JAVA_OPTS": _JAVA_OPTIONS,
            "ES_TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder),
        }
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        # Whose programs are in a folder of their own may forbid it to other accounts.
        kept["PATH"] = f"{kept.get('PATH', '')}{os.pathsep}{os.defpath}".lstrip(os.pathsep)
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                self._command(),
                cwd=self._home,
                env=kept | own,
                user=_ACCOUNT if os.geteuid() == 0 else None,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                stdout=out,
                stderr=out,
            )
        wait_until(self._answers, process=self.process, log=self._log, seconds=_START_SECONDS)

    def _command(self) -> Sequence[str]:
        options = {
            "discovery.type": "single-node",
            "xpack.security.enabled": "false",
            "http.host": "127.0.0.1",
            "transport.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": 0,
            "node.portsfile": "true",
            "path.data": self.folder / "data",
            "path.logs": self.folder / "logs",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        }
        if not self.version.startswith("8."):
            options["xpack.ml.enabled"] = "false"  # its native part is not in this distribution
        flags = [part for name, value in options.items() for part in ("-E", f"{name}={value}")]
        return ["bash", str(self._home / "bin" / "elasticsearch"), *flags]

    def _answers(self) -> bool:
        if not self._ports.exists() or not (said := self._ports.read_text(encoding="ascii").split()):
            return False
        self.port = int(said[0].rpartition(":")[2])
        return answers(self.port)

    def kill(self) -> None:
        """A power cut: for the launcher, and for the server, which is its child."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """The launcher passes it on and waits."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=60)


def answers(port: int) -> bool:
    """Whether a server takes indexes there."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_cluster/health", timeout=5) as said:
            return json.load(said)["status"] in {"green", "yellow"}
    except OSError:
        return False


@contextmanager
def elasticsearch_server(shared: Path, version: str = VERSION) -> Iterator[str]:
    """The address of an Elasticsearch for the time of the block (共用服务器).

    All test processes of a run name the same folder ``shared`` and share one server: the first that needs it starts it, the last
    that needs it ends it. Who uses it holds a lock, which the system takes away from a process that dies.
    """
    if given := os.environ.get("SEARCH_TEST_URL"):
        yield given
        return
    java_for(version)
    one_at_a_time = FileLock(shared / f"elasticsearch-{version}.lock")
    running = shared / f"elasticsearch-{version}.json"
    with (shared / f"elasticsearch-{version}.users").open("a") as users:
        with one_at_a_time:
            fcntl.flock(users, fcntl.LOCK_SH)
            port = _running(running) or _started(running, version)
        yield f"http://127.0.0.1:{port}"
        with one_at_a_time:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # others use it still
            _end(running)


def _running(running: Path) -> int | None:
    if not running.exists():
        return None
    port: int = json.loads(running.read_text(encoding="utf-8"))["port"]
    return port if answers(port) else None


_children: list[Elasticsearch] = []
"""What this process started, and another one may end."""


def _started(running: Path, version: str) -> int:
    folder = Path(tempfile.mkdtemp(prefix="elasticsearch-"))
    server = Elasticsearch(folder, version)
    try:
        server.unpack()
        server.start()
    except BaseException:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        raise
    assert server.process is not None
    _children.append(server)
    about = {"port": server.port, "pid": server.process.pid, "folder": str(folder)}
    running.write_text(json.dumps(about), encoding="utf-8")
    return server.port


def _end(running: Path) -> None:
    """SIGTERM to the launcher, which is perhaps the child of another test process."""
    about = json.loads(running.read_text(encoding="utf-8"))
    running.unlink()
    with suppress(ProcessLookupError):
        os.kill(about["pid"], signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while answers(about["port"]) and time.monotonic() < deadline:
        time.sleep(0.1)
    shutil.rmtree(about["folder"], ignore_errors=True)
