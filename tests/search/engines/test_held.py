"""The lock of writers stays until what is left to do is done, and who wrote does not wait for it."""

import json
import threading
from pathlib import Path

import pytest

from search.engines.tantivy import generations as module
from search.engines.tantivy.folders import FolderGenerations
from search.engines.tantivy.generations import Generations
from search.engines.tantivy.memory import MemoryGenerations
from search.errors import EngineBusyError
from tests.search.engines.writer import engine_in, entry


@pytest.fixture(params=["memory", "folder"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generations:
    for name in ("memory", "folders"):
        monkeypatch.setattr(f"search.engines.tantivy.{name}.LOCK_SECONDS", 0.05)
    return MemoryGenerations() if request.param == "memory" else FolderGenerations(tmp_path)


def last_thread() -> threading.Thread:
    return next(thread for thread in threading.enumerate() if thread.name == "search-merging")


def test_lock_is_held_after_the_block_until_the_rest_is_done(kept: Generations) -> None:
    over = threading.Event()

    def rest() -> None:
        over.wait(60)

    with kept.locked() as held:
        held.afterwards(rest)

    merging = last_thread()
    with pytest.raises(EngineBusyError), kept.locked():
        pass
    over.set()
    merging.join(60)
    with kept.locked():
        assert not merging.is_alive()


def test_rest_that_fails_is_told_and_gives_the_lock_back(
    kept: Generations, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError("no room")

    monkeypatch.setattr(module, "_AT_ONCE_SECONDS", 60)
    with kept.locked() as held:
        held.afterwards(fail)

    with kept.locked():
        assert "what was left to do with the index failed" in caplog.text


def test_rest_is_done_before_the_block_is_left_where_no_thread_can_be_started(
    kept: Generations, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    done: list[str] = []
    monkeypatch.setattr(threading.Thread, "start", start)
    with kept.locked() as held:
        held.afterwards(lambda: done.append("rest"))

    with kept.locked():
        assert done == ["rest"]


def test_block_that_raises_gives_the_lock_back(kept: Generations) -> None:
    with pytest.raises(ZeroDivisionError), kept.locked():
        raise ZeroDivisionError

    with kept.locked() as held:
        assert held is not None


def test_small_segments_are_merged_beside_the_batches_and_nothing_is_lost(tmp_path: Path) -> None:
    engine = engine_in(tmp_path)
    for nth in range(40):
        with engine.writing() as batch:
            batch.put(entry(str(nth % 30), f"plan {nth}", version=nth))

    with engine._generations.locked():
        current = engine._generations.current()
    assert current is not None
    meta = json.loads((tmp_path / current.name / "meta.json").read_text(encoding="utf-8"))
    assert len(meta["segments"]) < 10
    assert {key: version for _, key, version in engine.versions()} == {
        str(key): key + 30 if key < 10 else key for key in range(30)
    }
