"""The example of ARCHITECTURE.md, run as it stands there: a kind of its own without a change in ``search/``."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from research.models import Person
from search import kinds
from search.engines import using
from search.engines.tantivy import TantivyEngine
from search.services import indexing, outbox, rebuilding, searching
from search.services.searching import Wanted
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"


class Songs(list[Any]):
    """As much of a model's manager as the example needs."""

    def filter(self, *, pk__in: list[str]) -> list[Any]:
        return [song for song in self if str(song.pk) in pk__in]

    def all(self) -> list[Any]:
        return list(self)


class Song(SimpleNamespace):
    objects = Songs()

    def save(self) -> None:
        """It lives in memory."""


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The names that the example defines, with two songs in the box, registered and indexed."""
    (code,) = re.findall(
        r"```python\n(from search import kinds\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    monkeypatch.setattr(kinds, "_kinds", {})
    monkeypatch.setattr(kinds, "_principals", [lambda person: frozenset({"all", f"p:{person.pk}"})])
    Song.objects[:] = [
        Song(
            pk=1,
            title="黄河大合唱",
            words="风在吼，马在叫，黄河在咆哮",
            theme="红色文化",
            is_public=True,
            owner=0,
        ),
        Song(pk=2, title="我的练习曲", words="黄河边的小路", theme="练习", is_public=False, owner=0),
    ]
    defined: dict[str, Any] = {"Song": Song}
    exec(code, defined)  # noqa: S102 - our own page
    defined["register"]()
    with using(TantivyEngine(tmp_path)):
        rebuilding.rebuild()
        yield defined


def titles(person: Person, query: str) -> list[str]:
    found = searching.search(person, Wanted(query=query))
    assert found.found.total == len(found.cards)
    return [card.entry.title for card in found.cards]


def test_things_of_a_new_kind_are_found_with_tab_facet_and_snippet(example: dict[str, Any]) -> None:
    found = searching.search(PersonFactory.create(), Wanted(query="黄河在咆哮"))
    (card,) = found.cards

    assert card.context == {"url": "/songs/1/", "line": "歌曲"}
    assert [(snippet.label, "<mark>" in snippet.html) for snippet in card.snippets] == [("歌词", True)]
    assert dict(found.found.kinds) == {"song": 1}
    assert dict(found.found.facets["theme"]) == {"红色文化": 1}


def test_its_owner_alone_finds_what_is_not_public(example: dict[str, Any]) -> None:
    owner, other = PersonFactory.create(), PersonFactory.create()
    Song.objects[1].owner = owner.pk
    with transaction.atomic():
        outbox.queue(kind="song", keys=[2])
    indexing.drain()
    assert (titles(owner, "练习曲"), titles(other, "练习曲")) == (["我的练习曲"], [])


def test_what_was_hidden_is_gone_before_the_index_knows(example: dict[str, Any]) -> None:
    person = PersonFactory.create()
    assert titles(person, "黄河大合唱") == ["黄河大合唱"]
    with transaction.atomic():
        example["hide"](Song.objects[0])
    assert titles(person, "黄河大合唱") == []
    indexing.drain()
    assert titles(person, "黄河大合唱") == []
