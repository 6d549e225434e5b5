"""Queries with what was judged of each (判定): ``bench/relevance/queries.tsv``, whose README says how."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from bench.apparatus.relevance.bank import DATA, Paper

MEANT: Final = "="
"""Before the name of another query: what is meant is the same, only typed otherwise."""


@dataclass(frozen=True, slots=True)
class Query:
    """Something to ask for. ``grades`` says from 1 (touches it) to 3 (this is it) how well each plan answers; all others do not."""

    name: str
    type: str
    text: str
    grades: Mapping[str, int]


@cache
def queries() -> list[Query]:
    """All judged queries, in the order of the file."""
    lines = (DATA / "queries.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    said = {name: judged for name, _type, _text, judged, _how in rows}
    return [Query(name, type_, text, _grades(judged, said)) for name, type_, text, judged, _how in rows]


def _grades(judged: str, said: Mapping[str, str]) -> dict[str, int]:
    if judged.startswith(MEANT):
        judged = said[judged.removeprefix(MEANT)]
    pairs = (one.rsplit(":", 1) for one in judged.split())
    return {key: int(grade) for key, grade in pairs}


def by_title(papers: list[Paper]) -> list[Query]:
    """A paper's title, for its abstract."""
    return [Query(paper.key, "CSL titles", paper.title, {paper.key: 3}) for paper in papers]


def by_keywords(papers: list[Paper]) -> list[Query]:
    """A paper's keywords, for its abstract."""
    return [Query(paper.key, "CSL keywords", " ".join(paper.keywords), {paper.key: 3}) for paper in papers]
