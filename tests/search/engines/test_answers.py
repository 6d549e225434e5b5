"""What every engine answers: who finds what, in which order, how many. Tantivy, and a real Elasticsearch of both major versions."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from search.engines.base import Engine
from search.query.clauses import All, Best, Prefix, Ranked, Sequence, Silent, Term, Within, Without
from search.query.clauses import Any as AnyOf
from search.query.tree import AllOf, Not, Phrase, Words, Years
from search.types import COUNTED_MOST, Entry, Found, Hit, Reason, Request, Sort
from tests.search.engines.entries import NOW, entry

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset({"all"})


def hold(engine: Engine, *entries: Entry) -> None:
    with engine.writing() as batch:
        for one in entries:
            batch.put(one)


def ask(engine: Engine, text: str | None = None, **own: Any) -> Found:
    values: dict[str, Any] = {"principals": EVERYBODY, "query": Words(text) if text else None} | own
    return engine.search(Request(**values))


def keys(found: Found) -> list[str]:
    return [hit.key for hit in found.hits]


def matching(engine: Engine, clause: Any, **own: Any) -> dict[str, float]:
    values: dict[str, Any] = {"principals": EVERYBODY, "excluded": (), "kinds": (), "limit": 100} | own
    return {hit.key: round(hit.score, 4) for hit in engine.matching(clause, **values)}


# --- who ---------------------------------------------------------------------------------------------------------


def test_nothing_shows_what_its_readers_do_not_hold(engine: Engine) -> None:
    own: dict[str, Any] = {"facets": {"subject": "数学"}}
    hold(
        engine,
        entry("mine", "三角形", readers=frozenset({"p:1", "g:2"}), **own),
        entry("others", "三角形", readers=frozenset({"p:2"}), **own),
        entry("nobody", "三角形", readers=frozenset(), **own),
    )
    me = frozenset({"p:1", "all"})
    found = ask(engine, "三角形", principals=me, facets=("subject",))

    assert keys(found) == ["mine"]
    assert (found.total, found.kinds, found.facets) == (1, {"plan": 1}, {"subject": {"数学": 1}})
    assert list(matching(engine, Prefix("title_i", "sanjiao"), principals=me)) == ["mine"]
    assert engine.explain(Request(principals=me, query=Words("三角形")), Hit("plan", "others")) is None
    assert ask(engine, "三角形", principals=frozenset()) == Found((), 0)
    assert matching(engine, Term("title_w", "三角形"), principals=()) == {}


def test_hidden_things_are_found_by_no_way(engine: Engine) -> None:
    hold(engine, entry("a", "三角形"), entry("b", "三角形"))
    hidden = frozenset({"plan:a"})
    found = ask(engine, "三角形", excluded=hidden)

    assert (keys(found), found.total, found.kinds) == (["b"], 1, {"plan": 1})
    assert list(matching(engine, Term("title_w", "三角形"), excluded=hidden)) == ["b"]
    request = Request(principals=EVERYBODY, query=Words("三角形"), excluded=hidden)
    assert engine.explain(request, Hit("plan", "a")) is None


def test_hidden_best_match_does_not_push_others_below_the_cut(engine: Engine) -> None:
    hold(engine, entry("a", "等腰三角形的内角"), entry("b", text="等腰" + "，教师巡视指导" * 200))
    request = {"text": "等腰三角形的内角"}

    assert keys(ask(engine, **request)) == ["a"]
    assert keys(ask(engine, **request, excluded=frozenset({"plan:a"}))) == ["b"]


# --- what --------------------------------------------------------------------------------------------------------


def test_clauses_find_and_score_as_they_say(engine: Engine) -> None:
    hold(engine, entry("a", "勾股定理"), entry("b", "勾股"), entry("c", "定理"))
    one, other = Term("title_b", "勾股"), Term("title_b", "定理")
    first, second = matching(engine, one), matching(engine, other)

    assert matching(engine, AnyOf((one, other))) == pytest.approx(
        {"a": first["a"] + second["a"], "b": first["b"], "c": second["c"]}, abs=2e-4
    )
    assert matching(engine, All((one, other))) == pytest.approx({"a": first["a"] + second["a"]}, abs=2e-4)
    assert matching(engine, Best((one, other)))["a"] == pytest.approx(max(first["a"], second["a"]))
    assert matching(engine, Without(one, (other,))) == {"b": first["b"]}
    assert matching(engine, Without(None, (other,))) == {"b": 1.0}
    assert matching(engine, Silent(one)) == {"a": 0.0, "b": 0.0}
    assert matching(engine, All((Silent(one), other))) == {"a": second["a"]}
    assert matching(engine, Ranked(one, other)) == {"a": second["a"], "b": 0.0}
    assert matching(engine, All((Ranked(one, other), Silent(other)))) == {"a": second["a"]}
    assert matching(engine, Prefix("title_i", "ggd", 3.0)) == {"a": 3.0}
    assert list(matching(engine, Sequence("title_b", ("勾股", "股定", "定理")))) == ["a"]


def test_years_are_a_clause_that_counts_one(engine: Engine) -> None:
    of_years = (entry(str(nth), "教案", facets={"year": str(2023 + nth)}) for nth in range(3))
    hold(engine, *of_years, entry("none"))

    assert matching(engine, Within(2024, 2024)) == {"1": 1.0}
    assert matching(engine, Within(2024, None)) == {"1": 1.0, "2": 1.0}
    assert matching(engine, Within(None, 2024)) == {"0": 1.0, "1": 1.0}
    assert list(matching(engine, Without(None, (Within(2023, 2025),)))) == ["none"]
    years = Request(principals=EVERYBODY, query=Years(2025, 2025))
    reason = engine.explain(years, Hit("plan", "2"))
    assert reason is not None
    assert reason.score >= 1.0
    assert engine.explain(years, Hit("plan", "1")) is None


def test_phrases_and_exclusions_of_a_request(engine: Engine) -> None:
    hold(engine, entry("a", "三角形的内角和"), entry("b", "内角和与三角形"))

    assert keys(ask(engine, query=Phrase("三角形的内角"))) == ["a"]
    assert keys(ask(engine, query=AllOf((Words("三角形"), Not(Phrase("角和与")))))) == ["a"]


def test_hits_far_below_the_best_are_left_out_and_not_counted(engine: Engine) -> None:
    far = entry("far", text="内角" + "，教师巡视指导" * 300, facets={"subject": "语文"})
    hold(engine, entry("best", "等腰三角形的内角和", facets={"subject": "数学"}), far)
    cut = ask(engine, "等腰三角形的内角和", facets=("subject",))
    whole = ask(engine, "等腰三角形的内角和", facets=("subject",), everything=True)

    assert (keys(cut), cut.total, cut.facets) == (["best"], 1, {"subject": {"数学": 1}})
    assert (keys(whole), whole.total) == (["best", "far"], 2)
    assert whole.facets == {"subject": {"数学": 1, "语文": 1}}
    request = Request(principals=EVERYBODY, query=Words("等腰三角形的内角和"))
    assert engine.explain(request, Hit("plan", "far")) is None


# --- facets ------------------------------------------------------------------------------------------------------


def shelve(engine: Engine) -> None:
    books = [
        ("1", "数学", "七年级", "人教版›七年级上册›第一单元"),
        ("2", "数学", "七年级", "人教版›七年级上册›第二单元"),
        ("3", "数学", "八年级", "人教版›八年级上册›第一单元"),
        ("4", "语文", "七年级", "北师大版›七年级上册›第一单元"),
    ]
    hold(
        engine,
        *(
            entry(key, "单元教学", facets={"subject": subject, "grade": grade, "textbook": book})
            for key, subject, grade, book in books
        ),
        entry("p", "单元教学", kind="person"),
    )


def test_each_facet_counts_without_regard_to_its_own_filter(engine: Engine) -> None:
    shelve(engine)
    filters = {"subject": ("数学",), "grade": ("七年级", "九年级")}
    found = ask(engine, "单元教学", filters=filters, facets=("subject", "grade"))

    assert sorted(keys(found)) == ["1", "2"]
    assert found.total == 2
    assert found.facets == {"subject": {"数学": 2, "语文": 1}, "grade": {"七年级": 2, "八年级": 1}}
    assert found.kinds == {"plan": 2}


def test_kinds_are_counted_without_regard_to_the_kinds_wanted(engine: Engine) -> None:
    shelve(engine)
    found = ask(engine, "单元教学", kinds=("person",), facets=("subject",))

    assert (keys(found), found.total) == (["p"], 1)
    assert found.kinds == {"plan": 4, "person": 1}
    assert found.facets == {"subject": {}}


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("人教版", ["1", "2", "3"]),
        ("人教版›七年级上册", ["1", "2"]),
        ("人教版›七年级上册›第一单元", ["1"]),
        ("七年级上册", []),
    ],
)
def test_path_means_all_below_it(engine: Engine, path: str, wanted: list[str]) -> None:
    shelve(engine)

    assert sorted(keys(ask(engine, "单元教学", filters={"textbook": (path,)}))) == wanted


def test_unknown_facet_and_value_find_nothing(engine: Engine) -> None:
    shelve(engine)

    assert ask(engine, "单元教学", filters={"colour": ("red",)}).total == 0
    assert ask(engine, "单元教学", filters={"subject": ("x" * 40_000,)}).total == 0


def test_years_are_first_and_last(engine: Engine) -> None:
    hold(
        engine,
        *(entry(year, "教案", facets={"year": year}) for year in ("2023", "2024", "2025")),
        entry("none"),
    )

    assert sorted(keys(ask(engine, "教案", years=(2024, None)))) == ["2024", "2025"]
    assert sorted(keys(ask(engine, "教案", years=(None, 2024)))) == ["2023", "2024"]
    assert sorted(keys(ask(engine, "教案", years=(2024, 2024)))) == ["2024"]


# --- order and pages ---------------------------------------------------------------------------------------------


def test_orders(engine: Engine) -> None:
    hold(
        engine,
        entry("old", "教案", uses=3, changed_at=NOW - timedelta(days=400)),
        entry("new", "教案", uses=1),
        entry("undated", "教案", uses=9, changed_at=None),
    )

    assert keys(ask(engine, "教案", sort=Sort.NEWEST)) == ["new", "old", "undated"]
    assert keys(ask(engine, "教案", sort=Sort.USED)) == ["undated", "old", "new"]


def test_among_equal_matches_what_is_used_more_comes_first(engine: Engine) -> None:
    hold(engine, *(entry(f"{uses:03}", "教案", uses=uses) for uses in (0, 50, 5, 500)))

    assert keys(ask(engine, "教案")) == ["500", "050", "005", "000"]


def test_pages_show_everything_once(engine: Engine) -> None:
    hold(engine, *(entry(f"{nth:03}", "教案" if nth % 2 else "教案设计", uses=nth % 7) for nth in range(230)))
    pages = [keys(ask(engine, "教案", offset=start, limit=30)) for start in range(0, 240, 30)]

    assert [len(page) for page in pages] == [30] * 7 + [20]
    assert len({key for page in pages for key in page}) == 230
    for sort in (Sort.NEWEST, Sort.USED):
        again = [keys(ask(engine, "教案", sort=sort, offset=start, limit=100)) for start in (0, 100, 200)]
        assert len({key for page in again for key in page}) == 230


def test_page_beyond_the_deepest_is_empty(engine: Engine) -> None:
    hold(engine, entry("a"))

    assert ask(engine, "教案", offset=10_000, limit=20) == Found((), 1, kinds={"plan": 1})
    assert ask(engine, "教案", offset=9_990, limit=20).hits == ()
    assert ask(engine, "教案", sort=Sort.NEWEST, offset=2_000_000).hits == ()


def test_counts_go_up_to_a_thousand(engine: Engine) -> None:
    hold(engine, *(entry(str(nth), facets={"subject": "数学"}) for nth in range(COUNTED_MOST + 5)))
    for everything in (False, True):
        found = ask(engine, "教案", everything=everything, facets=("subject",))
        assert (found.total, found.is_capped) == (COUNTED_MOST, True)
        assert (found.kinds, found.facets) == ({"plan": COUNTED_MOST}, {"subject": {"数学": COUNTED_MOST}})


def crowd(engine: Engine) -> None:
    """More than are counted: 900 for anybody of one kind, 300 of another, 300 that few may find."""
    with engine.rebuilding() as batch:
        for nth in range(1_500):
            kind = "person" if 900 <= nth < 1_200 else "plan"
            readers = EVERYBODY if nth < 1_200 else frozenset({"p:1"})
            facets = {"grade": f"g{nth % 30}", "subject": f"s{nth % 2}", "year": str(2020 + nth % 3)}
            batch.put(entry(f"{nth:04}", kind=kind, readers=readers, facets=facets, uses=nth % 50))


def test_filters_reach_beyond_the_best_thousand(engine: Engine) -> None:
    crowd(engine)
    filters = {"grade": ("g3", "g4"), "subject": ("s1",)}
    found = ask(engine, "教案", filters=filters, facets=("grade", "subject"), limit=100)

    assert (found.total, found.is_capped, len(found.hits)) == (40, False, 40)
    assert found.facets["subject"] == {"s0": 40, "s1": 40}
    assert found.facets["grade"] == {f"g{nth}": 40 for nth in range(1, 30, 2)}
    assert found.kinds == {"plan": 30, "person": 10}
    narrower = ask(engine, "教案", filters=filters, kinds=("person",), facets=("grade",), years=(2020, 2020))
    assert narrower.total == len(narrower.hits)
    assert {hit.kind for hit in narrower.hits} == {"person"}
    assert narrower.kinds["person"] == narrower.total


def test_no_count_says_what_is_beyond_the_reader_among_very_many(engine: Engine) -> None:
    crowd(engine)
    found = ask(engine, "教案", filters={"grade": ("g3",)}, facets=("grade", "subject"))
    mine = ask(engine, "教案", principals=frozenset({"p:1"}), facets=("subject",))
    hidden = frozenset(f"plan:{nth:04}" for nth in range(900))
    rest = ask(engine, "教案", excluded=hidden, facets=("subject",))

    assert found.total == 40
    assert (mine.total, mine.kinds, mine.facets["subject"]) == (300, {"plan": 300}, {"s0": 150, "s1": 150})
    assert (rest.total, rest.kinds) == (300, {"person": 300})


@pytest.mark.parametrize("sort", list(Sort))
def test_pages_of_very_many_show_everything_once(engine: Engine, sort: Sort) -> None:
    crowd(engine)
    pages = [
        keys(ask(engine, "教案", everything=True, sort=sort, offset=start, limit=250))
        for start in range(0, 1_500, 250)
    ]

    assert [len(page) for page in pages] == [250] * 4 + [200, 0]
    assert len({key for page in pages for key in page}) == 1_200


def test_very_many_are_ordered_by_use_as_a_whole(engine: Engine) -> None:
    crowd(engine)
    best = keys(ask(engine, "教案", everything=True, sort=Sort.USED, limit=24))

    assert {int(key) % 50 for key in best} == {49}


def test_cut_is_the_same_whatever_is_filtered(engine: Engine) -> None:
    far = entry("far", text="内角" + "，教师巡视指导" * 300, facets={"subject": "语文"})
    hold(engine, entry("best", "等腰三角形的内角和", facets={"subject": "数学"}), far)

    filtered = ask(engine, "等腰三角形的内角和", filters={"subject": ("语文",)}, facets=("subject",))

    assert filtered == Found((), 0, facets={"subject": {"数学": 1}})


def test_value_that_begins_like_another_is_not_below_it(engine: Engine) -> None:
    hold(
        engine,
        entry("1", facets={"textbook": "人教版›七年级"}),
        entry("2", facets={"textbook": "人教版（新）›七年级"}),
    )

    assert keys(ask(engine, "教案", filters={"textbook": ("人教版",)})) == ["1"]


def test_synonyms_are_asked_for_or_not(engine: Engine) -> None:
    hold(engine, entry("a", "浮力教学设计"), entry("b", "浮力"))
    plain = ask(engine, "教案", synonyms=False, everything=True)
    wide = ask(engine, "教案", everything=True)

    assert (keys(plain), keys(wide)) == ([], ["a"])


def test_page_of_no_length_has_counts(engine: Engine) -> None:
    hold(engine, entry("a"))

    assert ask(engine, "教案", limit=0) == Found((), 1, kinds={"plan": 1})


def test_query_of_no_words_finds_nothing(engine: Engine) -> None:
    hold(engine, entry("a"))

    assert ask(engine, "，。", facets=("subject",)) == Found((), 0, facets={"subject": {}})


def test_exclusion_alone_finds_the_others(engine: Engine) -> None:
    hold(engine, entry("a", "三角形"), entry("b", "浮力"))

    assert keys(ask(engine, query=Not(Words("三角形")))) == ["b"]


def test_matching_is_narrowed_by_kind_and_limit(engine: Engine) -> None:
    hold(engine, entry("a", "三角形"), entry("b", "三角形", kind="person"), entry("c", "三角形"))
    clause = Term("title_w", "三角形")

    assert sorted(matching(engine, clause)) == ["a", "b", "c"]
    assert list(matching(engine, clause, kinds=("person",))) == ["b"]
    assert len(matching(engine, clause, limit=2)) == 2


def test_rare_tokens_weigh_more(engine: Engine) -> None:
    hold(engine, entry("a", "三角形"), entry("b", "三角形浮力"), entry("c", "三角形"))
    idf = engine.rarity("title_b", ["三角", "浮力", "没有"])

    assert idf["三角"] < idf["浮力"] < idf["没有"]
    assert engine.rarity("title_b", []) == {}


def test_everything_is_found_without_a_query_and_the_newest_comes_first(engine: Engine) -> None:
    hold(
        engine,
        entry("old", uses=900, changed_at=NOW - timedelta(days=1)),
        entry("b"),
        entry("a"),
        entry("undated", changed_at=None),
        entry("hidden", readers=frozenset({"p:1"})),
    )
    found = ask(engine)

    assert (keys(found), found.total) == (["a", "b", "old", "undated"], 4)


def test_explanation_adds_up_to_the_score_of_the_match(engine: Engine) -> None:
    hold(engine, entry("a", "勾股定理"), entry("b", "平行四边形"))
    reason = engine.explain(Request(principals=EVERYBODY, query=Words("勾股")), Hit("plan", "a"))

    assert reason is not None
    assert reason.score == pytest.approx(sum(inner.score for inner in reason.inner), rel=1e-5)
    assert reason.score > 0
    assert engine.explain(Request(principals=EVERYBODY, query=Words("勾股")), Hit("plan", "b")) is None
    assert engine.explain(Request(principals=EVERYBODY, query=Words("勾股")), Hit("plan", "none")) is None
    narrowed = Request(principals=EVERYBODY, query=Words("勾股"), kinds=("person",))
    assert engine.explain(narrowed, Hit("plan", "a")) is None


def every(reason: Reason) -> Iterator[Reason]:
    yield reason
    for inner in reason.inner:
        yield from every(inner)


def test_explanation_names_what_was_found_where_in_the_readers_words(engine: Engine) -> None:
    hold(engine, entry("a", "勾股定理", text="会证明勾股定理，能说出它的由来"), entry("b", "平行四边形"))
    request = Request(principals=EVERYBODY, query=AllOf((Words("勾股定理"), Words("证明"))))
    with translation.override("zh-hans"):
        reason = engine.explain(request, Hit("plan", "a"))

    assert reason is not None
    assert reason.what == "得分"
    said = [*every(reason)]
    assert {"题名用字: 勾股", "正文用词: 证明", "正文读音: zheng·ming"} <= {one.what for one in said}
    assert all(one.score > 0 for one in said)


def test_explanation_without_a_query_is_the_score_alone(engine: Engine) -> None:
    hold(engine, entry("a", "勾股定理"))

    reason = engine.explain(Request(principals=EVERYBODY), Hit("plan", "a"))

    assert reason is not None
    assert reason.inner == ()


# --- what is meant comes first ------------------------------------------------------------------------------------


def test_half_a_sentence_finds_first_where_it_stands_as_it_was_typed(engine: Engine) -> None:
    """Also over commas, and against a text that says every word of it more often."""
    hold(
        engine,
        entry("often", text="比较速度，提出猜想，记录数据，观察现象，现象的猜想，速度的数据。" * 3),
        entry("there", text="上课。观察现象，提出猜想并记录数据的学生先说。" + "其余的话还有很多。" * 20),
        entry("near", text="观察现象并提出猜想，记录数据的学生先说。" * 2),
    )

    assert keys(ask(engine, "观察现象，提出猜想并记录数据"))[0] == "there"


def test_few_words_are_not_taken_for_half_a_sentence(engine: Engine) -> None:
    hold(
        engine,
        entry("short", text="分数的意义"),
        entry("apart", text="意义在于分数的意义，分数意义" * 2),
    )

    scores = {hit.key: hit.score for hit in ask(engine, "分数的意义").hits}
    assert scores.keys() == {"short", "apart"}
    assert scores["short"] < 2 * scores["apart"]


def fillers() -> list[Entry]:
    """So that a word that few hold is rare."""
    return [entry(f"filler{nth}", f"课题{nth}", text="备课、上课、评课。" * (nth + 1)) for nth in range(20)]


LONG = "其余的话还有很多。" * 30


def test_title_that_holds_all_words_comes_before_a_text_that_does(engine: Engine) -> None:
    hold(
        engine,
        *fillers(),
        entry("text", "教学设计一则", text="朱自清写过《背影》，他的背影。" + LONG),
        entry("title", "朱自清《背影》第一课时", text="今天我们上课。"),
    )

    assert keys(ask(engine, "朱自清 背影")) == ["title", "text"]


def test_title_that_sounds_like_all_of_it_comes_before_a_text_with_some_of_it(engine: Engine) -> None:
    hold(
        engine,
        *fillers(),
        entry("text", "教学设计一则", text="看云，看天气，天气。" + LONG),
        entry("title", "看云识天气第一课时新授课", text="今天我们上课。"),
    )

    assert keys(ask(engine, "看云是天气")) == ["title", "text"]
