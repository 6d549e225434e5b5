"""What the first search would wait for is loaded beforehand."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search.analysis import lexicon, normal, sounds, words
from search.engines import using
from search.engines.tantivy import TantivyEngine
from search.errors import EngineUnavailableError
from search.models import DictionaryWord
from search.services import warming

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cold() -> None:
    """As in a process that has just begun."""
    lexicon.forget()
    sounds._kept.clear()
    for kept in (words.cutter, normal._to_simplified, normal._changing, sounds.table):
        kept.cache_clear()


def loaded() -> list[int]:
    return [
        kept.cache_info().currsize
        for kept in (words.cutter, normal._to_simplified, normal._changing, sounds.table)
    ]


def test_dictionary_characters_and_sounds_are_loaded_and_the_index_is_open(tmp_path: Path) -> None:
    engine = TantivyEngine(tmp_path)
    with engine.rebuilding():
        pass

    with using(engine):
        warming.warm()

    assert loaded() == [1, 1, 1, 1]
    assert engine._reader._open is not None


def test_the_dictionary_is_the_one_with_the_words_that_administrators_added(tmp_path: Path) -> None:
    DictionaryWord.objects.create(word="大单元教学")
    lexicon.forget()
    engine = TantivyEngine(tmp_path)
    with engine.rebuilding():
        pass

    with using(engine):
        warming.warm()
    words.cutter(lexicon.lexicon().added)

    assert words.cutter.cache_info().currsize == 1


def test_nothing_is_written(tmp_path: Path) -> None:
    with (
        using(TantivyEngine(tmp_path)),
        CaptureQueriesContext(connection) as asked,
        pytest.raises(EngineUnavailableError),
    ):
        warming.warm()

    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert list(tmp_path.iterdir()) == []


def test_without_an_index_the_rest_is_loaded(tmp_path: Path) -> None:
    with using(TantivyEngine(tmp_path)), pytest.raises(EngineUnavailableError):
        warming.warm()

    assert loaded() == [1, 1, 1, 1]
