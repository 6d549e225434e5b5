"""What a query finds, among things that resemble it: meanings, on a real index."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis import lexicon
from search.engines.tantivy import TantivyEngine
from search.query import clauses
from search.query.clauses import Clause
from search.query.compiler import compiled, fits, suggesting
from search.query.parser import DEEPEST, parse
from search.query.tree import AllOf, Words
from search.types import Request
from tests.search.query.conftest import EVERYBODY, PLANS, Finds, plan
from tests.search.query.pieces import PIECES

EVERYTHING = {plan.key for plan in PLANS}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        # ranked: one of the words is enough, be it by a pair
        ("勾股定理", {"gougu", "gougushu", "zhengxian"}),
        ("春——朱自清", {"chun", "bei", "jing"}),
        ("Do you like apples or pears", {"fruit", "pears"}),
        ("背影 背影", {"bei"}),
        # AND: each side by its words, not by a pair of it
        ("勾股定理 AND 证明", {"gougu"}),
        ("勾股数 AND 数学", {"gougushu"}),
        ("勾股定理 AND 数学", {"gougu"}),
        ("三角形 AND 内角", {"sanjiao"}),
        ("内角 AND 多边形", {"neijiao"}),
        ("勾股定理 AND 背影", set()),
        ("内角 三角板 AND 多边形", {"neijiao"}),
        ("(勾股数 OR 正弦定理) AND 定理", {"zhengxian"}),
        ("like AND pears", {"fruit", "pears"}),
        # … be it a synonym, pinyin, a homophone of the whole run
        ("小组合作 AND 图形", {"sanjiao"}),
        ("教案 AND 散文", {"bei"}),
        ("必修1 AND 运动", {"ce", "jiu"}),
        ("必修 1 AND 运动", {"ce", "jiu"}),
        ("必修第一册 AND 运动", {"ce", "jiu"}),
        ("必修2 AND 运动", {"jiu"}),
        ("必修21 AND 运动", set()),
        ("ggdl AND 证明", {"gougu"}),
        ("gougudingli AND 证明", {"gougu"}),
        ("购谷定里 AND 证明", {"gougu"}),
        ("购谷 AND 数学", {"gougu", "gougushu"}),
        ("圆 AND 周长", {"yuan"}),
        ("王 AND 证明", {"gougu", "zhengxian"}),
        # what says nothing does not make it empty
        ("勾股数 AND 。", {"gougu", "gougushu"}),
        ("勾股数 AND 的", {"gougu", "gougushu"}),
        ("勾股数 AND (、 OR 的) AND 和 AND 几何", {"gougushu"}),
        ("如何 AND 背影", {"bei"}),
        ("背影 AND ——", {"bei"}),
        ("。 AND 、", set()),
        ("的 AND 和", {"sanjiao"}),
        # a phrase, a field and years beside words require these too
        ("勾股定理 “会证明”", {"gougu"}),
        ("内角 作者:芳草", {"sanjiao"}),
        ("定理 年份:2022", {"zhengxian"}),
        ("勾股定理 年份:2023-", {"gougu", "gougushu"}),
        # phrases
        ("“勾股定理”", {"gougu"}),
        ("“定理 勾股”", {"gougu"}),
        ("“股定”", {"gougu"}),
        ("“圆”", {"yuan"}),
        ("“like apples”", {"fruit"}),
        # fields
        ("篇名:定理", {"gougu", "zhengxian"}),
        ("篇名:(勾股 OR 三角)", {"gougu", "gougushu", "sanjiao"}),
        ("篇名:“勾股", {"gougu", "gougushu"}),
        ("篇名:(定理 勾股)", {"gougu"}),
        ("篇名:勾股定理", {"gougu"}),
        ("篇名:三角形内角", {"sanjiao"}),
        ("篇名:春", {"chun", "jing"}),
        ("篇名:beijing", {"beijing", "jing"}),
        ("篇名:bjdcj", {"jing"}),
        ("篇名:教案", set()),
        ("目标:内角", {"sanjiao"}),
        ("目标:“证明正弦”", {"zhengxian"}),
        ("全文:内角", {"sanjiao", "neijiao"}),
        ("全文:圆", {"yuan"}),
        ("全文:教案", {"bei"}),
        ("全文:旧版必修1", {"ce", "jiu"}),
        ("单位:汾阳中学", {"neijiao"}),
        ("单位:汾阳", {"neijiao", "yuan"}),
        ("关键词:水", {"huanjing"}),
        ("关键词:数学 几何", {"gougushu"}),
        ("主题:环境", {"huanjing", "shui"}),
        ("主题:水", {"huanjing", "shui"}),
        # people by name, pinyin and first letters, and no title that reads so
        ("作者:王芳", {"gougu"}),
        ("作者:wangfang", {"gougu"}),
        ("作者:wang'fang", {"gougu"}),
        ("作者:wf", {"gougu"}),
        ("作者:wxf", {"zhengxian"}),
        ("作者:王", {"gougu", "zhengxian"}),
        ("作者:网房", set()),
        ("篇名:wangfang", {"wangfang"}),
        ("wangfang", {"gougu", "wangfang"}),
        # years
        ("年份:2024", {"gougu", "chun"}),
        ("年份:2022-2023", {"gougushu", "zhengxian"}),
        ("年份:2023-", {"gougu", "gougushu", "chun"}),
        ("年份:-2022", {"zhengxian", "bei"}),
        ("勾股数 OR 年份:2020", {"gougu", "gougushu", "bei"}),
        ("定理 -年份:2022", {"gougu"}),
        ("年份:2024 -数学", {"chun"}),
        ("年份:2024 AND 年份:2023", set()),
        # exclusion is literal
        ("数学 -勾股数", {"gougu"}),
        ("数学 -购谷", {"gougu", "gougushu"}),
        ("数学 -gougu", {"gougu", "gougushu"}),
        ("图形 -小组合作", {"sanjiao", "yuan"}),
        ("定理 -(勾股 定理)", {"zhengxian"}),
        ("定理 -“勾股 定理”", {"zhengxian"}),
        ("定理 NOT (勾股数 OR 正弦定理)", {"gougu"}),
        ("定理 NOT (定理 -正弦)", {"zhengxian"}),
        ("定理 -作者:wangfang", {"gougu", "zhengxian"}),
        ("定理 -作者:王芳", {"zhengxian"}),
        ("勾股 -篇名:(勾股数)", {"gougu"}),
        ("周长 -圆", set()),
        ("数学 -。", {"gougu", "gougushu"}),
        # words that hold nothing find nothing
        ("。", set()),
        ("()", set()),
        ("作者:。", set()),
    ],
)
def test_finds_just_what_is_meant(finds: Finds, typed: str, found: set[str]) -> None:
    assert finds(typed) == found


def test_exclusion_alone_leaves_everything_else(finds: Finds) -> None:
    assert finds("-数学") == EVERYTHING - {"gougu", "gougushu"}
    assert finds("-(勾股 定理)") == EVERYTHING - {"gougu"}
    assert finds("NOT (勾股 OR 定理)") == EVERYTHING - {"gougu", "gougushu", "zhengxian"}
    assert finds("-年份:2024") == EVERYTHING - {"gougu", "chun"}


def test_synonyms_can_be_left_out(finds: Finds) -> None:
    assert finds("小组合作 AND 图形", synonyms=False) == set()
    assert finds("全文:教案", synonyms=False) == set()
    assert finds("必修1 AND 运动", synonyms=False) == {"jiu"}


def test_synonym_of_signs_alone_says_nothing(finds: Finds, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = (("背影", "+++"), ("必修2", "→→"))
    monkeypatch.setattr(lexicon, "_kept", (time.monotonic() + 10_000, lexicon.Lexicon(groups=groups)))

    assert finds("背影") == {"bei"}
    assert finds("背影 AND 散文") == {"bei"}
    assert finds("必修2 AND 运动") == {"jiu"}
    assert finds("+++") == set()


def test_search_within_results_requires_both(engine: TantivyEngine) -> None:
    tree = AllOf((Words("勾股定理 数学"), Words("几何")))
    request = Request(principals=EVERYBODY, query=tree, everything=True)
    assert engine.search(request).hits == ()

    tree = AllOf((AllOf((Words("勾股数"), Words("数学"))), Words("几何")))
    request = Request(principals=EVERYBODY, query=tree, everything=True)
    assert [hit.key for hit in engine.search(request).hits] == ["gougushu"]


def scores(engine: TantivyEngine, *, typed: str) -> dict[str, float]:
    tree = parse(typed).tree
    assert tree is not None
    hits = engine.matching(compiled(tree), principals=EVERYBODY, excluded=(), kinds=(), limit=100)
    return {hit.key: hit.score for hit in hits}


def test_requiring_changes_what_is_found_and_not_its_score(engine: TantivyEngine) -> None:
    alone = [scores(engine, typed=typed)["gougu"] for typed in ("勾股定理", "证明")]
    both = scores(engine, typed="勾股定理 AND 证明")

    assert both == pytest.approx({"gougu": sum(alone)})
    assert scores(engine, typed="勾股定理 年份:2024")["gougu"] == pytest.approx(alone[0])
    assert scores(engine, typed="年份:2024 AND 勾股定理 -背影")["gougu"] == pytest.approx(alone[0])


def depth(clause: Clause) -> int:
    match clause:
        case clauses.Any(inner) | clauses.All(inner) | clauses.Best(inner):
            return 1 + max(map(depth, inner), default=0)
        case clauses.Without(wanted, unwanted):
            return 1 + max(map(depth, unwanted if wanted is None else (wanted, *unwanted)))
        case clauses.Silent(inner):
            return 1 + depth(inner)
        case clauses.Ranked(must, by):
            return 1 + max(depth(must), depth(by))
        case _:
            return 1


MOST_NESTED = 30
"""Elasticsearch's ``indices.query.bool.max_nested_depth``; its filters and facets take a few of them."""


@pytest.mark.parametrize(
    "opening", ["甲 OR 乙 AND -丙 (", "甲 OR NOT (", "甲 AND NOT (丙 OR -丁 -(", "NOT ("]
)
def test_no_query_is_nested_deeper_than_engines_take(opening: str) -> None:
    tree = parse(f"丙 AND {opening * DEEPEST}教案 教案x").tree
    assert tree is not None

    within = AllOf((tree, tree))
    assert depth(compiled(within)) <= MOST_NESTED - 5


def test_long_phrase_is_asked_for_to_its_end() -> None:
    held, other = "甲乙丙丁" * 20 + "戊", "甲乙丙丁" * 20 + "己"
    engine = TantivyEngine(None)
    with engine.writing() as batch:
        batch.put(plan("held", "长句", held))
        batch.put(plan("other", "长句", other))

    assert list(scores(engine, typed=f"“{held}”")) == ["held"]
    assert list(scores(engine, typed=f"长句 -{held}")) == ["other"]


def test_years_alone_rank_alike(engine: TantivyEngine) -> None:
    assert scores(engine, typed="年份:2024") == {"gougu": 1.0, "chun": 1.0}


@given(st.text(max_size=60) | st.lists(PIECES, max_size=20).map("".join))
@settings(max_examples=200)
def test_nothing_that_is_typed_breaks_a_search(engine: TantivyEngine, text: str) -> None:
    tree = parse(text).tree
    if tree is not None:
        engine.search(Request(principals=EVERYBODY, query=tree))
    if (clause := suggesting(text)) is not None:
        engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=1)


# --- suggestions -------------------------------------------------------------------------------------------------


def suggested(engine: TantivyEngine, typed: str) -> list[str]:
    clause = suggesting(typed)
    assert clause is not None
    hits = engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=100)
    return [hit.key for hit in hits]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("三角形nj", {"sanjiao"}),
        ("三角形neij", {"sanjiao"}),
        ("三角形 nj", {"sanjiao"}),
        ("三角形dnj", {"sanjiao"}),
        ("勾gdl", {"gougu"}),
        ("王f", {"gougu"}),
        ("王fang", {"gougu"}),
        ("三角形zz", set()),
        ("sjxdnj", {"sanjiao"}),
        ("wf", {"gougu", "wangfang"}),
        ("内角", {"sanjiao"}),
        ("购谷定里", {"gougu"}),
        ("王", {"gougu", "zhengxian"}),
        ("定", {"gougu", "zhengxian"}),
        ("Do you like ap", {"fruit"}),
        ("pe", {"fruit", "pears"}),
    ],
)
def test_suggests_titles_and_names_while_they_are_typed(
    engine: TantivyEngine, typed: str, found: set[str]
) -> None:
    assert set(suggested(engine, typed)) == found


def test_names_that_begin_with_it_come_first(engine: TantivyEngine) -> None:
    assert suggested(engine, "芳") == ["sanjiao", "gougu", "gougushu", "zhengxian"]
    assert set(suggested(engine, "朱")) == {"chun"} or suggested(engine, "朱")[0] == "chun"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("王f", ["王芳"]),
        ("王fang", ["王芳"]),
        ("小f", ["王小芳"]),
        ("wf", ["王芳"]),
        ("芳", ["王芳", "王小芳", "李芳"]),
        ("王 芳", ["王芳"]),
        ("李小f", []),
    ],
)
def test_names_fit_what_is_typed(typed: str, names: list[str]) -> None:
    assert [name for name in ("王芳", "王小芳", "李芳") if fits(typed, name)] == names


@pytest.mark.parametrize("typed", ["", " ", "——", "。，"])
def test_nothing_is_suggested_for_nothing(typed: str) -> None:
    assert suggesting(typed) is None
