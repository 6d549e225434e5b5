"""What is peculiar to Tantivy: several processes at one folder, and what remains when one of them is killed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pytest

from search import fields
from search.analysis.crew import NICENESS
from search.analysis.version import Analyser
from search.engines.tantivy import TantivyEngine, batches, folders, memory, reading, schema
from search.errors import EngineBusyError, EngineUnavailableError, RejectedEntriesError
from search.query.clauses import Prefix, Term
from search.types import Entry, Hit, Request
from tests.search.engines import writer
from tests.search.engines.writer import engine_in, entry

ROOT = Path(__file__).resolve().parents[3]
EVERYBODY = frozenset({"all"})


def put(engine: TantivyEngine, *entries: Entry) -> None:
    with engine.writing() as batch:
        for one in entries:
            batch.put(one)


def rebuild(engine: TantivyEngine, *entries: Entry) -> None:
    with engine.rebuilding() as batch:
        for one in entries:
            batch.put(one)


def held(engine: TantivyEngine) -> dict[str, int]:
    return {key: version for _, key, version in engine.versions()}


def found(engine: TantivyEngine, word: str) -> list[str]:
    clause = Term("title_w", word)
    hits = engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=1_000)
    return sorted(hit.key for hit in hits)


def generations(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.is_dir())


@contextmanager
def process(folder: Path, doing: str, prefix: str, count: int) -> Iterator["subprocess.Popen[str]"]:
    """A writer of its own process; killed in the end if it is not over."""
    command = [sys.executable, "-m", "tests.search.engines.writer", str(folder), doing, prefix, str(count)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def lines_of(started: "subprocess.Popen[str]") -> IO[str]:
    assert started.stdout is not None
    return started.stdout


def killed(started: "subprocess.Popen[str]") -> list[str]:
    """Kill it where it stands; what it had said."""
    started.send_signal(signal.SIGKILL)
    return lines_of(started).read().split()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "search"


# --- several processes -------------------------------------------------------------------------------------------


def test_two_processes_write_at_once_and_nothing_is_lost(folder: Path) -> None:
    with process(folder, "write", "a", 15) as one, process(folder, "write", "b", 15) as other:
        assert (one.wait(120), other.wait(120)) == (0, 0)

    assert set(held(engine_in(folder))) == {f"{name}{nth}" for name in "ab" for nth in range(15)}


def test_reader_sees_what_another_process_commits_as_soon_as_it_says_so(folder: Path) -> None:
    engine = engine_in(folder)
    put(engine, entry("mine"))
    assert found(engine, "plan") == ["mine"]

    with process(folder, "write", "o", 5) as other:
        for line in lines_of(other):
            assert line.strip() in found(engine, "plan")

    assert len(found(engine, "plan")) == 6


@pytest.mark.parametrize("seed", range(4))
def test_kill_amid_commits_loses_nothing_that_was_committed(folder: Path, seed: int) -> None:
    with process(folder, "write", "k", 10_000) as started:
        said = [lines_of(started).readline().strip()]
        time.sleep(random.Random(seed).uniform(0.01, 0.3))  # noqa: S311 - some moment
        said += killed(started)

    engine = engine_in(folder)
    there = held(engine)
    assert there.keys() >= set(said)
    assert len(there) <= len(said) + 1, "the one that was being committed, at most"
    put(engine, entry("after"))
    assert "after" in held(engine)


def test_files_that_a_kill_left_amid_a_commit_are_in_nobodys_way(folder: Path) -> None:
    """What was deleted is written under a number that the next commit gives once more."""
    engine = engine_in(folder)
    with engine.writing() as batch:
        for nth in range(5):
            batch.put(entry(str(nth)))
    made = next(folder.rglob("meta.json")).parent
    meta = json.loads((made / "meta.json").read_text())
    segment, managed = meta["segments"][0]["segment_id"].replace("-", ""), made / ".managed.json"
    left = [f"{segment}.{number}.del" for number in range(meta["opstamp"], meta["opstamp"] + 20)]
    for name in left:
        (made / name).write_bytes(b"half")
    managed.write_text(json.dumps([*json.loads(managed.read_text()), *left]))

    with engine_in(folder).writing() as batch:
        batch.put(entry("0", version=2))
    assert {key: version for _kind, key, version in engine.versions()}["0"] == 2


def test_lock_of_a_killed_process_is_free(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_in(folder)
    put(engine, entry("a"))
    monkeypatch.setattr(folders, "LOCK_SECONDS", 0.2)

    with process(folder, "hold", "", 0) as started:
        assert lines_of(started).readline() == "locked\n"
        with pytest.raises(EngineBusyError):
            put(engine, entry("b"))
        killed(started)
        started.wait()

    put(engine, entry("c"))
    assert held(engine) == {"a": 1, "c": 1}


def test_kill_amid_a_rebuild_leaves_the_old_index_and_the_next_begins_anew(folder: Path) -> None:
    engine = engine_in(folder)
    rebuild(engine, entry("old"))
    with process(folder, "rebuild", "r", 500) as started:
        assert lines_of(started).readline() == "filled\n"
        put(engine, entry("meanwhile"))
        with pytest.raises(EngineBusyError):
            rebuild(engine)
        killed(started)
        started.wait()

    assert held(engine) == {"old": 1, "meanwhile": 1}
    assert engine.state().is_current
    assert len(generations(folder)) == 2

    put(engine, entry("after"))
    assert len(generations(folder)) == 1, "what was half done goes with the next batch"
    assert not (folder / "coming").exists()
    assert held(engine) == {"old": 1, "meanwhile": 1, "after": 1}

    rebuild(engine, entry("new"))
    assert held(engine) == {"new": 1}


def test_kill_between_the_swap_and_its_last_step_is_no_harm(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_in(folder)
    put(engine, entry("old"))
    monkeypatch.setattr(folders.FolderGeneration, "forget_noted", _die)
    with pytest.raises(SystemExit), engine.rebuilding() as batch:
        batch.put(entry("new"))
    monkeypatch.undo()

    assert held(engine) == {"new": 1}
    (folder / "coming").write_text((folder / "current").read_text())
    put(engine, entry("after"))

    assert held(engine) == {"new": 1, "after": 1}
    assert not (folder / "coming").exists()


def _die(_generation: object) -> None:
    raise SystemExit


def test_reader_notices_a_new_generation_of_another_engine(folder: Path) -> None:
    reader = engine_in(folder)
    put(engine_in(folder), entry("old", "word"))
    assert found(reader, "word") == ["old"]

    rebuild(engine_in(folder), entry("new", "word"))

    assert found(reader, "word") == ["new"]


# --- generations -------------------------------------------------------------------------------------------------


def test_old_generation_goes_after_its_grace(folder: Path) -> None:
    engine = engine_in(folder)
    rebuild(engine, entry("a"))
    rebuild(engine, entry("b"))
    put(engine, entry("c"))
    assert len(generations(folder)) == 2

    long_ago = time.time() - folders.GRACE_SECONDS - 1
    os.utime(folder / "current", (long_ago, long_ago))
    put(engine, entry("d"))

    assert generations(folder) == [(folder / "current").read_text()]
    assert held(engine) == {"b": 1, "c": 1, "d": 1}


def test_generation_that_is_being_filled_outlives_the_grace(folder: Path) -> None:
    engine = engine_in(folder)
    rebuild(engine, entry("a"))
    long_ago = time.time() - folders.GRACE_SECONDS - 1
    with engine.rebuilding() as batch:
        os.utime(folder / "current", (long_ago, long_ago))
        put(engine, entry("b"))
        batch.put(entry("a"))

    assert held(engine) == {"a": 1, "b": 1}


@pytest.mark.parametrize("other", ["analyser", "library", "fields"])
def test_index_of_another_making_is_not_current(
    folder: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    engine = engine_in(folder)
    rebuild(engine, entry("a"))
    assert engine.state().is_current

    if other == "analyser":
        engine = TantivyEngine(folder, analyser=lambda: Analyser("of tomorrow", writer.tokens))
    elif other == "library":
        monkeypatch.setattr(schema, "version", lambda _name: "99")
    else:
        for module in (schema, batches, folders, reading, memory):
            monkeypatch.setattr(module, "CODE", schema.CODE + 1)

    assert not engine.state().is_current


def test_index_with_other_fields_answers_nothing_until_it_is_made_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rebuild(engine_in(folder), entry("a"))
    for module in (schema, batches, folders, reading):
        monkeypatch.setattr(module, "CODE", 77)
    engine = engine_in(folder)

    with pytest.raises(EngineUnavailableError, match="other fields"):
        found(engine, "plan")
    with pytest.raises(EngineUnavailableError, match="other fields"):
        put(engine, entry("b"))

    rebuild(engine, entry("a"))
    assert (found(engine, "plan"), engine.state().is_current) == (["a"], True)


def test_folder_that_was_emptied_is_unavailable_and_can_be_made_anew(folder: Path) -> None:
    engine = engine_in(folder)
    rebuild(engine, entry("a"))
    for file in (folder / (folder / "current").read_text()).iterdir():
        file.unlink()

    fresh = engine_in(folder)
    with pytest.raises(EngineUnavailableError):
        found(fresh, "plan")
    assert not fresh.state().is_current

    rebuild(fresh, entry("b"))
    assert (held(fresh), fresh.state().is_current) == ({"b": 1}, True)


def test_search_without_any_index_is_unavailable(folder: Path) -> None:
    engine = engine_in(folder)
    request = Request(principals=EVERYBODY)

    with pytest.raises(EngineUnavailableError):
        engine.search(request)
    with pytest.raises(EngineUnavailableError):
        engine.explain(request, Hit("plan", "a"))
    with pytest.raises(EngineUnavailableError):
        engine.rarity("title_w", ["a"])
    assert (list(engine.versions()), engine.state().is_current) == ([], False)


def test_batch_without_changes_commits_nothing(folder: Path) -> None:
    engine = engine_in(folder)
    put(engine)
    assert not folder.exists()

    put(engine, entry("a", version=2))
    meta = folder / (folder / "current").read_text() / "meta.json"
    before = meta.stat().st_mtime_ns
    put(engine, entry("a", version=1))

    assert meta.stat().st_mtime_ns == before


# --- what is written while an index is made anew -----------------------------------------------------------------


def test_what_is_taken_out_meanwhile_is_not_in_the_new_index(folder: Path) -> None:
    engine = engine_in(folder)
    put(engine, entry("a"), entry("back"))
    with engine.rebuilding() as batch:
        batch.put(entry("a"))
        batch.put(entry("back"))
        with engine.writing() as change:
            change.remove("plan", "a", 2)
            change.remove("plan", "back", 8)
        put(engine, entry("back", version=1))

    assert held(engine) == {"back": 1}


def test_changes_that_were_cut_short_by_a_kill_are_left_out(folder: Path) -> None:
    engine = engine_in(folder)
    put(engine, entry("a"))
    with engine.rebuilding() as batch:
        batch.put(entry("a"))
        put(engine, entry("b"))
        coming = folder / (folder / "coming").read_text() / "changes.jsonl"
        with coming.open("ab") as file:
            file.write(b'\n[{"id": "plan:c", "version": 1, "values": {"title_w": "\xe4')
        put(engine, entry("d"))

    assert held(engine) == {"a": 1, "b": 1, "d": 1}
    assert not (folder / (folder / "current").read_text() / "changes.jsonl").exists()


def threads_named(beginning: str) -> list[int]:
    found = []
    for one in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # others end while they are looked through
            if (one / "comm").read_text().startswith(beginning):
                found.append(int(one.name))
    return found


# Elsewhere ``stand_back`` does nothing on purpose; the gate runs on Linux, so it is never left out there.
@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux alone")
def test_threads_that_fill_a_new_index_let_searches_go_before(folder: Path) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    with engine_in(folder).rebuilding() as batch:
        batch.put(entry("a"))
        while not (fillers := threads_named("thrd-tantivy")):  # it names itself when it begins
            time.sleep(0.01)
        priorities = {os.getpriority(os.PRIO_PROCESS, thread) for thread in fillers}

    assert priorities == {max(NICENESS, own)}
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_index_is_whole_though_much_waits_for_the_writer(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A commit now and then, so that not everything waits in memory."""
    monkeypatch.setattr(batches, "_QUEUED_CHARACTERS", 30)
    engine = engine_in(folder)
    rebuild(engine, *(entry(str(nth), "a plan of ten") for nth in range(12)), entry("3", "again", version=2))

    assert held(engine) == {str(nth): 2 if nth == 3 else 1 for nth in range(12)}
    assert found(engine, "again") == ["3"]


# --- entries and tokens ------------------------------------------------------------------------------------------


def with_facets(key: str, **facets: str) -> Entry:
    return Entry("plan", key, 1, "plan", EVERYBODY, facets=facets)


def test_entry_of_the_same_version_is_put_in_the_place_of_the_other() -> None:
    engine = TantivyEngine(None, analyser=lambda: Analyser("", writer.tokens))
    put(engine, entry("a", "one"))
    put(engine, entry("a", "two"))

    assert (found(engine, "one"), found(engine, "two")) == ([], ["a"])


@pytest.mark.parametrize(
    "broken",
    [
        entry("bad", version=-1),
        with_facets("bad", subject="\ud800"),
        entry("bad", "\ud800"),
    ],
    ids=["number", "facet", "text"],
)
def test_entry_that_cannot_be_indexed_holds_up_no_other(folder: Path, broken: Entry) -> None:
    engine = engine_in(folder)
    with pytest.raises(RejectedEntriesError) as caught:
        put(engine, entry("a"), broken, entry("b"))
    assert list(caught.value.faults) == ["plan:bad"]
    assert held(engine) == {"a": 1, "b": 1}

    with pytest.raises(RejectedEntriesError) as caught:
        rebuild(engine, entry("a"), broken)
    assert list(caught.value.faults) == ["plan:bad"]
    assert (held(engine), engine.state().is_current) == ({"a": 1}, True)


def test_entry_that_was_rejected_leaves_what_stands(folder: Path) -> None:
    engine = engine_in(folder)
    put(engine, entry("a"))
    with pytest.raises(RejectedEntriesError):
        put(engine, entry("a", "\ud800", version=2))

    assert held(engine) == {"a": 1}


@pytest.mark.parametrize("sign", [*"""\\.+*?()|[]{}^$#&~-"'/@<>:!=,;%`_""", "吕", "𠮷"])
def test_any_sign_is_meant_as_it_stands_in_a_prefix(sign: str) -> None:
    def typed(one: Entry) -> Mapping[str, str]:
        return {"title_i": one.title}

    engine = TantivyEngine(None, analyser=lambda: Analyser("", typed))
    put(engine, entry("a", f"x{sign}y"), entry("b", "xzy"))
    hits = engine.matching(
        Prefix("title_i", f"x{sign}"), principals=EVERYBODY, excluded=(), kinds=(), limit=9
    )

    assert [hit.key for hit in hits] == ["a"]


def test_index_in_a_folder_holds_no_text_of_an_entry_but_its_name(folder: Path) -> None:
    """What can be read without a search is the database's alone."""
    engine = engine_in(folder)
    put(engine, entry("a", "word"))
    index = engine._generations.current()
    assert index is not None
    searcher = index.index().searcher()
    [(_, at)] = searcher.search(_everything(), limit=5).hits

    assert searcher.doc(at).to_dict() == {"id": ["plan:a"]}


def _everything() -> Any:
    from tantivy import Query

    return Query.all_query()


def test_what_an_index_was_made_with_stands_beside_it(folder: Path) -> None:
    engine = engine_in(folder)
    rebuild(engine, entry("a"))
    said = json.loads((folder / (folder / "current").read_text() / "made_with.json").read_text())

    assert said["fingerprint"] == engine.state().fingerprint
    assert said["fingerprint"].startswith(f"{writer.FINGERPRINT}-{schema.CODE}-")
    assert said["is_whole"] is True


def test_index_with_one_field_more_is_another_index() -> None:
    """A field that came in between moved all others by one place, and phrases were asked of the wrong ones."""
    known = fields.TEXT_FIELDS
    others = [known[1:], (known[1], known[0], *known[2:])]

    assert schema.form_of(known, fields.FACETS) == schema.CODE
    assert schema.CODE not in {schema.form_of(other, fields.FACETS) for other in others}
    assert schema.form_of(known, fields.FACETS[1:]) != schema.CODE
