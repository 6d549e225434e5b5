"""Whether people find what they mean: judged queries, and papers among lesson plans.

``python -m bench.relevance [--bank N] [--short] [--below X]``. With ``--bank`` everything hides among so many generated plans as
well; ``--short`` keeps nothing; ``--below 0.6`` lists the queries whose nDCG@10 is less, with what the site finds first.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from bench.apparatus import results  # noqa: E402
from bench.apparatus.relevance import bank, judged  # noqa: E402
from bench.apparatus.relevance.judged import Query  # noqa: E402
from bench.apparatus.relevance.measures import Measured, mean, measured  # noqa: E402
from bench.apparatus.relevance.variants import WAYS, engine_with, product, shipped_words  # noqa: E402
from bench.apparatus.results import Row  # noqa: E402
from search.engines.base import Engine  # noqa: E402

SHOWN = 5


def by_type(queries: Sequence[Query]) -> dict[str, list[Query]]:
    found: dict[str, list[Query]] = {}
    for query in queries:
        found.setdefault(query.type, []).append(query)
    return found


def measure(engine: Engine, queries: Sequence[Query]) -> dict[str, Measured]:
    """By each way to search, the mean over the queries."""
    return {
        name: mean([measured(way(engine, query.text), query.grades) for query in queries])
        for name, way in WAYS.items()
    }


def rows_of(type_: str, queries: Sequence[Query], found: dict[str, Measured]) -> Iterator[Row]:
    for way, one in found.items():
        for figure, value in (("nDCG@10", one.ndcg), ("MRR@10", one.mrr), ("recall@50", one.recall)):
            yield Row(f"{type_}, {len(queries)}", f"{figure}, {way}", "", round(value, 4))


def line_of(type_: str, queries: Sequence[Query], found: dict[str, Measured]) -> str:
    return f"| {type_} | {len(queries)} | " + " | ".join(map(str, found.values())) + " |"


def misses(engine: Engine, queries: Sequence[Query], below: float) -> Iterator[str]:
    """The queries that are answered worst, and what stands first with its grade."""
    for query in queries:
        found = product(engine, query.text)
        one = measured(found, query.grades)
        if one.ndcg < below:
            first = ", ".join(f"{key} {query.grades.get(key, 0)}" for key in found[:SHOWN])
            yield f"{one.ndcg:.2f} {query.name} {query.text}: {first or 'nothing'}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.relevance", description=__doc__)
    parser.add_argument("--bank", type=int, default=0, help="hide among so many generated plans")
    parser.add_argument("--short", action="store_true", help="nothing is kept")
    parser.add_argument("--below", type=float, default=0.0, help="list queries whose nDCG@10 is less")
    options = parser.parse_args(arguments)
    load_before = results.load()
    rows: list[Row] = []
    lines = [
        "| asked | queries | " + " | ".join(WAYS) + " |",
        "|---|---:|" + "---|" * len(WAYS),
    ]
    papers = bank.papers()
    with shipped_words():
        plans = [*bank.plans(), *bank.more_plans(options.bank)]
        sets = (
            (engine_with(plans), by_type(judged.queries())),
            (
                engine_with([*plans, *bank.paper_entries(papers)]),
                by_type([*judged.by_title(papers), *judged.by_keywords(papers)]),
            ),
        )
        for engine, types in sets:
            for type_, queries in types.items():
                found = measure(engine, queries)
                rows += rows_of(type_, queries, found)
                lines.append(line_of(type_, queries, found))
                for line in misses(engine, queries, options.below):
                    print(line)
    print("\n".join(lines))
    if not options.short:
        used = {"plans": str(len(plans)), "papers": str(len(papers)), "tantivy": version("tantivy")}
        results.keep("relevance", rows, used, load_before=load_before)
        results.show("relevance", "\n".join(lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
