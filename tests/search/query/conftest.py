"""A few plans in an index in memory, to ask for."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from search.analysis import lexicon
from search.engines.tantivy import TantivyEngine
from search.query.parser import parse
from search.types import Entry, Part, Request
from tests.search.engines.entries import entry

EVERYBODY = frozenset({"all"})
GROUPS = (("教案", "教学设计", "教学方案"), ("小组合作", "合作学习"), ("必修1", "必修第一册"))


def plan(key: str, title: str, aims: str = "", text: str = "", **own: Any) -> Entry:
    """A plan with aims and one step."""
    parts = [Part("aims", "教学目标", aims, "aims"), Part("s1", "教学过程第 1 步", text)]
    year = own.pop("year", "")
    facets = {"year": year} if year else {}
    return entry(key, title, parts=tuple(part for part in parts if part.text), facets=facets, **own)


PLANS = (
    plan("gougu", "勾股定理", "会证明", "小组合作，用面积说明。", people=("王芳",), tags=("数学",), year="2024"),
    plan("gougushu", "勾股数", "会找勾股数", people=("李明芳",), tags=("数学", "几何"), year="2023"),
    plan("zhengxian", "正弦定理", "会证明正弦定理", "独立练习。", people=("王小芳",), year="2022"),
    plan("xian", "勾三股四弦五的故事", "", "定额说理，勾画股肱。"),
    plan("sanjiao", "三角形的内角和", "发现内角和", "合作学习：拼一拼。", people=("芳草",), tags=("图形",)),
    plan("neijiao", "多边形", "", "每个内角都画出来，三角板。", unit="汾阳中学"),
    plan("yuan", "图形的周长", "", "今天学习圆的周长。", unit="汾阳市第二中学"),
    plan("chun", "春——朱自清", "朗读，体会春天", "春花图", people=("朱明",), tags=("散文",), year="2024"),
    plan("bei", "背影", "感受父爱", "朱自清散文，教学设计", tags=("语文",), year="2020"),
    plan("fruit", "Do you like apples or pears", "", "Talk about fruit."),
    plan("pears", "Pears", "", "We like them."),
    plan("wangfang", "网房维修", "", "网房"),
    plan("beijing", "A trip to Beijing", "", "Great Wall"),
    plan("jing", "北京的春节", "", "春节习俗"),
    plan("huanjing", "保护环境", "爱护家园", "水土流失", tags=("水",)),
    plan("shui", "水的三态", "了解环境变化", "实验"),
    plan("ce", "曲线运动", "", "旧版必修第一册里有它。"),
    plan("jiu", "抛体运动", "", "旧版必修1里有它，必修 2 里也有。"),
    plan("shuiwuran", "湖泊", "", "水污染与环境"),
)  # fmt: skip

Finds = Callable[..., set[str]]


@pytest.fixture(scope="module", autouse=True)
def added_words() -> Iterator[None]:
    """Nobody has added words; some words mean the same."""
    with pytest.MonkeyPatch.context() as patch:
        later = time.monotonic() + 10_000
        patch.setattr(lexicon, "_kept", (later, lexicon.Lexicon(groups=GROUPS)))
        yield


@pytest.fixture(scope="module")
def engine(added_words: None) -> TantivyEngine:
    """An engine that holds the plans."""
    engine = TantivyEngine(None)
    with engine.writing() as batch:
        for one in PLANS:
            batch.put(one)
    return engine


@pytest.fixture
def finds(engine: TantivyEngine) -> Finds:
    """The keys of all that a typed query finds, however little it matches."""

    def found(typed: str, **own: Any) -> set[str]:
        request = Request(principals=EVERYBODY, query=parse(typed).tree, everything=True, limit=100, **own)
        return {hit.key for hit in engine.search(request).hits}

    return found
