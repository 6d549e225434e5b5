"""The front door, without opening it: what it decides and what it says."""

import importlib.util
import socket
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("front_door", ROOT / "deploy" / "front_door.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    return module


def test_free_port_takes_the_next_when_the_wanted_one_is_taken(door: ModuleType) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = taken.getsockname()[1]

        assert wanted < door.free_port(wanted) <= wanted + 99


def test_make_venv_says_what_debian_left_out(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(door.Stop) as stop:
        door.make_venv()

    assert f"sudo apt install python3.{sys.version_info[1]}-venv" in str(stop.value)
    assert "缺少 venv 模块" in str(stop.value)


def test_make_venv_refuses_an_old_python(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "LOWEST", (4, 0))

    with pytest.raises(door.Stop, match="需要 Python"):
        door.make_venv()

    assert not (door.ROOT / ".venv").exists()


def test_stamp_is_fresh_only_for_what_it_was_made_from(door: ModuleType) -> None:
    source = door.ROOT / "a.txt"
    source.write_text("one")
    before = door.hash_of([source])
    door.leave_stamp("a", before)

    source.write_text("two")

    assert door.is_fresh("a", before)
    assert not door.is_fresh("a", door.hash_of([source]))
    assert not door.is_fresh("b", before)


def test_unknown_command_prints_the_manual(door: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert door.main("dance", []) == 2
    assert "run|test|check" in capsys.readouterr().out


class Site:
    """Stands for the site: it answers when asked the second time, and all of it ends once the worker is there."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def start(self, *words: str, variables: dict[str, str]) -> "Site":
        self.told.append(" ".join(words))
        return self

    def answers(self, _port: int) -> bool:
        self.told.append("answers?")
        return self.told.count("answers?") > 1

    def poll(self) -> int | None:
        return 0 if "worker" in self.told else None

    def wait(self) -> int:
        return 0


def test_the_worker_starts_once_the_prepared_site_answers(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its tables are there only then; and the first page waits for one process, not for three."""
    site = Site()
    monkeypatch.setattr(door.signal, "signal", lambda *_: None)
    monkeypatch.setattr(door, "answers", site.answers)
    monkeypatch.setattr(door, "start", site.start)

    assert door.keep({}, port=8000, began=0.0) == 0
    assert site.told == ["serve --prepare", "answers?", "answers?", "worker"]
    assert "http://localhost:8000" in capsys.readouterr().out


def test_a_server_that_cannot_prepare_ends_the_run_with_its_code(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = [sys.executable, "-c", "raise SystemExit(3)"]
    monkeypatch.setattr(door.signal, "signal", lambda *_: None)
    monkeypatch.setattr(door, "answers", lambda _port: False)
    monkeypatch.setattr(door, "start", lambda *_words, **_: subprocess.Popen(failing))

    assert door.keep({}, port=8000, began=0.0) == 3


def test_what_is_started_may_keep_what_python_compiled(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    asked = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]

    assert subprocess.check_output(asked, env=door.environment(), text=True) == "False\n"


@pytest.fixture
def built(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A clone whose front end was built a moment ago; what building it again would run is written down."""
    for name in (
        "package-lock.json",
        "realtime/prose/schema.json",
        "locale/zh_Hans/LC_MESSAGES/djangojs.po",
        "locale/zh_Hans/LC_MESSAGES/django.po",
        "frontend/page.ts",
        "frontend/built/.vite/manifest.json",
        "node_modules/there",
    ):
        (door.ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (door.ROOT / name).write_text("as it was")
    done: list[str] = []
    monkeypatch.setattr(door, "npm", lambda *words: ("npm", *words))
    monkeypatch.setattr(door, "call_quietly", lambda *words: done.append(" ".join(map(str, words[-2:]))))
    door.build_front_end()
    assert done == ["--no-audit --no-fund", "config.messages compile", "run build"]
    done.clear()
    return done


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ("frontend/page.test.ts", []),
        ("frontend/page.ts", ["run build"]),
        ("lessons/client/new.ts", ["run build"]),
        ("realtime/prose/schema.json", ["run build"]),
        ("locale/zh_Hans/LC_MESSAGES/django.po", ["config.messages compile"]),
        ("locale/zh_Hans/LC_MESSAGES/djangojs.po", ["config.messages compile", "run build"]),
        ("package-lock.json", ["--no-audit --no-fund", "run build"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_building_again_does_what_changed_and_no_more(
    door: ModuleType, built: list[str], changed: str, steps: list[str]
) -> None:
    (door.ROOT / changed).parent.mkdir(parents=True, exist_ok=True)
    (door.ROOT / changed).write_text("changed")

    door.build_front_end()

    assert built == steps
