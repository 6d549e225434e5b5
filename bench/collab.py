"""Live editing against Hocuspocus: ``make bench NAME=collab``, or ``python -m bench.collab --short``.

The same edits, at the same moments, from the same load generator on both servers, each in its own wire
format. Ours commits every edit durably before anybody sees it; Hocuspocus keeps everything in memory.
``bench/README.md`` says how each figure is taken.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench.apparatus import results, sites
from bench.apparatus.results import Row
from bench.apparatus.sites import Plan, Site

PEER_NAME = f"Hocuspocus {sites.PEER_VERSION}, in memory"
MEGABYTE = 2**20
RATE = 2  # characters a second and editor
SMALLEST_ANSWER = 1000  # bytes; the plan is much longer, so less means that it did not come


@dataclass(frozen=True, slots=True)
class Case:
    """Rooms with editors in each, and the bars they are held to."""

    rooms: int
    editors: int
    cpu_ratio: float | None = None
    peer_ms: tuple[float, float] | None = None  # p50, p99
    own_ms: float | None = None  # p95

    @property
    def name(self) -> str:
        return f"{self.rooms} × {self.editors}"


@dataclass(frozen=True, slots=True)
class Length:
    """How much of everything: the whole benchmark, or a short run that shows that it works."""

    cases: tuple[Case, ...]
    warmup_seconds: float
    seconds: float
    open_plans: int
    long_plans: int
    plan_edits: int
    long_edits: int


FULL = Length(
    cases=(
        Case(10, 20, cpu_ratio=0.5, peer_ms=(20, 60)),
        Case(1, 100, cpu_ratio=0.5),
        Case(50, 4, cpu_ratio=1.0),
        Case(20, 5, own_ms=150),
    ),
    warmup_seconds=6, seconds=20, open_plans=20, long_plans=5, plan_edits=12_000, long_edits=50_000,
)  # fmt: skip
SHORT = Length(
    cases=(Case(2, 3),),
    warmup_seconds=1, seconds=2, open_plans=2, long_plans=1, plan_edits=300, long_edits=600,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one server did under one case."""

    cpu_seconds: float
    found: dict[str, Any]

    def cpu_microseconds(self) -> float:
        """Server CPU per edit delivered to a peer."""
        return round(self.cpu_seconds * 1e6 / int(self.found["peer"]["count"]), 2)

    def latency(self, whose: str, share: str) -> float:
        return round(float(self.found[whose][share]), 2)


# --- the generator ----------------------------------------------------------------------------------------


@contextmanager
def generator(site: Site, folder: Path, **specification: Any) -> Iterator[Iterator[dict[str, Any]]]:
    """A running load generator: the lines that it says."""
    path = folder / "load.json"
    content = {"wire": site.wire, "origin": site.origin, "rooms": site.rooms, **specification}
    path.write_text(json.dumps(content), encoding="utf-8")
    command = [sites.any_node(), str(sites.APPARATUS / "load.mjs"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 -- it is a pipe
        yield map(json.loads, process.stdout)
        if process.stdin is not None:
            process.stdin.close()
    if process.returncode:
        raise RuntimeError("the load generator failed")


def measure(site: Site, folder: Path, length: Length) -> Measurement:
    """Load a server, and read its CPU time at the edges of the measured window."""
    edges: list[float] = []
    times = {"rate": RATE, "warmup": length.warmup_seconds, "seconds": length.seconds}
    found: dict[str, Any] = {}
    with generator(site, folder, mode="load", **times) as lines:
        for line in lines:
            if line["at"] in {"began", "ended"}:
                edges.append(site.process.cpu_seconds())
            else:
                found = line
    return Measurement(edges[1] - edges[0], found)


@contextmanager
def visited(site: Site, folder: Path, rooms: slice, *, stay: bool) -> Iterator[list[dict[str, Any]]]:
    """One visitor in each of some rooms: what they saw; with ``stay`` they are still there."""
    some = Site(site.wire, site.process, [{**room, "editors_count": 1} for room in site.rooms[rooms]])
    with generator(some, folder, mode="visit", stay=stay) as lines:
        seen = []
        for line in lines:
            if line["at"] == "done":
                break
            seen.append(line)
        yield seen


# --- the cases --------------------------------------------------------------------------------------------


def load_rows(case: Case, length: Length, folder: Path, *, against_peer: bool) -> list[Row]:
    """Load both servers in the same way."""
    plans = [Plan(case.editors) for _ in range(case.rooms)]
    made = sites.seeded(folder, plans)
    with sites.ours(folder, made) as site:
        mine = measure(site, folder, length)
        site.process.kill()
    lost = _lost(case, mine, folder, made)
    other = None
    if against_peer:
        with sites.peer(folder, plans) as site:
            other = measure(site, folder, length)
    return [*_load_rows(case, mine, other), Row(case.name, "edits lost, after kill -9", "edits", lost, bar=0)]


def _lost(case: Case, mine: Measurement, folder: Path, made: Sequence[dict[str, Any]]) -> int:
    """Edits that somebody lacks at the end, or that are not there after the server was killed."""
    expected = mine.found["editsEach"] * case.editors
    with sites.ours(folder, made) as site, visited(site, folder, slice(None), stay=False) as seen:
        stored = sum(abs(expected - visit["typed"]) for visit in seen)
    return int(mine.found["missing"] + mine.found["unacknowledged"] + stored)


def _load_rows(case: Case, mine: Measurement, other: Measurement | None) -> Iterator[Row]:
    def row(
        figure: str,
        unit: str,
        value: Callable[[Measurement], float],
        bar: float | None,
        *,
        on_ratio: bool = False,
    ) -> Row:
        peers = None if other is None else value(other)
        name = None if other is None else PEER_NAME
        return Row(case.name, figure, unit, value(mine), peers, name, bar, on_ratio)

    yield row("CPU per delivered edit", "µs", Measurement.cpu_microseconds, case.cpu_ratio, on_ratio=True)
    p50, p99 = case.peer_ms or (None, None)
    yield row("keystroke to peer, p50", "ms", lambda one: one.latency("peer", "p50"), p50)
    yield row("keystroke to peer, p99", "ms", lambda one: one.latency("peer", "p99"), p99)
    yield row("acknowledgement, p95", "ms", lambda one: one.latency("own", "p95"), case.own_ms)
    yield row(
        "frames to clients a second",
        "1/s",
        lambda one: round(one.found["frames"] / one.found["windowSeconds"]),
        None,
    )
    yield row(
        "generator's load, of one core", "share",
        lambda one: round(one.found["generatorSeconds"] / one.found["windowSeconds"], 2), None,
    )  # fmt: skip


Opened = Callable[[], AbstractContextManager[Site]]


def memory_rows(length: Length, folder: Path, *, against_peer: bool) -> list[Row]:
    """Memory of plans that are open, and what stays of them when they are closed."""
    files = histories(folder, 2 * length.open_plans + 1, length.plan_edits)
    case = f"{length.plan_edits // 1000}k-edit plan open"
    with both(folder, files, against_peer=against_peer) as servers:
        found = [_memory(server, folder, length.open_plans) for server in servers]
    peers, name = (found[1], PEER_NAME) if against_peer else ((None, None), None)
    return [
        Row(case, "memory of one more", "MB", found[0][0], peers[0], name, bar=1),
        Row(case, "memory kept after closing", "MB", found[0][1], peers[1], name, bar=0.1),
    ]


def _memory(opened: Opened, folder: Path, count: int) -> tuple[float, float]:
    """Per plan: what one more takes, and how much more is in use when as many others are open later."""
    with opened() as site, visited(site, folder, slice(1), stay=True):
        idle(site)  # what a server loads after its start, on a busy machine later, is no part of a plan
        before = site.process.memory_bytes()
        with visited(site, folder, slice(1, 1 + count), stay=True):
            first = site.process.memory_bytes()
        idle(site)
        with visited(site, folder, slice(1 + count, None), stay=True):
            second = site.process.memory_bytes()
    return _megabytes(first - before, count), _megabytes(second - first, count)


def _megabytes(size: int, count: int) -> float:
    return round(size / count / MEGABYTE, 3)


def opening_rows(length: Length, folder: Path, *, against_peer: bool) -> list[Row]:
    """What it costs to open a long plan that nobody has open."""
    files = histories(folder, length.long_plans + 1, length.long_edits)
    case = f"{length.long_edits // 1000}k-edit plan"
    with both(folder, files, against_peer=against_peer) as servers:
        found = [_opening(server, folder) for server in servers]
    peers, name = (found[1], PEER_NAME) if against_peer else ((None, None, None), None)
    return [
        Row(case, "opening it, server CPU", "ms", found[0][1], peers[1], name, bar=100),
        Row(case, "opening it, until it is there", "ms", found[0][2], peers[2], name),
        Row(case, "opening it when only the log is there, server CPU", "ms", found[0][0]),
    ]


def _opening(opened: Opened, folder: Path) -> tuple[float, float, float]:
    """Milliseconds of one opening: CPU at the first, CPU later, wall clock later."""
    with opened() as site:
        with visited(site, folder, slice(1), stay=False):
            pass
        first, _ = _open_all(site, folder)
        idle(site)
        later, wall = _open_all(site, folder)
    return first, later, wall


def _open_all(site: Site, folder: Path) -> tuple[float, float]:
    before = site.process.running_seconds()
    with visited(site, folder, slice(1, None), stay=False) as seen:
        spent = site.process.running_seconds() - before
    if any(visit["bytes"] < SMALLEST_ANSWER for visit in seen):
        raise RuntimeError("a server did not send the plan")
    return round(spent * 1000 / len(seen), 1), round(sum(visit["ms"] for visit in seen) / len(seen), 1)


# --- the apparatus ----------------------------------------------------------------------------------------


def histories(folder: Path, count: int, edits: int) -> list[Plan]:
    """Plans that several people wrote, as files."""
    script = str(sites.APPARATUS / "histories.mjs")
    subprocess.run([sites.any_node(), script, str(folder), str(count), str(edits)], check=True)
    return [Plan(1, folder / f"{nth}.log", folder / f"{nth}.bin") for nth in range(count)]


@contextmanager
def both(folder: Path, plans: Sequence[Plan], *, against_peer: bool) -> Iterator[list[Opened]]:
    """Our server and the peer with the same documents, to be started one after the other."""
    made = sites.seeded(folder, plans)
    servers: list[Opened] = [lambda: sites.ours(folder, made)]
    if against_peer:
        servers.append(lambda: sites.peer(folder, plans))
    yield servers


def idle(site: Site) -> None:
    """Wait until a server that is left alone has put its documents away."""
    still = 0
    before = site.process.running_seconds()
    while still < 3:  # noqa: PLR2004
        results.pause(1)
        now = site.process.running_seconds()
        still = still + 1 if now - before < 0.02 else 0  # noqa: PLR2004
        before = now


def versions(*, against_peer: bool) -> dict[str, str]:
    found = {"Python": sys.version.split()[0]}
    found |= {name: version(name) for name in ("Django", "channels", "uvicorn", "uvloop", "pycrdt")}
    if against_peer:
        command = [sites.node(), "--version"]
        found["Node"] = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()[1:]
        found["Hocuspocus"] = sites.PEER_VERSION
    return found | {"Yjs": sites.version_of("yjs")}


def run(length: Length, *, against_peer: bool) -> list[Row]:
    """Every case, each in a folder of its own."""
    rows: list[Row] = []
    for case in length.cases:
        with tempfile.TemporaryDirectory() as folder:
            rows += load_rows(case, length, Path(folder), against_peer=against_peer)
    for measured in (memory_rows, opening_rows):
        with tempfile.TemporaryDirectory() as folder:
            rows += measured(length, Path(folder), against_peer=against_peer)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.collab", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few seconds, nothing is kept")
    parser.add_argument("--alone", action="store_true", help="without the peer")
    options = parser.parse_args(arguments)
    load_before = results.load()
    rows = run(SHORT if options.short else FULL, against_peer=not options.alone)
    print(results.table([row.to_json() for row in rows]))
    if not options.short:
        results.keep("collab", rows, versions(against_peer=not options.alone), load_before=load_before)
        results.show("collab")
    return 0


if __name__ == "__main__":
    sys.exit(main())
