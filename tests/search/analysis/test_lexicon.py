"""What administrators add takes effect."""

import re

import pytest
from django.core.exceptions import ValidationError

from search.analysis import lexicon
from search.analysis.entries import tokens_of
from search.analysis.lexicon import Lexicon, is_word
from search.analysis.runs import HAN, runs
from search.analysis.words import query_words
from search.models import DictionaryWord, SynonymGroup
from search.query import clauses
from search.query.compiler import compiled
from search.query.tree import Words
from search.types import Entry

HAN_ALONE = re.compile(f"[{HAN}]+")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    lexicon.forget()


def spoken_of(clause: clauses.Clause) -> set[str]:
    """What sequences a query asks for: the synonyms."""
    if isinstance(clause, clauses.Sequence):
        return {"".join(token[0] for token in clause.tokens) + clause.tokens[-1][-1]}
    inner = getattr(clause, "clauses", ())
    return set().union(*map(spoken_of, inner))


def test_added_word_is_kept_whole_in_entries_and_queries() -> None:
    entry = Entry("plan", "1", 1, "石头剪子布", frozenset())
    assert "石头剪子布" not in tokens_of(entry)["title_w"]

    DictionaryWord.objects.create(word="石头剪子布")
    lexicon.forget()

    assert "石头剪子布" in tokens_of(entry)["title_w"]
    assert query_words("石头剪子布", lexicon.lexicon().added) == ["石头剪子布"]


def test_added_group_finds_its_words_for_each_other_though_no_dictionary_knows_them() -> None:
    SynonymGroup(words=["说课稿子", "讲课底稿"]).save()
    lexicon.forget()

    assert lexicon.lexicon().alternatives("说课稿子") == ("讲课底稿",)
    assert spoken_of(compiled(Words("说课稿子"))) == {"讲课底稿"}
    assert spoken_of(compiled(Words("说课稿子"), synonyms=False)) == set()


def test_group_that_is_not_in_use_does_nothing() -> None:
    SynonymGroup(words=["说课稿子", "讲课底稿"], is_active=False).save()
    lexicon.forget()

    assert lexicon.lexicon().alternatives("说课稿子") == ()
    assert "说课稿子" not in lexicon.lexicon().added


@pytest.mark.parametrize("group", lexicon.shipped_groups(), ids=lambda group: group[0])
def test_every_word_of_the_shipped_groups_finds_the_others(group: tuple[str, ...]) -> None:
    for word in group:
        others = {other for other in group if other != word}
        assert others <= set(lexicon.lexicon().alternatives(word))
    for word in group:
        if HAN_ALONE.fullmatch(word):
            assert query_words(word, lexicon.lexicon().added) == [word]
        elif len(runs(word)) > 1:
            [(found, rest)] = lexicon.lexicon().composed(word).items()
            assert (found, runs(rest)) == (word, [])


def test_word_of_two_groups_has_the_alternatives_of_both() -> None:
    known = Lexicon(groups=(("a", "b"), ("b", "c")))

    assert known.alternatives("b") == ("a", "c")
    assert known.alternatives("a") == ("b",)
    assert known.alternatives("d") == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("必修1", {"必修1": " "}),
        ("高中必修 1 函数", {"必修1": "高中  函数"}),
        ("选择性必修1", {"选择性必修1": " "}),
        ("必修1和选择性必修2", {"必修1": " 和选择性必修2", "选择性必修2": "必修1和 "}),
        ("必修12", {}),
        ("必修", {}),
        ("必修（1）", {"必修1": " ）"}),
        ("必修——今天，1", {}),
        ("", {}),
    ],
)
def test_word_of_several_runs_is_found_where_it_stands(text: str, found: dict[str, str]) -> None:
    assert Lexicon(groups=(("必修一", "必修1"), ("选择性必修1",), ("选择性必修2",))).composed(text) == found


def test_no_group_has_words_of_several_runs() -> None:
    assert Lexicon(groups=(("必修一", "stem"),)).composed("必修1") == {}


def test_lexicon_is_read_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("search.analysis.lexicon.time.monotonic", lambda: now[0])
    before = lexicon.lexicon()
    DictionaryWord.objects.create(word="石头剪子布")
    now[0] += 2.9
    assert lexicon.lexicon() is before

    now[0] += 0.2
    assert "石头剪子布" in lexicon.lexicon().added


@pytest.mark.parametrize(
    ("text", "wanted"), [("教案", True), ("案", False), ("教 案", False), ("a教案", False), ("教案，", False)]
)
def test_word_is_two_or_more_han_characters(text: str, wanted: bool) -> None:  # noqa: FBT001 - a value of the table
    assert is_word(text) is wanted


@pytest.mark.parametrize("word", ["案", "teaching", "教 案", "", "教案1", "教案，"])
def test_what_is_no_word_is_refused(word: str) -> None:
    with pytest.raises(ValidationError):
        DictionaryWord(word=word).full_clean()


def test_word_and_group_are_kept_as_text_is_compared() -> None:
    word, group = DictionaryWord(word=" 課程標準 "), SynonymGroup(words=["教學設計", "教案", "教学设计"])
    word.full_clean()
    group.full_clean()

    assert word.word == "课程标准"
    assert group.words == ["教学设计", "教案"]


@pytest.mark.parametrize(
    "words", [["教案"], ["教案", "教案"], "教案", [1, 2], ["教案", "长" * 21], [str(n) for n in range(21)]]
)
def test_what_is_no_group_is_refused(words: object) -> None:
    with pytest.raises(ValidationError):
        SynonymGroup(words=words).full_clean()
