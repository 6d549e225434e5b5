"""What is marked in a title and in the parts of an entry, and how fragments are cut."""

import html
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typing_extensions import override

from search import highlight
from search.analysis import lexicon, sounds
from search.analysis.normal import normalise
from search.highlight import LENGTH, Said, highlighted
from search.query.parser import parse
from search.types import Entry, Part

FILLER = "学生分组讨论并汇报。"


@pytest.fixture(autouse=True)
def _shipped_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    known = lexicon.Lexicon(groups=lexicon.shipped_groups())
    monkeypatch.setattr(highlight, "lexicon", lambda: known)


def entry(title: str, *parts: str | tuple[str, str]) -> Entry:
    """Texts of parts, each alone or after its scope."""
    made = [("", part) if isinstance(part, str) else part for part in parts]
    return Entry(
        "plan",
        "1",
        1,
        title,
        frozenset({"all"}),
        tuple(Part(f"p{nth}", f"第 {nth} 步", text, scope) for nth, (scope, text) in enumerate(made, 1)),
    )


def shown(query: str, title: str, *parts: str | tuple[str, str], synonyms: bool = True) -> list[str]:
    """The title and the fragments, with what is marked in brackets."""
    found, snippets, _said = highlighted(parse(query).tree, entry(title, *parts), synonyms=synonyms)
    return [
        html.unescape(text.replace("<mark>", "[").replace("</mark>", "]"))
        for text in (found, *(one.html for one in snippets))
    ]


# --- what is marked -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("勾股定理", "这个定理叫勾股定理，定理的证明", "这个定理叫[勾股定理]，定理的证明"),
        ("勾股定理", "命题与定理", "命题与[定理]"),
        ("勾骨定理", "定理之一是勾股定理", "定理之一是[勾股定理]"),
        ("neijiaohe", "三角形内角和", "三角形[内角和]"),
        ("nei jiao he", "三角形内角和", "三角形[内角和]"),
        ("內角", "三角形内角和", "三角形[内角]和"),
        ("内角", "三角形內角和", "三角形[內角]和"),
        ("乾坤", "乾坤湾", "[乾坤]湾"),
        ("ＡＢＣ", "from abc to abcd", "from [abc] to abcd"),
        ("art", "party and Art", "party and [Art]"),
        ("cm", "长 5㎝，宽 3 cm", "长 5㎝，宽 3 [cm]"),
        ("三角形 内角和", "三角形的内角和", "[三角形]的[内角和]"),
        ("“的内角”", "三角形的内角和", "三角形[的内角]和"),
        ("“内角 外角”", "内角与外角", "[内角]与[外角]"),
        ("荷塘 -月色", "荷塘月色", "[荷塘]月色"),
        ("荷塘 NOT (月色 OR 清华)", "清华的荷塘月色", "清华的[荷塘]月色"),
        ("荷塘 OR 月色", "荷塘月色", "[荷塘月色]"),
        ("作者:荷塘", "荷塘月色", "荷塘月色"),
        ("“荷唐”", "荷塘月色", "荷塘月色"),
    ],
)
def test_words_and_phrases_are_marked_whole_in_a_title(query: str, text: str, marked: str) -> None:
    assert shown(query, text) == [marked]


def test_pairs_are_marked_only_where_the_entry_has_nothing_better() -> None:
    assert shown("孔乙己", "乙己", "孔乙和乙己") == ["[乙己]", "[孔乙]和[乙己]"]
    assert shown("孔乙己", "乙己", "孔乙和乙己", "孔乙己") == ["乙己", "[孔乙己]"]


def test_words_in_a_word_are_marked_where_a_part_has_nothing_better() -> None:
    assert shown("勾股定理", "勾股定理", "定理甲", "勾股定理的逆定理") == [
        "[勾股定理]",
        "[勾股定理]的逆定理",
        "[定理]甲",
    ]


def test_synonyms_are_marked_unless_they_are_not_wanted() -> None:
    assert shown("教学设计", "教案一则") == ["[教案]一则"]
    assert shown("教学设计", "教案一则", synonyms=False) == ["教案一则"]
    assert shown("必修1 函数", "必修第一册，函数") == ["[必修第一册]，[函数]"]
    assert shown("必修1", "必修第一册", synonyms=False) == ["[必修]第一册"]
    assert shown("必修第一册", "必修1，必修12") == ["[必修1]，必修12"]


def test_what_sounds_alike_is_marked_only_where_nothing_is_written_so() -> None:
    assert shown("事实", "实施方案", "尊重事实") == ["实施方案", "尊重[事实]"]
    assert shown("事是", "实施方案", "尊重事实") == ["[实施]方案", "尊重[事实]"]


def test_marks_stay_in_the_field_that_was_asked() -> None:
    parts = (("aims", "勾股一"), ("", "勾股二"))

    assert shown("目标:勾股", "勾股零", *parts) == ["勾股零", "[勾股]一"]
    assert shown("篇名:勾股", "勾股零", *parts) == ["[勾股]零", "勾股一"]
    assert shown("全文:勾股", "勾股零", *parts) == ["勾股零", "[勾股]一", "[勾股]二"]
    assert shown("勾股", "勾股零", *parts) == ["[勾股]零", "[勾股]一", "[勾股]二"]
    assert shown("单位:勾股", "勾股零", *parts) == ["勾股零", "勾股一"]
    assert shown("目标:勾股 二", "勾股零", *parts) == ["勾股零", "[勾股]一", "勾股[二]"]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("刘秀兰", Said(people=("刘秀兰",))),
        ("作者:刘秀兰", Said(people=("刘秀兰",))),
        ("篇名:刘秀兰", Said()),
        ("liuxiulan", Said(people=("刘秀兰",))),
        ("单位:离石第一中学", Said(unit=("离石第一中学",))),
        ("数学 离石", Said(unit=("离石",), tags=("数学",))),
        ("关键词:七年级", Said(tags=("七年级",))),
        ("秀色兰花", Said()),
        ("-刘秀兰", Said()),
    ],
)
def test_what_was_found_of_authors_unit_and_tags_is_told(query: str, said: Said) -> None:
    about = replace(
        entry("三角形", "理解内角和"),
        people=("王芳", "刘秀兰"),
        unit="离石第一中学",
        tags=("数学", "七年级", "人教版"),
    )

    assert highlighted(parse(query).tree, about).said == said


def test_without_a_query_nothing_is_marked_and_the_beginning_is_shown() -> None:
    assert shown("", "勾股", FILLER * 30) == ["勾股", FILLER * 9 + "…"]
    assert shown("勾股", "勾股") == ["[勾股]"]


# --- how fragments are cut ------------------------------------------------------------------------------------


def test_fragment_begins_and_ends_with_a_sentence() -> None:
    text = FILLER * 12 + "教师出示图形，说明勾股定理的由来。" + FILLER * 12

    _title, fragment = shown("勾股定理", "无", text)

    assert fragment.startswith("…教师出示图形，说明[勾股定理]的由来。学生")
    assert fragment.endswith("汇报。…")
    assert len(fragment) <= LENGTH + 4


def test_fragment_without_sentences_is_cut_between_words() -> None:
    text = "三角形平行四边形" * 20 + "勾股定理" + "三角形平行四边形" * 20

    _title, fragment = shown("勾股定理", "无", text)

    before, _, after = fragment.strip("…").partition("[勾股定理]")
    assert re.fullmatch("(平行四边形)?(三角形平行四边形)+", before)
    assert re.fullmatch("(三角形平行四边形)+(三角形)?", after)


def test_latin_words_and_joined_characters_are_not_cut() -> None:
    family = "👨\u200d👩\u200d👧"
    words = "triangle " * 30 + "勾股定理 " + "trapezoid " * 30
    accents = "e\u0301" * 100 + "勾股定理" + f"{family}" * 60

    _title, latin = shown("勾股定理", "无", words)
    _title, marked = shown("勾股定理", "无", accents)

    assert set(latin.strip("…").split()) == {"triangle", "[勾股定理]", "trapezoid"}
    before, _, after = marked.strip("…").partition("[勾股定理]")
    assert before == "e\u0301" * (len(before) // 2)
    assert after.replace(family, "") == ""


def test_what_stands_near_the_end_has_what_is_before_it() -> None:
    text = FILLER * 30 + "最后是勾股定理"

    _title, fragment = shown("勾股定理", "无", text)

    assert fragment.endswith("最后是[勾股定理]")
    assert LENGTH - 24 <= len(fragment) <= LENGTH + 30


def test_the_best_two_parts_are_shown_with_their_names() -> None:
    parts = ("勾股", "没有", "勾股定理和三角形", "三角形与勾股定理，勾股定理与三角形")

    _title, snippets, _said = highlighted(parse("勾股定理 三角形").tree, entry("无", *parts))

    assert [snippet.label for snippet in snippets] == ["第 4 步", "第 3 步"]


def test_what_is_marked_may_be_longer_than_a_fragment() -> None:
    _title, fragment = shown("的", "无", "甲" * 50 + "的" * 1_000)

    assert LENGTH <= len(re.sub(r"[\[\]…]", "", fragment)) <= 2 * LENGTH
    assert fragment.count("[") == 1


def slow_best_window(spans: list[tuple[int, int, float]]) -> float:
    """What the best window holds, by looking at all of them."""
    room = LENGTH - 24
    found = []
    for nth, (start, _, own) in enumerate(spans):
        within = [own, *(weight for _, end, weight in spans[nth + 1 :] if end <= start + room)]
        found.append(max(within) + 0.2 * sum(within))
    return max(found)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 90), st.integers(1, 8)), min_size=1))
def test_best_window_is_the_best_of_all(steps: list[tuple[int, int, int]]) -> None:
    spans, at = [], 0
    for gap, size, weight in steps:
        spans.append((at + gap, at + gap + size, float(weight)))
        at += gap + size

    start, score = highlight._best_window(spans)

    assert score == pytest.approx(slow_best_window(spans))
    first = [nth for nth, span in enumerate(spans) if span[0] == start]
    assert slow_best_window(spans[first[0] :]) == pytest.approx(score)


def test_looking_for_the_best_window_takes_as_many_steps_as_there_are_spans() -> None:
    looks = 0

    class Counted(list[tuple[int, int, float]]):
        @override
        def __getitem__(self, at: Any) -> Any:
            nonlocal looks
            looks += 1
            return super().__getitem__(at)

    highlight._best_window(Counted((nth * 2, nth * 2 + 1, 1.0) for nth in range(10_000)))

    assert looks < 120_000


# --- nothing hostile ------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert('勾股')</script>", "&amp;勾股&lt;", "\"勾股' onmouseover=x", "<mark>勾股</mark>", "</mark>勾<b>股",
    "勾股<", "&", "\u202e勾股", "<<勾股>>" * 40,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("query", ["勾股", "script", "mark", "amp", "<script>勾股", "“&”"])
def test_what_was_written_is_escaped_and_nothing_but_marks_is_added(query: str, text: str) -> None:
    title, snippets, _said = highlighted(parse(query).tree, entry(text, text))

    for cut in (title, *(snippet.html for snippet in snippets)):
        bare = cut.replace("<mark>", "").replace("</mark>", "")
        assert not set("<>\"'") & set(bare)
        assert cut.count("<mark>") == cut.count("</mark>")
    assert html.unescape(title.replace("<mark>", "").replace("</mark>", "")) == text


alphabet = st.sampled_from("勾股定理三角形的和。，！ \nabC<>&\"'½…ｶﾞe\u0301\u200d👩①課乾坤")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet, max_size=400), st.text(alphabet, min_size=1, max_size=8))
def test_any_fragment_is_a_piece_of_the_text_with_what_was_found_in_marks(text: str, query: str) -> None:
    _title, snippets, _said = highlighted(parse(query).tree, entry("", text))

    for snippet in snippets:
        bare = html.unescape(snippet.html.replace("<mark>", "").replace("</mark>", ""))
        assert bare.strip("…").strip() in re.sub(r"\s+", " ", text)
        marks = re.findall("<mark>(.*?)</mark>", snippet.html)
        assert all(normalise(html.unescape(mark)).strip() for mark in marks)
        assert not any(
            one.endswith("</mark>") and not two for one, two in pairwise(snippet.html.split("<mark>"))
        )


@given(
    text=st.text(alphabet="工公宫石师时aeh·x", max_size=30),
    wanted=st.lists(st.sampled_from(["gong", "shi", "·"]), min_size=1, max_size=3),
)
def test_sounds_are_found_as_by_reading_character_by_character(text: str, wanted: list[str]) -> None:
    heard = [sounds.table().get(one, f"«{one}»" if one.isascii() else one) for one in text]
    size, at, expected = len(wanted), 0, []
    while at <= len(heard) - size:
        is_there = heard[at : at + size] == wanted
        expected += [(at, at + size)] if is_there else []
        at += size if is_there else 1

    marking = highlight._Marking(text)
    assert marking.sounding(wanted) == bool(expected)
    assert [(start, end) for start, end, _ in marking.found] == expected
