"""What an index was made with; when that changes, the index is made anew."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from search.analysis import lexicon, version, words
from search.analysis.version import fingerprint
from search.engines import using
from search.engines.tantivy import TantivyEngine
from search.models import DictionaryWord, SynonymGroup
from search.query.clauses import Term
from search.services import indexing, outbox
from search.services.indexer import Indexer
from tests.search.shelf import Slips

Patch = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _fresh() -> None:
    version._made_with.cache_clear()
    lexicon.forget()


def add_a_word(_patch: Patch) -> None:
    DictionaryWord.objects.create(word="石头剪子布")


def add_an_unknown_synonym(_patch: Patch) -> None:
    SynonymGroup(words=["说课稿子", "讲课底稿"]).save()


def ship_another_word(patch: Patch) -> None:
    known = words.shipped()
    patch.setattr(lexicon, "shipped", lambda: [*known, "石头剪子布"])


def change_the_code(patch: Patch) -> None:
    patch.setattr(version, "CODE", version.CODE + 1)


def change_a_library(patch: Patch) -> None:
    patch.setattr(version, "version", lambda name: f"{name} 99")


def change_the_table(patch: Patch) -> None:
    read = Path.read_bytes
    patch.setattr(Path, "read_bytes", lambda path: read(path) + b"x" * (path.name == "sounds.txt"))


CHANGES = [
    add_a_word,
    add_an_unknown_synonym,
    ship_another_word,
    change_the_code,
    change_a_library,
    change_the_table,
]


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_fingerprint_changes_with_what_tokens_are_made_with(
    monkeypatch: Patch, change: Callable[[Patch], None]
) -> None:
    before = fingerprint()
    change(monkeypatch)
    version._made_with.cache_clear()
    lexicon.forget()

    assert fingerprint() != before


@pytest.mark.django_db
def test_fingerprint_stays_where_nothing_changes_tokens() -> None:
    """The order of words says nothing, and synonyms of known words act when somebody asks."""
    DictionaryWord.objects.create(word="石头剪子布")
    DictionaryWord.objects.create(word="丢手绢游戏")
    lexicon.forget()
    before = fingerprint()

    SynonymGroup(words=["石头剪子布", "教案"]).save()
    DictionaryWord.objects.filter(word="石头剪子布").delete()
    DictionaryWord.objects.create(word="石头剪子布")
    lexicon.forget()

    assert fingerprint() == before


@pytest.mark.django_db(transaction=True)
def test_indexer_makes_the_index_anew_when_a_word_is_added(tmp_path: Path, slips: Slips) -> None:
    engine = TantivyEngine(tmp_path)
    whole = Term("title_w", "石头剪子布")

    def found() -> list[str]:
        hits = engine.matching(whole, principals={"all"}, excluded=(), kinds=(), limit=9)
        return [hit.key for hit in hits]

    with using(engine):
        slips.there["a"] = "石头剪子布"
        with transaction.atomic():
            outbox.queue(kind="slip", keys=["a"])
        indexing.drain()
        first = turned(Indexer())
        assert first is not None
        assert (engine.state().is_current, found()) == (True, [])
        assert turned(Indexer()) is None

        DictionaryWord.objects.create(word="石头剪子布")
        lexicon.forget()
        assert not engine.state().is_current
        turned(Indexer())

        assert (engine.state().is_current, found()) == (True, ["a"])


def turned(indexer: Indexer) -> object:
    """One turn of a worker that just began, and the rebuild that it starts, if it does, to its end."""
    indexer.turn("w1")
    if indexer._rebuild is not None:
        indexer._rebuild.join(60)
    return indexer._rebuild
