"""The front door: what ``make`` calls. Standard library only, for it runs before anything is installed.

``python3 deploy/front_door.py run|test|check|fmt|e2e|bench|lock|env``. Everything it makes stays inside the clone:
``.venv`` (locked Python packages, and Node where the machine has none), ``node_modules``, ``frontend/built``, ``var``.
Each step leaves a stamp with a hash of what it was made from, so that the next start skips it.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMPS = ROOT / "var" / "stamps"
LOWEST = (3, 11)
NODE_LOWEST = 20
NODE_OF_PEERS = 22  # what the benchmarks compare with asks for


class Stop(Exception):  # noqa: N818 - the end of the road, with a sentence for the person at the keyboard
    """The front door cannot go on; the text says what to do."""


def say(text: str) -> None:
    print(f"\033[1m▸ {text}\033[0m" if sys.stdout.isatty() else f"▸ {text}", flush=True)


def environment() -> dict[str, str]:
    """This shell's variables, with the clone's own programs first on the path.

    Python may keep what it compiled, even where images for containers forbid it to the shell: else each process of each
    start compiles the whole site anew.
    """
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {"PATH": path, "PYTHONDONTWRITEBYTECODE": ""}


def call(*command: str | Path) -> None:
    """Run a command in the clone and show what it prints."""
    line = [str(part) for part in command]
    code = subprocess.run(line, cwd=ROOT, env=environment(), check=False).returncode
    if code:
        raise Stop(f"失败 · failed ({code}): {' '.join(line)}")


def call_quietly(*command: str | Path) -> None:
    """Run a command in the clone; what it prints is shown only when it fails."""
    line = [str(part) for part in command]
    done = subprocess.run(
        line,
        cwd=ROOT,
        env=environment(),
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        print(done.stdout)
        raise Stop(f"失败 · failed ({done.returncode}): {' '.join(line)}")


def hash_of(paths: Iterable[Path], *, extra: str = "") -> str:
    """One hash over the names and contents of files."""
    digest = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_fresh(name: str, fingerprint: str) -> bool:
    stamp = STAMPS / name
    return stamp.exists() and stamp.read_text() == fingerprint


def leave_stamp(name: str, fingerprint: str) -> None:
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / name).write_text(fingerprint)


# --- Python ---------------------------------------------------------------------------------------------------


def make_venv() -> None:
    """A virtual environment in the clone, or a plain sentence about what Debian leaves out.

    Raises Stop where Python is too old or lacks ``venv``.
    """
    if PYTHON.exists():
        return
    version = sys.version.split()[0]
    if sys.version_info < LOWEST:
        raise Stop(
            f"需要 Python ≥ 3.11，现在是 {version}。请安装后用 make run PYTHON=python3.11 再试。\n"
            f"Python ≥ 3.11 is needed, this is {version}. Install it, then: make run PYTHON=python3.11"
        )
    say("建立 Python 环境 · making the Python environment")
    try:
        import ensurepip  # noqa: F401 - its absence is how Debian's python3 without python3-venv shows
        import venv
    except ModuleNotFoundError:
        package = f"python3.{sys.version_info[1]}-venv"
        raise Stop(
            f"这台机器的 Python 缺少 venv 模块。请先执行：sudo apt install {package}，再重试。\n"
            f"This Python lacks the venv module. Run: sudo apt install {package}, then try again."
        ) from None
    venv.create(VENV, with_pip=True, symlinks=os.name != "nt")


def install(lock_file: str) -> None:
    """The packages of a lock file, each checked by its hash."""
    make_venv()
    fingerprint = hash_of([ROOT / lock_file], extra=f"{sys.version_info[:2]} {VENV.resolve()}")
    if is_fresh(lock_file, fingerprint):
        return
    say(f"安装 Python 依赖 · installing Python packages ({lock_file})")
    pip: list[str | Path] = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-deps",
        "--require-hashes",
    ]
    call_quietly(*pip, "-r", lock_file)
    leave_stamp(lock_file, fingerprint)


# --- front end ------------------------------------------------------------------------------------------------


def has_node(lowest: int = NODE_LOWEST) -> bool:
    """Whether a Node that is new enough, with npm, is on the path (the clone's own included)."""
    path = environment()["PATH"]
    node = shutil.which("node", path=path)
    if not node or not shutil.which("npm", path=path):
        return False
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= lowest


def npm(*arguments: str) -> tuple[str, ...]:
    """A command line of npm: the machine's, or the one that a Python package brings into the clone."""
    if not has_node():
        say("这台机器没有 Node，装一份到 .venv · no Node here, putting one into .venv")
        install("requirements-node.lock")
    return (shutil.which("npm", path=environment()["PATH"]) or "npm", *arguments)


def front_end_sources() -> list[Path]:
    """What the front-end build reads."""
    shared = ["package-lock.json", "realtime/prose/schema.json", "locale/zh_Hans/LC_MESSAGES/djangojs.po"]
    folders = [ROOT / "frontend", *ROOT.glob("*/client")]
    found = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    built = ROOT / "frontend" / "built"
    return [ROOT / name for name in shared] + [
        p for p in found if built not in p.parents and ".test." not in p.name
    ]


def build_front_end() -> None:
    """Npm packages as locked, message catalogues, then Vite."""
    fingerprint = hash_of([ROOT / "package-lock.json"])
    if not is_fresh("npm", fingerprint) or not (ROOT / "node_modules").exists():
        line = npm("ci", "--no-audit", "--no-fund")
        say("安装前端依赖 · installing front-end packages")
        call_quietly(*line)
        leave_stamp("npm", fingerprint)
    catalogues = hash_of((ROOT / "locale").rglob("*.po"))
    if not is_fresh("messages", catalogues):
        call_quietly(PYTHON, "-m", "config.messages", "compile")
        leave_stamp("messages", catalogues)
    fingerprint = hash_of(front_end_sources())
    if not is_fresh("front-end", fingerprint) or not (ROOT / "frontend/built/.vite/manifest.json").exists():
        say("构建前端 · building the front end")
        call_quietly(*npm("run", "build"))
        leave_stamp("front-end", fingerprint)


# --- run ------------------------------------------------------------------------------------------------------


def free_port(wanted: int) -> int:
    """``wanted``, or the next port after it that nobody listens on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise Stop(
        f"端口 {wanted}–{wanted + 99} 都被占用，请用 PORT=9000 make run 再试。All these ports are taken."
    )


def run() -> int:
    """Everything a newcomer needs, then the server and the worker until Ctrl+C."""
    began = time.monotonic()
    install("requirements.lock")
    build_front_end()
    port = free_port(int(os.environ.get("PORT", "8000")))
    variables = environment() | {"PORT": str(port)}
    variables.setdefault("SITE_URL", f"http://localhost:{port}")
    return keep(variables, port=port, began=began)


def start(*arguments: str, variables: dict[str, str]) -> subprocess.Popen[bytes]:
    """One of the site's own processes."""
    command: list[str | Path] = [PYTHON, "manage.py", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=variables, start_new_session=True)


def keep(variables: dict[str, str], *, port: int, began: float) -> int:
    """The server, and the worker once the site answers, until one of them ends or a signal comes.

    The server prepares the installation itself: it asks the database every time, and a second process would import
    everything once more. The worker needs that done, and would only slow the first page down.
    """
    stopping: list[bool] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    processes = [start("serve", "--prepare", variables=variables)]
    while not stopping and all(process.poll() is None for process in processes):
        if len(processes) == 1 and answers(port):
            welcome(port, seconds=time.monotonic() - began)
            processes.append(start("worker", variables=variables))
        time.sleep(0.1)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    codes = [process.wait() for process in processes]
    return 0 if stopping else max(abs(code) for code in codes)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def welcome(port: int, *, seconds: float) -> None:
    """The address, the demo accounts and what to try (written by ``manage.py prepare``)."""
    hints = ROOT / "var" / "welcome.txt"
    print(f"\n  吕梁教研已启动（{seconds:.1f} 秒）· ready: http://localhost:{port}\n")
    if hints.exists():
        print(hints.read_text(encoding="utf-8"))
    print("  按 Ctrl+C 停止 · Ctrl+C stops", flush=True)


# --- quality --------------------------------------------------------------------------------------------------


def ready() -> None:
    """What tests and checks need."""
    install("requirements-dev.lock")
    build_front_end()


def test(arguments: list[str]) -> int:
    """Every test this machine can run; the run itself says what it cannot, and under CI=true that is a failure.

    First the front end's, then all on PostgreSQL and Redis that need no server of their own, last everything on the
    embedded defaults, with the browser.
    """
    ready()
    workers = os.environ.get("TEST_WORKERS", str(min(os.cpu_count() or 1, 4)))
    spread = ["-n", workers, "--dist", "loadgroup"]
    if not arguments:
        call(*npm("test"))
        say("PostgreSQL + Redis")
        call(PYTHON, "-m", "tests.on_servers", "-q", *spread)
        say("SQLite, one process, and the browser")
    command: list[str | Path] = [PYTHON, "-m", "pytest", *spread, "-rs", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode


def check() -> int:
    """Lint, format, types, contracts, messages, migrations, then the front end's types and budget."""
    ready()
    steps: list[tuple[str | Path, ...]] = [
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (BIN / "lint-imports",),
        (BIN / "mypy", "."),
        (PYTHON, "-m", "config.messages", "check"),
        (PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"),
        npm("run", "types"),
        npm("run", "budget"),
    ]
    for step in steps:
        say(" ".join([Path(step[0]).name, *map(str, step[1:])]))
        call(*step)
    return 0


def bench(arguments: list[str]) -> int:
    """The benchmarks: all, or the one that NAME names."""
    ready()
    if not has_node(NODE_OF_PEERS):
        install("requirements-node.lock")
    name = os.environ.get("NAME")
    names = [name] if name else sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    codes = [
        subprocess.run(
            [PYTHON, "-m", f"bench.{one}", *arguments], cwd=ROOT, env=environment(), check=False
        ).returncode
        for one in names
    ]
    return max(codes, default=0)


def fmt() -> int:
    install("requirements-dev.lock")
    call(BIN / "ruff", "check", "--fix-only", "-q", ".")
    call(BIN / "ruff", "format", "-q", ".")
    call(PYTHON, "-m", "config.messages", "update")
    return 0


def lock() -> int:
    """Resolve the lock files anew, with uv in an environment of its own."""
    make_venv()
    call(PYTHON, "-m", "pip", "install", "-q", "uv")
    options = ["--universal", "--python-version", "3.11", "--no-emit-index-url", "--no-emit-find-links"]
    options += ["--generate-hashes", "--no-header", "--no-annotate", "-q"]
    uv: list[str | Path] = [PYTHON, "-m", "uv", "pip", "compile", *options]
    call(*uv, "pyproject.toml", "-o", "requirements.lock")
    call(*uv, "pyproject.toml", "--group", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock")
    call(*uv, "--group", "pyproject.toml:node", "-o", "requirements-node.lock")
    return 0


def main(command: str, arguments: list[str]) -> int:
    if command == "env":
        ready()
        return 0
    if command == "e2e":
        return test(["tests/e2e", *arguments])
    if command in {"test", "bench"}:
        return {"test": test, "bench": bench}[command](arguments)
    simple = {"run": run, "check": check, "fmt": fmt, "lock": lock}
    if command not in simple:
        print(__doc__)
        return 2
    return simple[command]()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "", sys.argv[2:]))
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
