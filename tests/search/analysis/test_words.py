"""Words of Chinese text."""

from search.analysis.lexicon import shipped_groups
from search.analysis.normal import normalise
from search.analysis.words import query_words, shipped, words

ADDED = ("石头剪子布",)
GAME = "一起做石头剪子布游戏"


def test_every_word_of_the_dictionary_is_kept_whole() -> None:
    assert [word for word in shipped() if query_words(word) != [word]] == []
    assert [word for word in shipped() if word not in words(f"在{word}的课上")] == []


def test_dictionary_is_normalised_and_holds_words_of_two_characters_at_least() -> None:
    assert [word for word in shipped() if normalise(word) != word or len(word) < 2] == []
    assert {"教学评一致性", "大单元", "核心素养", "跨学科主题学习", "吕梁精神"} <= set(shipped())


def test_index_has_long_words_and_the_short_ones_in_them_and_queries_the_long_ones() -> None:
    assert words("跨学科主题学习") == ["学科", "主题", "学习", "跨学科", "跨学科主题学习"]
    assert query_words("跨学科主题学习") == ["跨学科主题学习"]


def test_added_word_is_kept_whole() -> None:
    assert words(GAME) == ["一起", "石头", "剪子", "游戏"]
    assert words(GAME, ADDED) == ["一起", "石头", "剪子", "石头剪子布", "游戏"]
    assert query_words(GAME, ADDED) == ["一起", "石头剪子布", "游戏"]
    assert words(GAME) == ["一起", "石头", "剪子", "游戏"]


def test_single_characters_are_words_only_where_somebody_asks_for_one() -> None:
    assert words("我和你") == query_words("我和你") == []
    assert query_words("春") == ["春"]
    assert words("春") == []


def test_what_is_not_han_stays_whole() -> None:
    assert words("用ppt2讲 unit 3") == ["ppt2", "unit", "3"]
    assert query_words("用ppt2讲 unit 3") == ["用", "ppt2", "讲", "unit", "3"]


def test_nothing_has_no_words() -> None:
    assert words("") == query_words("，。") == []


def test_synonyms_that_come_with_the_site_stand_in_one_group_each() -> None:
    every = [word for group in shipped_groups() for word in group]

    assert sorted(every) == sorted(set(every))
    assert [word for word in every if normalise(word) != word] == []
    assert all(len(group) > 1 for group in shipped_groups())
