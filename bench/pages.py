"""Pages of lessons in a whole prefecture: ``make bench NAME=pages``, or ``python -m bench.pages --keep``.

100,000 plans of 40,000 people in the embedded database; each page is asked in this process, as the server
does it, by many different people. ``--keep`` uses the database of the last run, ``--short`` asks little.
"""

import argparse
import os
import platform
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import django
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.apparatus import results
from bench.apparatus.results import Row

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench" / "pages"
BAR_MS = 100.0
ASKED = 60


@dataclass(frozen=True, slots=True)
class Page:
    """A page by name; its address may differ by who asks."""

    name: str
    address: Callable[[int], str]


def pages(plan_id: int) -> Iterator[Page]:
    """Every page that shows plans, the dear ones too."""
    lists = {
        "我主备的": "scope=mine",
        "与我共享": "scope=shared",
        "我的小组": "scope=group",
        "本单位": "scope=unit",
        "本县区": "scope=county",
        "全市": "scope=city",
        "全市, page 50": "scope=city&page=50",
        "全市, stage and subject": "scope=city&stage=senior&subject=历史",
        "全市, title": "scope=city&q=敌后 7",
        "全市, title that nobody wrote": "scope=city&q=量子纠缠",
        "全市, lead by pinyin": "scope=city&author=liuxiulan",
        "全市, lead that does not exist": "scope=city&author=zzz",
        "全市, most used": "scope=city&sort=used",
        "全市, by title": "scope=city&sort=title",
        "本县区, title that nobody wrote": "scope=county&q=量子纠缠",
    }
    for name, query in lists.items():
        yield Page(f"备课 {name}", lambda _person, query=query: f"/lessons/?{query}")  # type: ignore[misc]
    yield Page("工作台", lambda _person: "/")
    yield Page("回收站", lambda _person: "/lessons/trash/")
    yield Page("新建教案", lambda _person: "/lessons/new/")
    yield Page("教案", lambda _person: f"/lessons/plans/{plan_id}/")
    yield Page("成员与可见范围", lambda _person: f"/lessons/plans/{plan_id}/members/")


type_of_times = list[tuple[float, float]]


def measure(page: Page, clients: list[tuple[int, Client]], asked: int) -> tuple[type_of_times, set[int]]:
    """Milliseconds of each answer, by the clock and of the processor, and how many queries they took."""
    from django.db import connection  # needs settings

    taken: list[tuple[float, float]] = []
    queries = set()
    for turn in range(asked):
        person, client = clients[turn % len(clients)]
        address = page.address(person)
        began, worked = time.perf_counter(), time.process_time()
        response = client.get(address)
        taken.append((1000 * (time.perf_counter() - began), 1000 * (time.process_time() - worked)))
        if response.status_code != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"{address} answered {response.status_code}")
    for _person, client in clients[:5]:
        with CaptureQueriesContext(connection) as seen:
            client.get(page.address(_person))
        queries.add(len(seen))
    return taken, queries


def visitors(count: int) -> list[tuple[int, Client]]:
    """People of all kinds, officers among them, each signed in."""
    from research.models import Person

    random = Random(7)
    officers = list(Person.objects.filter(appointments__isnull=False)[:3])
    ids = random.sample(list(Person.objects.values_list("pk", flat=True)), count)
    found = []
    for person in [*officers, *Person.objects.filter(pk__in=ids)][:count]:
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        found.append((person.pk, client))
    return found


def percentile(values: Iterable[float], part: float) -> float:
    ordered = sorted(values)
    return round(ordered[max(0, round(len(ordered) * part) - 1)], 1)


def rows_of(page: Page, taken: type_of_times, queries: set[int]) -> Iterator[Row]:
    by_clock, of_processor = zip(*taken, strict=True)
    yield Row(page.name, "p50", "ms", percentile(by_clock, 0.5))
    yield Row(page.name, "p95", "ms", percentile(by_clock, 0.95), bar=BAR_MS)
    yield Row(page.name, "p95 of the processor", "ms", percentile(of_processor, 0.95))
    yield Row(page.name, "queries, the most", "number", float(max(queries)))


def prepare(*, keep: bool) -> None:
    """An installation of its own, filled."""
    if FOLDER.exists() and not keep:
        shutil.rmtree(FOLDER)
    FOLDER.mkdir(parents=True, exist_ok=True)
    os.environ |= {"VAR_DIR": str(FOLDER), "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    django.setup()
    from django.core.management import call_command

    from bench.apparatus import prefecture
    from research.models import Person

    call_command("migrate", verbosity=0)
    if not Person.objects.exists():
        began = time.perf_counter()
        prefecture.fill()
        print(f"filled in {time.perf_counter() - began:.0f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="use the database of the last run")
    parser.add_argument("--short", action="store_true", help="ask little, and keep no figures")
    chosen = parser.parse_args()
    load_before = results.load()
    prepare(keep=chosen.keep)
    from django.db import connection

    from lessons.models import LessonPlan

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    clients = visitors(6 if chosen.short else 30)
    plan_id = LessonPlan.objects.get(title="家国情怀：从刘胡兰到我们").pk
    rows: list[Row] = []
    for page in pages(plan_id):
        measure(page, clients[:3], 3)  # templates and pages of the database get warm
        rows += rows_of(page, *measure(page, clients, 10 if chosen.short else ASKED))
    print(results.table([row.to_json() for row in rows]))
    if not chosen.short:
        versions = {
            "Django": django.__version__,
            "SQLite": sqlite3.sqlite_version,
            "Python": platform.python_version(),
        }
        results.keep("pages", rows, versions, load_before=load_before)
        results.show("pages")


if __name__ == "__main__":
    main()
