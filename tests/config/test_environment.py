"""Settings from the environment."""

import stat
from pathlib import Path

import pytest

from config import settings
from config.environment import read, read_flag, read_list, secret_kept_in


def test_read_prefers_the_file_that_name_file_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from the file\n")
    monkeypatch.setenv("SOME_KEY", "from the variable")
    monkeypatch.setenv("SOME_KEY_FILE", str(secret))

    assert read("SOME_KEY") == "from the file"


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("no", False)]
)
def test_read_flag(value: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001
    monkeypatch.setenv("SOME_FLAG", value)

    assert read_flag("SOME_FLAG", default=not expected) is expected


def test_read_flag_unset_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_FLAG", raising=False)

    assert read_flag("SOME_FLAG", default=True) is True


def test_read_list_drops_empty_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_LIST", " a, ,b,")

    assert read_list("SOME_LIST") == ["a", "b"]


def test_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "key"

    first = secret_kept_in(path)

    assert secret_kept_in(path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_connection_to_postgresql_ends_with_the_request_that_opened_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each request has a thread of its own under ASGI, so nobody would close what it leaves open."""
    monkeypatch.setenv("DATABASE_URL", "postgres://jiaoyan:secret@127.0.0.1/jiaoyan")

    found = settings.database()

    assert (found["NAME"], found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == ("jiaoyan", 0, True)
