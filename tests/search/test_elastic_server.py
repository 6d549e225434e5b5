"""The server that tests share, and what is said where it cannot be."""

import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.search import elastic_server
from tests.search.elastic_server import elasticsearch_server
from tests.servers import ROOT

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _none_is_given(monkeypatch: Patch) -> None:
    monkeypatch.delenv("SEARCH_TEST_URL", raising=False)


@pytest.fixture
def lives(monkeypatch: Patch) -> list[str]:
    """What becomes of a server that is none."""
    said: list[str] = []

    def started(running: Path, version: str) -> int:
        running.write_text('{"port": 9}', encoding="utf-8")
        said.append(f"{version} started")
        return 9

    def ended(running: Path) -> None:
        running.unlink()
        said.append("ended")

    monkeypatch.setattr(elastic_server, "java_for", Path)
    monkeypatch.setattr(elastic_server, "answers", lambda _port: said[-1].endswith("started"))
    monkeypatch.setattr(elastic_server, "_started", started)
    monkeypatch.setattr(elastic_server, "_end", ended)
    return said


def test_first_that_needs_it_starts_it_and_the_last_ends_it(lives: list[str], tmp_path: Path) -> None:
    with ExitStack() as first, ExitStack() as second:
        assert first.enter_context(elasticsearch_server(tmp_path, "8")) == "http://127.0.0.1:9"
        assert second.enter_context(elasticsearch_server(tmp_path, "8")) == "http://127.0.0.1:9"
        assert lives == ["8 started"]

        first.close()
        assert lives == ["8 started"]
        second.close()
        assert lives == ["8 started", "ended"]

    with elasticsearch_server(tmp_path, "8"):
        assert lives == ["8 started", "ended", "8 started"]


def test_two_versions_are_two_servers(lives: list[str], tmp_path: Path) -> None:
    with elasticsearch_server(tmp_path, "8"), elasticsearch_server(tmp_path, "9"):
        assert lives == ["8 started", "9 started"]


def test_server_that_died_is_followed_by_another(lives: list[str], tmp_path: Path) -> None:
    with elasticsearch_server(tmp_path, "8"):
        lives.append("died")
        with elasticsearch_server(tmp_path, "8"):
            assert lives == ["8 started", "died", "8 started"]


def test_server_that_is_given_is_used(lives: list[str], tmp_path: Path, monkeypatch: Patch) -> None:
    monkeypatch.setenv("SEARCH_TEST_URL", "http://search:9200")

    with elasticsearch_server(tmp_path) as url:
        assert (url, lives) == ("http://search:9200", [])


@pytest.mark.enable_socket
@pytest.mark.elasticsearch
@pytest.mark.timeout(600)
def test_processes_of_a_run_share_one(elasticsearch_url: str, run_folder: Path) -> None:
    with elasticsearch_server(run_folder) as url:
        assert url == elasticsearch_url
    assert elastic_server.answers(int(url.rpartition(":")[2]))


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_missing_java_is_said_and_in_ci_a_failure(
    tmp_path: Path, monkeypatch: Patch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(elastic_server, "_java_homes", lambda: iter(()))

    with pytest.raises(outcome, match=r"left out \(apt install openjdk-17-jre-headless\)"):
        elasticsearch_server(tmp_path).__enter__()


@pytest.mark.parametrize("ci", ["", "true"])
def test_newer_server_is_a_gift(tmp_path: Path, monkeypatch: Patch, ci: str) -> None:
    """Debian 12 has no Java that it runs on."""
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(elastic_server, "_java_homes", lambda: iter(()))

    with pytest.raises(pytest.skip.Exception, match="openjdk-21-jre-headless"):
        elasticsearch_server(tmp_path, elastic_server.NEWER_VERSION).__enter__()


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_missing_maven_is_said_and_in_ci_a_failure(
    tmp_path: Path, monkeypatch: Patch, ci: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(outcome, match=r"left out \(apt install maven\)"):
        elastic_server._fetch(elastic_server.VERSION, tmp_path / "zip")


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
def test_server_that_cannot_be_fetched_is_said_and_in_ci_a_failure(
    tmp_path: Path, monkeypatch: Patch, ci: str, outcome: type[BaseException]
) -> None:
    maven = tmp_path / "mvn"
    maven.write_text("#!/bin/sh\necho no way to $4; exit 1\n", encoding="ascii")
    maven.chmod(0o755)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    named = re.escape(f"elasticsearch:{elastic_server.VERSION}:zip")

    with pytest.raises(outcome, match=f"could not be fetched: no way to .*{named}"):
        elastic_server._fetch(elastic_server.VERSION, tmp_path / "zip")


def test_ci_installs_what_these_tests_need() -> None:
    said = re.search(
        r"^packages=\(([^)]*)\)", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert said is not None
    assert {"openjdk-17-jre-headless", "maven"} <= set(said[1].split())
