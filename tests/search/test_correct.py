"""Which characters of a query were probably meant otherwise."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search import correct
from search.analysis import lexicon
from search.analysis.normal import normalise
from search.analysis.sounds import table
from search.correct import Slip, corrected, slips
from search.query.parser import Run, parse


@pytest.fixture(autouse=True)
def _shipped_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    known = lexicon.Lexicon(groups=lexicon.shipped_groups())
    monkeypatch.setattr(correct, "lexicon", lambda: known)


def meant(query: str, titles: Sequence[str]) -> str:
    return corrected(query, [(run, slip) for run in parse(query).runs for slip in slips(run.text, titles)])


@pytest.mark.parametrize(
    ("query", "runs"),
    [
        ("勾股定理", ["勾股定理"]),
        ("三角形 内角和", ["三角形", "内角和"]),
        ("篇名:“勾股 定理” -复习 OR （荷塘）", ["勾股", "定理", "荷塘"]),
        ("作者:张三 单位:汾阳中学 目标:目标 教案", ["目标", "教案"]),
        ("NOT (荷塘 月色) 荷塘 abc三角abc 形", ["荷塘", "三角"]),
        ("課題:課題", ["课题", "课题"]),
        ("篇名：篇名", ["篇名"]),
        ("㍿勾股½定理", ["定理"]),
        ("", []),
        ("))((", []),
    ],
)
def test_runs_are_what_titles_may_hold_and_stand_where_they_were_typed(query: str, runs: list[str]) -> None:
    found = parse(query).runs

    assert [run.text for run in found] == runs
    assert [run.end - run.start for run in found] == [len(run) for run in runs]
    assert [normalise(query[run.start : run.end]) for run in found] == runs


@pytest.mark.parametrize(
    ("query", "titles", "right"),
    [
        ("勾骨定理", ["勾股定理的证明"], "勾股定理"),
        ("ＡＢ 勾骨定理 -复习", ["勾股定理"], "ＡＢ 勾股定理 -复习"),
        ("篇名:“勾骨定理” OR 荷塘月瑟", ["荷塘月色", "《勾股定理》"], "篇名:“勾股定理” OR 荷塘月色"),
        ("課程標准與勾骨定理", ["勾股定理", "课程标准"], "課程標准與勾股定理"),
        ("三角行内角和教学设计", ["三角形内角和"], "三角形内角和教学设计"),
        ("作者:勾骨定理", ["勾股定理"], "作者:勾骨定理"),
        ("-勾骨定理", ["勾股定理"], "-勾骨定理"),
        ("福利", ["浮力"], "浮力"),
        ("福利 勾股", ["浮力"], "浮力 勾股"),
        ("学生福利", ["浮力"], "学生福利"),
        ("Hello 勾骨定理", ["勾股定理"], "Hello 勾股定理"),
    ],
)
def test_mistaken_characters_alone_are_replaced(query: str, titles: list[str], right: str) -> None:
    assert meant(query, titles) == right


@pytest.mark.parametrize(
    ("run", "titles"),
    [
        ("勾骨定理", ["勾股定理", "《勾骨定理》"]),
        ("勾股定理", ["勾骨定理", "勾股定理"]),
        ("勾骨定理", ["三角形"]),
        ("认识圆柱的意义", ["认识圆柱得意洋洋"]),
        ("勾骨定理", []),
    ],
)
def test_what_stands_in_a_title_or_sounds_like_none_is_left_alone(run: str, titles: list[str]) -> None:
    assert slips(run, titles) == []


def test_several_slips_of_a_run_are_found_and_the_longest_comes_first() -> None:
    found = slips("勾骨定理与荷塘月瑟和三角行", ["勾股定理", "荷塘月色", "三角形", "荷塘月瑟"])

    assert found == [Slip(0, "勾骨定理", "勾股定理"), Slip(10, "三角行", "三角形")]


syllables = table()
HAN = "勾股骨定理力三角形行荷塘唐月色瑟"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.sampled_from(HAN), min_size=2, max_size=9), st.lists(st.text(st.sampled_from(HAN), max_size=9))
)
def test_what_is_meant_sounds_like_what_was_typed_and_stands_in_a_title(run: str, titles: list[str]) -> None:
    found = slips(run, titles)

    for slip in found:
        assert run[slip.at : slip.at + len(slip.typed)] == slip.typed != slip.meant
        assert [syllables[one] for one in slip.typed] == [syllables[one] for one in slip.meant]
        assert any(slip.meant in title for title in titles)
    right = corrected(run, [(Run(run, 0, len(run)), slip) for slip in found])
    assert [syllables[one] for one in right] == [syllables[one] for one in run]


@given(st.text(max_size=60))
def test_anything_typed_has_its_runs_in_their_places(query: str) -> None:
    ends = 0
    for run in parse(query).runs:
        assert ends <= run.start < run.end <= len(query)
        assert normalise(query[run.start : run.end]) == run.text
        ends = run.end
