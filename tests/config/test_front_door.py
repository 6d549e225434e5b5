"""The front door, without opening it: what it decides and what it says."""

import importlib.util
import socket
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
