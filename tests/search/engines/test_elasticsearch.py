"""What is peculiar to Elasticsearch; what every engine must do stands in the contract."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from typing_extensions import override

from search.engines.elasticsearch import ElasticsearchEngine, changes, connection, documents, generations
from search.engines.elasticsearch.connection import read_address
from search.errors import EngineBusyError, EngineUnavailableError, RejectedEntriesError
from search.query.clauses import Any as AnyOf
from search.query.clauses import Prefix, Sequence, Term
from search.query.tree import Words
from search.types import Hit, Request
from tests.search.engines.entries import entry
from tests.servers import free_port

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.elasticsearch,
    pytest.mark.django_db,
    pytest.mark.timeout(600),  # the first of them fetches and starts the server
]

EVERYBODY = frozenset({"all"})


def put(engine: ElasticsearchEngine, *entries: Any) -> None:
    with engine.writing() as batch:
        for one in entries:
            batch.put(one)


def rebuild(engine: ElasticsearchEngine, *entries: Any, amid: Callable[[], object] = int) -> None:
    with engine.rebuilding() as batch:
        for one in entries:
            batch.put(one)
        amid()


def held(engine: ElasticsearchEngine) -> dict[str, int]:
    return {f"{kind}:{key}": version for kind, key, version in engine.versions()}


def keys(engine: ElasticsearchEngine, text: str, **own: Any) -> list[str]:
    request = Request(principals=EVERYBODY, query=Words(text), **own)
    return [hit.key for hit in engine.search(request).hits]


def matching(engine: ElasticsearchEngine, clause: Any, **own: Any) -> list[str]:
    values: dict[str, Any] = {"principals": EVERYBODY, "excluded": (), "kinds": (), "limit": 10} | own
    return sorted(hit.key for hit in engine.matching(clause, **values))


@pytest.fixture
def client(elasticsearch_url: str) -> Iterator[Elasticsearch]:
    with Elasticsearch(elasticsearch_url) as made:
        yield made


# --- versions ---------------------------------------------------------------------------------------------------


def test_late_change_overwrites_nothing(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a", "三角形内角和", version=5))
    put(elastic, entry("a", "平行四边形", version=4))

    assert held(elastic) == {"plan:a": 5}
    assert (keys(elastic, "三角形"), keys(elastic, "平行四边形")) == (["a"], [])


def test_late_change_of_what_was_taken_out_is_refused(elastic: ElasticsearchEngine) -> None:
    """Two workers: the one read a thing before it went, and writes after the other took it out."""
    put(elastic, entry("a", version=6))
    with elastic.writing() as batch:
        batch.remove("plan", "a", 7)
    put(elastic, entry("a", "迟到的一稿", version=6))
    assert held(elastic) == {}

    put(elastic, entry("a", "平行四边形", version=8))
    assert keys(elastic, "平行四边形") == ["a"]


def test_late_removal_takes_nothing_out(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a", version=6))
    with elastic.writing() as batch:
        batch.remove("plan", "a", 5)
        batch.remove("plan", "never there", 5)

    assert held(elastic) == {"plan:a": 6}


def test_batch_keeps_the_newest_of_what_it_is_told_of_a_thing(elastic: ElasticsearchEngine) -> None:
    with elastic.writing() as batch:
        batch.put(entry("a", "二稿", version=2))
        batch.put(entry("a", "一稿", version=1))
        batch.put(entry("b", version=1))
        batch.remove("plan", "b", 2)

    assert held(elastic) == {"plan:a": 2}


def test_batch_that_raises_sends_nothing(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a"))
    with pytest.raises(ZeroDivisionError), elastic.writing() as batch:
        batch.put(entry("b", version=1 // 0))

    assert held(elastic) == {"plan:a": 1}


# --- generations ------------------------------------------------------------------------------------------------


def test_first_index_is_not_current_until_it_was_made_as_a_whole(elastic: ElasticsearchEngine) -> None:
    assert not elastic.state().is_current
    put(elastic, entry("a"))
    assert not elastic.state().is_current

    rebuild(elastic, entry("a"))

    state = elastic.state()
    assert (state.documents, state.is_current, state.fingerprint) == (1, True, documents.made_with())
    assert state.size_bytes > 0


def test_old_index_answers_and_both_take_changes_while_a_new_one_is_made(
    elastic: ElasticsearchEngine,
) -> None:
    put(elastic, entry("a", "三角形内角和"), entry("gone", "三角形"))

    with elastic.rebuilding() as batch:
        assert sorted(keys(elastic, "三角形")) == ["a", "gone"]
        put(elastic, entry("a", "三角形全等", version=3), entry("new", "三角形相似"))
        batch.put(entry("a", "三角形内角和", version=2))
        assert sorted(keys(elastic, "三角形")) == ["a", "gone", "new"]

    assert held(elastic) == {"plan:a": 3, "plan:new": 1}


@pytest.mark.parametrize("sent_at", [1, 2, 500])
def test_new_index_remembers_what_was_taken_out_while_it_was_filled(
    elastic: ElasticsearchEngine, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch, sent_at: int
) -> None:
    """However much the buffer holds back; afterwards the index forgets as soon as any other."""
    monkeypatch.setattr("search.engines.elasticsearch.batches.AT_ONCE", sent_at)
    put(elastic, entry("a"), entry("b"))

    with elastic.rebuilding() as batch:
        answering = elastic._generations.answering(client)
        [fresh] = [one.index for one in elastic._generations.taking(client) if one != answering]
        assert client.indices.get_settings(index=fresh)[fresh]["settings"]["index"]["gc_deletes"] == "1d"
        batch.put(entry("a"))
        with elastic.writing() as other:
            other.remove("plan", "a", 2)
            other.remove("plan", "b", 2)
        batch.put(entry("b"))
        batch.put(entry("c"))

    assert held(elastic) == {"plan:c": 1}
    assert "gc_deletes" not in client.indices.get_settings(index=fresh)[fresh]["settings"]["index"]


def test_new_index_goes_when_making_it_fails(elastic: ElasticsearchEngine, client: Elasticsearch) -> None:
    put(elastic, entry("a"))
    with pytest.raises(ZeroDivisionError), elastic.rebuilding():
        raise ZeroDivisionError

    assert held(elastic) == {"plan:a": 1}
    assert len(indexes(elastic, client)) == 1


def indexes(engine: ElasticsearchEngine, client: Elasticsearch) -> list[str]:
    name = engine._connection.address.index
    return sorted(client.indices.get(index=f"{name}-*"))


def test_old_index_and_what_a_killed_process_left_are_gone_after_a_rebuild(
    elastic: ElasticsearchEngine, client: Elasticsearch
) -> None:
    put(elastic, entry("a"))
    elastic._generations.add(client, documents.made_with())
    assert len(indexes(elastic, client)) == 2

    rebuild(elastic, entry("a"))

    assert len(indexes(elastic, client)) == 1


def test_second_rebuild_at_the_same_time_wins(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a"))
    with pytest.raises(EngineBusyError):
        rebuild(elastic, entry("a"), amid=lambda: rebuild(elastic, entry("b")))

    assert held(elastic) == {"plan:b": 1}


def test_rebuild_fails_when_something_put_is_not_there(
    elastic: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(elastic, entry("a"))
    write = changes.write
    monkeypatch.setattr(changes, "write", lambda client, index, made: write(client, index, made[1:]))

    with pytest.raises(EngineUnavailableError, match="holds 1 of 2"):
        rebuild(elastic, entry("b"), entry("c"))

    assert held(elastic) == {"plan:a": 1}


def test_index_of_another_mapping_answers_and_is_not_current(
    elastic: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with elastic.rebuilding() as batch:
        batch.put(entry("a", "三角形内角和"))
    assert elastic.state().is_current

    monkeypatch.setattr(documents, "CODE", documents.CODE + 1)

    assert not elastic.state().is_current
    assert keys(elastic, "三角形") == ["a"]


def test_what_an_outdated_index_refuses_is_no_fault_of_the_entry(
    elastic: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(elastic, entry("a"))
    body_by = documents.body_by
    monkeypatch.setattr(
        "search.engines.elasticsearch.batches.body_by",
        lambda tokens, one: body_by(tokens, one) | {"of_tomorrow": 1},
    )
    with pytest.raises(RejectedEntriesError) as refused:
        put(elastic, entry("b"), entry("c"))
    assert refused.value.faults.keys() == {"plan:b", "plan:c"}
    assert "of_tomorrow" in refused.value.faults["plan:b"]

    monkeypatch.setattr(documents, "CODE", documents.CODE + 1)
    put(elastic, entry("b"))

    assert held(elastic) == {"plan:a": 1}


def test_one_entry_that_is_refused_holds_up_no_other(elastic: ElasticsearchEngine) -> None:
    with pytest.raises(RejectedEntriesError) as refused:
        put(elastic, entry("a"), entry("b", uses=2**70), entry("c"))

    assert refused.value.faults.keys() == {"plan:b"}
    assert held(elastic) == {"plan:a": 1, "plan:c": 1}


def test_rebuild_takes_its_place_without_what_was_refused_and_says_so(elastic: ElasticsearchEngine) -> None:
    with pytest.raises(RejectedEntriesError) as refused:
        rebuild(elastic, entry("a"), entry("b", uses=2**70))

    assert refused.value.faults.keys() == {"plan:b"}
    assert (held(elastic), elastic.state().is_current) == ({"plan:a": 1}, True)


# --- tokens -----------------------------------------------------------------------------------------------------


def test_token_with_a_blank_stays_one(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a", people=("Mary Smith", "李 梅")), entry("b", people=("Mary", "Smith")))

    assert matching(elastic, Term("people_w", "mary smith")) == ["a"]
    assert matching(elastic, Term("people_w", "mary")) == ["b"]
    assert matching(elastic, Prefix("people_w", "mary s")) == ["a"]


def test_very_long_token_is_found(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a", text="x" * 5_000), entry("b", text="x" * 50))

    assert matching(elastic, Term("body_w", "x" * 5_000)) == ["a"]


def test_phrase_goes_over_no_border(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a", text="三角形，内角和"), entry("b", text="三角形内角和"))

    assert matching(elastic, Sequence("body_b", ("角形", "形内", "内角"))) == ["b"]


def test_scores_are_those_of_bm25_over_all_entries(elastic: ElasticsearchEngine) -> None:
    put(elastic, entry("a", text="勾股定理"), entry("b"), entry("c"))
    [hit] = elastic.matching(
        Term("body_b", "勾股", 3.0), principals=EVERYBODY, excluded=(), kinds=(), limit=1
    )
    idf = elastic.rarity("body_b", ["勾股", "没有"])

    assert idf == {"勾股": pytest.approx(0.980829), "没有": pytest.approx(2.079442)}
    # Three pairs in one of three entries, a border alone in the two others: an average length of five thirds.
    weight = 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / (5 / 3)))
    assert hit.score == pytest.approx(3 * idf["勾股"] * weight, rel=1e-5)


# --- a server that does not answer ------------------------------------------------------------------------------

REQUEST = Request(principals=EVERYBODY, query=Words("三角形"))


def refuses(engine: ElasticsearchEngine) -> None:
    """Every method says the same."""
    clause = AnyOf((Term("title_w", "三角形"),))
    with pytest.raises(EngineUnavailableError):
        engine.search(REQUEST)
    with pytest.raises(EngineUnavailableError):
        engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=1)
    with pytest.raises(EngineUnavailableError):
        engine.explain(REQUEST, Hit("plan", "a"))
    with pytest.raises(EngineUnavailableError):
        engine.rarity("title_w", ["三角形"])
    with pytest.raises(EngineUnavailableError):
        put(engine, entry("a"))
    with pytest.raises(EngineUnavailableError), engine.rebuilding():
        pass
    with pytest.raises(EngineUnavailableError):
        list(engine.versions())
    with pytest.raises(EngineUnavailableError):
        engine.state()


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long in these tests."""
    monkeypatch.setattr(connection, "SEARCH_SECONDS", 0.3)
    monkeypatch.setattr(connection, "WRITE_SECONDS", 0.3)


@pytest.mark.usefixtures("_hasty")
def test_server_that_is_down_is_unavailable() -> None:
    refuses(ElasticsearchEngine(f"http://127.0.0.1:{free_port()}"))


class Broken(BaseHTTPRequestHandler):
    """Answers everything with an error of its own."""

    status = 500
    asked = 0

    def answer(self) -> None:
        type(self).asked += 1
        self.send_response(self.status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", "application/vnd.elasticsearch+json;compatible-with=8")
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"{}")

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = answer  # noqa: N815 - the names that http.server looks for

    @override
    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def broken() -> Iterator[type[Broken]]:
    Broken.asked, Broken.status = 0, 500
    with HTTPServer(("127.0.0.1", 0), Broken) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        Broken.port = server.server_port  # type: ignore[attr-defined]
        yield Broken
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("status", [500, 503, 429, 401])
@pytest.mark.usefixtures("_hasty")
def test_server_that_answers_with_errors_is_unavailable(broken: type[Broken], status: int) -> None:
    broken.status = status
    refuses(ElasticsearchEngine(f"http://127.0.0.1:{broken.port}"))  # type: ignore[attr-defined]


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that takes connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(100)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.mark.usefixtures("_hasty")
def test_server_that_is_slow_is_unavailable_and_left_alone_for_a_while(
    silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ElasticsearchEngine(silent)
    with pytest.raises(EngineUnavailableError, match=r"[Tt]imed out|timeout"):
        engine.search(REQUEST)

    with pytest.raises(EngineUnavailableError, match="a moment ago"):
        engine.search(REQUEST)

    later = time.monotonic() + connection.QUIET_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    with pytest.raises(EngineUnavailableError, match=r"[Tt]imed out|timeout"):
        engine.search(REQUEST)


def test_search_without_any_index_is_unavailable(elastic: ElasticsearchEngine) -> None:
    with pytest.raises(EngineUnavailableError):
        elastic.search(REQUEST)
    assert list(elastic.versions()) == []


def test_each_process_has_a_client_of_its_own(
    elastic: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = elastic._connection.client
    assert elastic._connection.client is mine

    monkeypatch.setattr("os.getpid", lambda: 0)

    assert elastic._connection.client is not mine


def test_nothing_is_written_into_an_index_that_is_gone(
    elastic: ElasticsearchEngine, client: Elasticsearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(elastic, entry("a"))
    gone = elastic._generations.answering(client)
    assert gone is not None
    rebuild(elastic, entry("a"))

    stale = [gone, *elastic._generations.taking(client)]
    taking = iter([stale])
    monkeypatch.setattr(elastic._generations, "taking", lambda _client: next(taking, stale[1:]))
    put(elastic, entry("b"))

    assert held(elastic) == {"plan:a": 1, "plan:b": 1}
    assert not client.indices.exists(index=gone.index)
    assert not client.indices.exists(index=generations.door(gone.index))


# --- the address ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "hosts", "index", "replicas"),
    [
        ("http://search", ("http://search:9200",), "jiaoyan", 0),
        ("https://a.example", ("https://a.example:443",), "jiaoyan", 0),
        (
            "https://me:pw@a:9201,b/es/?index=x&replicas=1",
            ("https://me:pw@a:9201/es", "https://me:pw@b:443/es"),
            "x",
            1,
        ),
    ],
)
def test_address_is_read(url: str, hosts: tuple[str, ...], index: str, replicas: int) -> None:
    read = read_address(url)

    assert (read.hosts, read.index, read.replicas) == (hosts, index, replicas)


@pytest.mark.parametrize("url", ["search:9200", "http://a/?indx=x", "ftp://a", "http://a/?replicas=two"])
def test_address_that_cannot_be_meant_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"SEARCH_URL|invalid literal"):
        read_address(url)
