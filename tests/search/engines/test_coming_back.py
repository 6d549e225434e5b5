"""A thing is taken out and comes back within a moment, by the real outbox and each real engine: it is found again."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from search import kinds
from search.engines import using
from search.engines.base import Engine
from search.models import EntryRow, GoneEntry, OutboxRow
from search.services import indexing, outbox, rebuilding
from tests.search.services.test_indexing import change
from tests.search.shelf import Slips

pytestmark = pytest.mark.django_db


@pytest.fixture
def slips(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slips]:
    """The only kind there is, in the index of that engine."""
    monkeypatch.setattr(kinds, "_kinds", {})
    slips = Slips()
    kinds.register(slips.kind())
    with using(engine):
        yield slips


def held(engine: Engine) -> dict[str, int]:
    return {key: version for _, key, version in engine.versions()}


def killed(monkeypatch: pytest.MonkeyPatch, name: str, *, after: bool = False) -> None:
    """A pass that dies at one of its steps: before it, or when it is done."""
    step = getattr(indexing, name)

    def dying(*given: object) -> None:
        if after:
            step(*given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(indexing, name, dying)
        indexing.drain()


def test_what_was_hidden_and_opened_again_is_found(engine: Engine, slips: Slips) -> None:
    for title in ("一稿", None, "二稿", None, "三稿"):
        change(slips, narrows=title is None, a=title)
        indexing.drain()

    assert held(engine) == {"a": 5}
    assert (outbox.hidden_now(), GoneEntry.objects.count()) == (frozenset(), 0)
    assert not rebuilding.difference()


@pytest.mark.parametrize(("step", "after"), [("_write", False), ("_write", True), ("_settle", False)])
def test_kill_amid_a_removal_keeps_neither_it_nor_its_return_out(
    engine: Engine, slips: Slips, monkeypatch: pytest.MonkeyPatch, step: str, *, after: bool
) -> None:
    change(slips, a="一稿", b="别的")
    indexing.drain()

    change(slips, narrows=True, a=None)
    killed(monkeypatch, step, after=after)
    assert outbox.hidden_now() == {"slip:a"}
    indexing.drain()
    assert held(engine) == {"b": 1}

    change(slips, a="二稿")
    killed(monkeypatch, step, after=after)
    indexing.drain()

    assert held(engine).keys() == {"a", "b"}
    assert EntryRow.objects.filter(is_indexed=True).count() == 2
    assert not OutboxRow.objects.exists()
    assert not rebuilding.difference()


def test_thing_that_came_back_before_anybody_looked_was_never_away(engine: Engine, slips: Slips) -> None:
    change(slips, a="一稿")
    indexing.drain()
    change(slips, a=None)
    change(slips, a="二稿")
    indexing.drain()

    assert held(engine) == {"a": 2}


def test_what_a_rebuild_forgot_comes_back(engine: Engine, slips: Slips) -> None:
    change(slips, a="一稿", b="别的")
    indexing.drain()
    del slips.there["a"]
    rebuilding.rebuild()
    assert held(engine) == {"b": 1}

    change(slips, a="二稿")
    indexing.drain()

    assert held(engine) == {"a": 3, "b": 1}
    assert not rebuilding.difference()
