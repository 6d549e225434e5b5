"""The search over a large bank: ``make bench NAME=search``, or ``python -m bench.search --keep``.

100,000 plans (``bench/apparatus/search/bank.py``) and the papers of CSL in the embedded engine: how fast it answers, suggests and
indexes, how large it is, whether it finds what is meant. ``--peers`` asks others the same over a smaller bank,
``--keep`` uses the index of the last run, ``--short`` is a run of a minute that keeps no figures.
"""

import argparse
import gzip
import json
import os
import platform
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from importlib.metadata import version
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

import django

from bench.apparatus import results
from bench.apparatus.results import Row
from bench.apparatus.search import bank
from bench.apparatus.search.timing import Times, gain, percentile, timed, together
from search.types import Entry, Part

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / "var" / "bench" / "search"
PAPERS: Final = ROOT / "bench" / "relevance" / "csl-dev.jsonl.gz"
PLANS, PEER_PLANS, ASKED, SHORT_PLANS, SHORT_ASKED = 100_000, 20_000, 300, 2_000, 40
PAGES_ASKED: Final = 100
CHANGES: Final = 60
ENGINE_MS, PAGE_MS, SUGGESTION_MS, CHANGE_MS, TIMES_THE_TEXT = 5.0, 60.0, 20.0, 100.0, 4.0
SECONDS_A_MILLION: Final = 1.0
TITLES_MISS, KEYWORDS_MISS = 0.03, 0.02
_CHUNK: Final = 500


# --- what is searched ---------------------------------------------------------------------------------------------


def papers(path: Path) -> list[dict[str, Any]]:
    """CSL's dev part (ydli-ai/CSL, Apache-2.0); empty where the file is not there."""
    if not path.exists():
        print(f"{path} is not there: the judged papers are left out")
        return []
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def paper_entries(found: Sequence[dict[str, Any]]) -> list[Entry]:
    """Abstracts alone: titles and keywords are what is asked. They are as new and as much used as plans are."""
    made = []
    for nth, paper in enumerate(found):
        like, part = bank.plan(nth), Part("abstract", "摘要", paper["abstract"])
        made.append(
            replace(
                like, kind="paper", key=str(nth), title="", readers=frozenset({"all"}), parts=(part,),
                people=(), unit="", tags=(), facets={},
            )
        )  # fmt: skip
    return made


def characters_of(entry: Entry) -> int:
    return len(entry.title) + sum(len(part.text) for part in entry.parts)


def counted(count: int, judged: Sequence[dict[str, Any]]) -> bank.Census:
    """The census of a bank; kept beside the index, for it takes a while."""
    path = FOLDER / f"census-{count}.json"
    if path.exists():
        return bank.Census(**json.loads(path.read_text(encoding="utf-8")))
    found = bank.census(bank.plans(count), (paper["abstract"] for paper in judged))
    path.write_text(json.dumps(asdict(found)), encoding="utf-8")
    return found


# --- filling ------------------------------------------------------------------------------------------------------


def fill(count: int, judged: Sequence[dict[str, Any]]) -> tuple[float, float]:
    """What ``search rebuild --from-last`` does: from the rows that were read last to the index that answers. Seconds a million
    characters by the clock, and of the processor with all helpers. Writing the rows is not counted.
    """
    from search.services import rebuilding

    characters, entries = 0, chain(paper_entries(judged), bank.plans(count))
    while chunk := list(islice(entries, _CHUNK)):
        keep_rows(chunk)
        characters += sum(map(characters_of, chunk))
    began, work = time.perf_counter(), _worked()
    rebuilding.rebuild(read=False)
    clock, worked = time.perf_counter() - began, _worked() - work
    return clock / characters * 1e6, worked / characters * 1e6


def filled_elsewhere(chosen: argparse.Namespace) -> tuple[float, float]:
    """The same by a process of its own, as the worker makes an index anew: whoever answers searches has not just made a hundred
    thousand entries, with all that this leaves in a process.
    """
    what = ["--fill", str(chosen.plans), "--papers", str(chosen.papers)]
    command = [sys.executable, "-m", "bench.search", *what]
    answer = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    clock, worked = json.loads(answer.splitlines()[-1])
    return clock, worked


def _worked() -> float:
    """Seconds of the processor, of this process and of those that it started and saw end."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def fill_aside(plans: int) -> None:
    """What the worker does when the index must be made anew, until somebody ends the process."""
    from search.services import rebuilding

    register(plans)
    print("filling", flush=True)
    while True:
        rebuilding.rebuild(read=False)


# --- speed --------------------------------------------------------------------------------------------------------


def latencies(case: str, times: Times, bar: float) -> Iterator[Row]:
    for part in (50, 95, 99):
        yield Row(
            case,
            f"p{part}",
            "ms",
            percentile(times.clock, part / 100),
            bar=bar if part == 95 else None,  # noqa: PLR2004
        )
    yield Row(case, "p95 of the processor", "ms", percentile(times.processor, 0.95))


def engine_rows(plans: int, asked: int) -> Iterator[Row]:
    """Each kind of question, straight to the engine; and how often the plan that was meant is among the first ten."""
    from bench.apparatus.search import peers, questions
    from search.engines import engine

    ours = peers.OurEngine(engine(), "Tantivy")
    times = dict[str, Times]()
    for kind in questions.KINDS:
        several = questions.asked(kind, asked, plans)
        times[kind] = timed(ours.ask, several)
        yield from latencies(f"engine, {kind}", times[kind], ENGINE_MS)
        if kind in {"nl", "homophone", "kw"}:
            gains = [gain(ours.ask(one), one.target) for one in several]
            yield Row(f"engine, {kind}", "nDCG@10 of the plan meant", "", round(sum(gains) / len(gains), 3))
    yield from latencies("engine, all of these", together(times.values()), ENGINE_MS)


def suggestion_rows(plans: int, asked: int) -> Iterator[Row]:
    """While somebody types: titles from the engine."""
    from bench.apparatus.search import questions
    from search.engines import engine
    from search.query.compiler import suggesting

    def ask(one: questions.Question) -> object:
        clause = suggesting(one.text)
        if clause is None:
            return []
        return engine().matching(clause, principals=one.principals, excluded=(), kinds=(), limit=24)

    several = questions.asked(questions.SUGGESTION, asked, plans)
    yield from latencies("suggestions", timed(ask, several), SUGGESTION_MS)


def relevance_rows(judged: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """Papers among the plans: the abstract that a title, or the keywords, belong to."""
    from search.engines import engine
    from search.query.tree import Words
    from search.types import Request

    ways: dict[str, tuple[Callable[[dict[str, Any]], str], float]] = {
        "titles": (lambda paper: str(paper["title"]), TITLES_MISS),
        "keywords": (lambda paper: " ".join(paper["keywords"]), KEYWORDS_MISS),
    }
    for name, (text, bar) in ways.items():
        if not judged:
            continue
        gains = []
        for nth, paper in enumerate(judged):
            request = Request(principals=frozenset({"all"}), query=Words(text(paper)), limit=10)
            gains.append(gain([hit.id for hit in engine().search(request).hits], f"paper:{nth}"))
        mean = sum(gains) / len(gains)
        yield Row(f"CSL {name} among the plans", "nDCG@10", "", round(mean, 4))
        yield Row(f"CSL {name} among the plans", "nDCG@10 that is missing", "", round(1 - mean, 4), bar=bar)


def aside_rows(plans: int, asked: int) -> Iterator[Row]:
    """The same questions while another process makes the index anew."""
    from bench.apparatus.search import peers, questions
    from search.engines import engine

    ours = peers.OurEngine(engine(), "Tantivy")
    several = questions.asked("kw, all facets", asked, plans)
    quiet = timed(ours.ask, several)
    command = [sys.executable, "-m", "bench.search", "--fill-aside", str(plans)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as filling:
        assert filling.stdout is not None  # noqa: S101 - a pipe was asked for
        filling.stdout.readline()
        results.pause(5)
        busy = timed(ours.ask, several)
        filling.terminate()
    before, after = percentile(quiet.clock, 0.95), percentile(busy.clock, 0.95)
    yield Row("while the index is made anew", "p95, kw, all facets", "ms", after)
    yield Row(
        "while the index is made anew", "p95, times that of a quiet index", "×", round(after / before, 2)
    )


# --- what the site does -------------------------------------------------------------------------------------------


def register(plans: int) -> None:
    """The bank's plans, read from their numbers, and the papers; cards are as plain as they can be."""
    from search import kinds
    from search.models import EntryRow

    def cards(_person: Any, keys: Sequence[str]) -> dict[str, Any]:
        return {key: {"url": f"/plans/{key}/", "line": ""} for key in keys}

    def visible(_person: Any, keys: Collection[str]) -> set[str]:
        return set(keys)

    for known in kinds.kinds():
        kinds.unregister(known.name)
    kinds.register(
        kinds.Kind(
            "plan", "plans", lambda keys: [CHANGED.get(key) or bank.plan(int(key)) for key in keys],
            lambda: map(str, range(plans)), visible, cards, "search/_plain_card.html",
        )
    )  # fmt: skip
    kept = EntryRow.objects.filter(kind="paper").values_list("key", flat=True)
    kinds.register(
        kinds.Kind(
            "paper", "papers", lambda _keys: (), kept.iterator, visible, cards, "search/_plain_card.html"
        )
    )
    kinds.register_principals(lambda person: bank.principals_of(person.pk))


CHANGED: Final[dict[str, Entry]] = {}


def keep_rows(entries: Sequence[Entry]) -> None:
    """What the site would have in its database of these."""
    from search.models import EntryRow
    from search.models.entries import values_of

    rows = [EntryRow(kind=one.kind, key=one.key, is_indexed=True, **values_of(one)) for one in entries]
    EntryRow.objects.bulk_create(rows, ignore_conflicts=True)


def change_rows() -> Iterator[Row]:
    """From the moment when the worker takes a change out of the outbox, a turn each, until a search finds it."""
    from django.db import transaction

    from search.engines import engine
    from search.query.tree import Words
    from search.services import indexing, outbox
    from search.services.indexer import EVERY_SECONDS
    from search.types import Request

    keep_rows([bank.plan(nth) for nth in range(CHANGES)])
    taken = []
    for nth in range(CHANGES):
        word = f"zeichen{nth}"
        entry = bank.plan(nth)
        CHANGED[entry.key] = replace(entry, title=f"{entry.title} {word}", readers=frozenset({"all"}))
        with transaction.atomic():
            outbox.queue(kind="plan", keys=[entry.key], narrows=False)
        request = Request(principals=frozenset({"all"}), query=Words(word))
        results.pause(EVERY_SECONDS)
        began = time.perf_counter()
        indexing.drain()
        found = engine().search(request)
        taken.append(1000 * (time.perf_counter() - began))
        if entry.id not in {hit.id for hit in found.hits}:
            raise RuntimeError(f"{entry.id} was changed and is not found")
    yield Row("one change", "until it is found, p50", "ms", percentile(taken, 0.5))
    yield Row("one change", "until it is found, p95", "ms", percentile(taken, 0.95), bar=CHANGE_MS)


def page_rows(plans: int, asked: int) -> Iterator[Row]:
    """The results page, through every middleware and template."""
    from django.test import Client
    from django.urls import reverse

    from bench.apparatus.search import peers, questions, site
    from config.warming import warm_up
    from search.engines import engine

    kinds_of = ("kw", "nl", "homophone")
    several = [one for kind in kinds_of for one in questions.asked(kind, asked // len(kinds_of), plans)]
    for one in several:
        found = engine().search(replace(peers.request_of(one), limit=20, principals=bank.principals_of(1)))
        keep_rows([bank.plan(int(hit.key)) for hit in found.hits if hit.kind == "plan"])
    person = site.somebody()
    site.take_the_bank_for_plans()
    warm_up()  # as the server does it once it answers
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    address = reverse("search:results")

    def ask(one: questions.Question) -> None:
        answer = client.get(address, {"q": one.text})
        if answer.status_code != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"{one.text}: {answer.status_code}")

    yield from latencies("results page", timed(ask, several, warm=10), PAGE_MS)


# --- others -------------------------------------------------------------------------------------------------------


def peer_rows(plans: int, asked: int, judged: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """The same bank, readers and questions, one after another; ours first."""
    from bench.apparatus.search import peers
    from search.engines.elasticsearch import ElasticsearchEngine
    from search.engines.tantivy import TantivyEngine

    with tempfile.TemporaryDirectory(dir=FOLDER) as name, ExitStack() as stack:
        folder = Path(name)
        ours = peers.OurEngine(TantivyEngine(folder / "tantivy"), "Tantivy")
        mine = dict(_measured(ours, plans, asked, judged))
        yield from (Row("Tantivy", figure, unit, value) for (figure, unit), value in mine.items())
        others: list[Callable[[], peers.Peer]] = [
            lambda: peers.Fts5(folder),
            lambda: peers.ElasticStandard(url()),
            lambda: peers.OurEngine(
                ElasticsearchEngine(f"{url()}/?index=bench"), "Elasticsearch, our tokens"
            ),
            lambda: stack.enter_context(peers.typesense(folder)),
        ]
        servers: list[str] = []

        def url() -> str:
            if not servers:
                servers.append(stack.enter_context(peers.elasticsearch()))
            return servers[0]

        for made in others:
            try:
                peer = made()
            except peers.Missing as reason:
                print(f"left out: {reason}", flush=True)
                continue
            print(f"… {peer.name}", flush=True)
            for (figure, unit), value in _measured(peer, plans, asked, judged):
                yield Row(peer.name, figure, unit, mine[figure, unit], value, peer.name)


Figure = tuple[str, str]


def _measured(
    peer: Any, plans: int, asked: int, judged: Sequence[dict[str, Any]]
) -> Iterator[tuple[Figure, float]]:
    from bench.apparatus.search import questions

    began = time.perf_counter()
    peer.fill(chain(paper_entries(judged), bank.plans(plans)))
    yield ("indexing everything", "s"), round(time.perf_counter() - began, 1)
    yield ("size", "MB"), round(peer.size_bytes() / 1e6, 1)
    for kind in ("kw", "nl", "phrase", "filter", "kw, all facets", "homophone"):
        several = questions.asked(kind, asked, plans)
        yield (f"{kind}, p95", "ms"), percentile(timed(peer.ask, several, warm=10).clock, 0.95)
        for said, own in (
            ("the plan meant", several),
            ("the plan meant, held out", questions.asked(kind, asked, plans, drawing=questions.HELD_OUT)),
        ):
            gains = [gain(peer.ask(one), one.target) for one in own]
            yield (f"{kind}, nDCG@10 of {said}", ""), round(sum(gains) / len(gains), 3)
    for name in ("title", "keywords") if judged else ():
        texts = [paper[name] if name == "title" else " ".join(paper[name]) for paper in judged]
        own = [questions.Question(text, f"paper:{nth}", 1) for nth, text in enumerate(texts)]
        gains = [gain(peer.ask(one), one.target) for one in own]
        yield (f"CSL {name}, nDCG@10", ""), round(sum(gains) / len(gains), 3)


# --- the run ------------------------------------------------------------------------------------------------------


def prepare() -> None:
    """An installation of its own."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ |= {"VAR_DIR": str(FOLDER), "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
    for name in ("DATABASE_URL", "REDIS_URL", "SEARCH_URL"):
        os.environ.pop(name, None)
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def measured(chosen: argparse.Namespace, judged: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """Every figure of ours, one after another."""
    from search.engines import engine

    plans, asked = chosen.plans, SHORT_ASKED if chosen.short else ASKED
    register(plans)
    if not (chosen.keep and engine().state().documents):
        clock, worked = filled_elsewhere(chosen)
        yield Row("indexing", "a million characters", "s", round(clock, 3), bar=SECONDS_A_MILLION)
        yield Row("indexing", "a million characters, of the processor", "s", round(worked, 3))
    yield from engine_rows(plans, asked)
    yield from suggestion_rows(plans, asked)
    yield from relevance_rows(judged)
    yield from aside_rows(plans, asked)
    yield from change_rows()
    yield from page_rows(plans, SHORT_ASKED if chosen.short else PAGES_ASKED)
    yield from census_rows(plans, judged)


def census_rows(plans: int, judged: Sequence[dict[str, Any]]) -> Iterator[Row]:
    """How large and how varied what was searched is."""
    from search.engines import engine

    census = counted(plans, judged)
    for figure in ("plans", "characters", "utf8_bytes", "distinct_sentences", "distinct_bigrams"):
        yield Row("the bank", figure.replace("_", " "), "number", getattr(census, figure))
    yield Row("the bank", "sentences that CSL has too", "number", census.from_elsewhere, bar=0)
    times = engine().state().size_bytes / census.utf8_bytes
    yield Row("the index", "size, times the text in UTF-8", "×", round(times, 2), bar=TIMES_THE_TEXT)


def printed(rows: Iterator[Row]) -> list[Row]:
    """All of them, each shown as soon as it is there."""
    found = []
    for row in rows:
        peer = "" if row.peer is None else f" against {row.peer}"
        print(f"{row.case}: {row.figure} {row.ours}{peer} {row.unit}", flush=True)
        found.append(row)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, help=f"how many ({PLANS}; {PEER_PLANS} with --peers)")
    parser.add_argument("--papers", type=Path, default=PAPERS, help="CSL's dev part, as JSON lines")
    parser.add_argument("--peers", action="store_true", help="ask others the same")
    parser.add_argument("--keep", action="store_true", help="use the index of the last run")
    parser.add_argument("--short", action="store_true", help="ask little of few plans, and keep no figures")
    parser.add_argument("--fill", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--fill-aside", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    load_before = results.load()
    if FOLDER.exists() and not (chosen.keep or chosen.fill or chosen.fill_aside or chosen.peers):
        shutil.rmtree(FOLDER)
    prepare()
    if chosen.fill_aside:
        fill_aside(chosen.fill_aside)
        return
    judged = papers(chosen.papers)
    if chosen.fill:
        register(chosen.fill)
        print(json.dumps(fill(chosen.fill, judged)))
        return
    if chosen.short:
        chosen.plans = chosen.plans or SHORT_PLANS
    asked = SHORT_ASKED if chosen.short else ASKED
    if chosen.peers:
        chosen.plans = chosen.plans or PEER_PLANS
        print(f"{chosen.plans} plans and {len(judged)} papers, {asked} questions of a kind")
        rows = printed(peer_rows(chosen.plans, asked, judged))
    else:
        chosen.plans = chosen.plans or PLANS
        rows = printed(measured(chosen, judged))
    print(results.table([row.to_json() for row in rows]))
    if not chosen.short:
        name = "search_peers" if chosen.peers else "search"
        versions = {"plans": str(chosen.plans), "tantivy": version("tantivy"), "rjieba": version("rjieba")}
        versions |= {"SQLite": sqlite3.sqlite_version, "Python": platform.python_version()}
        results.keep(name, rows, versions, load_before=load_before)
        results.show(name)


if __name__ == "__main__":
    main()
