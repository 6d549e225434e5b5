"""The dictionary and the synonyms that come with the site (词典、同义词)."""

import re
from collections import Counter
from pathlib import Path

import pytest

from search.analysis import words
from search.analysis.lexicon import shipped_groups
from search.analysis.normal import normalise
from search.analysis.runs import is_han
from search.analysis.words import query_words, shipped


def test_every_word_is_normal_chinese() -> None:
    odd = [
        word for word in shipped() if len(word) < 2 or word != normalise(word) or not all(map(is_han, word))
    ]
    assert odd == []


def test_no_word_stands_twice_in_a_section_or_in_two() -> None:
    found = [word for line in lines() if not line.startswith("#") for word in line.split()]
    assert [word for word, count in Counter(found).items() if count > 1] == []


def test_no_section_is_named_twice() -> None:
    sections = [line for line in lines()[2:] if line.startswith("#")]
    assert len(sections) == len(set(sections)) > 15


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("七上数学有理数", ["七上", "数学", "有理数"]),
        ("五下道法", ["五下", "道法"]),
        ("老师说一下三上的要求", ["老师", "一下", "三上", "要求"]),
        ("不定积分", ["不定积分"]),
        ("大单元教学评一致性", ["大单元", "教学评一致性"]),
        ("晋绥边区蔡家崖", ["晋绥边区", "蔡家崖"]),
        ("吕梁山护工的故事", ["吕梁山护工", "故事"]),
        ("酸碱中和反应", ["酸碱中和反应"]),
        ("毛概总路线", ["毛概", "总路线"]),
        ("部编版岳阳楼记", ["部编版", "岳阳楼记"]),
        ("柳林县孟门镇", ["柳林县", "孟门镇"]),
    ],
)
def test_what_teachers_say_is_kept_whole(text: str, cut: list[str]) -> None:
    assert query_words(text) == cut


def test_every_synonym_is_one_word_to_whoever_asks_for_it() -> None:
    """One that is cut apart would never be looked up."""
    han = [word for group in shipped_groups() for word in group if re.fullmatch(r"[\u4e00-\u9fff]+", word)]
    assert [word for word in han if query_words(word) != [word]] == []


def test_no_group_of_synonyms_says_one_word_or_another_group_again() -> None:
    groups = [frozenset(group) for group in shipped_groups()]
    assert [group for group in shipped_groups() if len(set(group)) != len(group) or len(group) < 2] == []
    assert [sorted(one) for one in groups if any(one < other for other in groups)] == []
    assert len(set(groups)) == len(groups)


def lines() -> list[str]:
    return Path(words.__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
