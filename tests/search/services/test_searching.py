"""A page of results: what it shows and counts when the database refuses a hit, and when the engine is away."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from research.models import Person
from search import kinds
from search.errors import EngineUnavailableError
from search.models import EntryRow, OutboxRow
from search.services import searching
from search.services.rechecking import may_find, rows_of
from search.services.searching import PAGE_SIZE, Wanted
from search.types import Hit, Sort
from tests.search.desk import Desk
from tests.search.leaves import Leaves, forget_kinds

pytestmark = pytest.mark.django_db


def keys(person: Any, **wanted: Any) -> list[str]:
    return [card.hit.key for card in searching.search(person, Wanted(**wanted)).cards]


# --- hits that the database refuses ---------------------------------------------------------------------------


def test_hit_that_is_refused_leaves_the_page_full_and_counts_right(
    person: Person, leaves: Leaves, desk: Desk
) -> None:
    for number in range(PAGE_SIZE + 5):
        leaves.add(f"{number:02}", "三角形", facets={"stage": "初中"}, uses=number)
    leaves.hidden = {"24", "23", "04"}

    page = searching.search(person, Wanted(query="三角形", sort=Sort.USED))

    assert [card.hit.key for card in page.cards] == [
        f"{number:02}" for number in range(22, 1, -1) if number != 4
    ]
    assert [card.rank for card in page.cards] == list(range(1, PAGE_SIZE + 1))
    assert (page.found.total, page.found.kinds, page.found.facets["stage"]) == (
        22,
        {"leaf": 22},
        {"初中": 22},
    )
    assert len(desk.asked) == 3


def test_search_of_which_nothing_is_refused_asks_the_engine_once(
    person: Person, leaves: Leaves, desk: Desk
) -> None:
    leaves.add("1", "三角形")

    searching.search(person, Wanted(query="三角形"))

    assert len(desk.asked) == 1


def test_counts_of_other_kinds_and_facets_leave_out_what_is_refused(
    person: Person, leaves: Leaves, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = Leaves(desk, "stone", "石头")
    monkeypatch.setattr(kinds, "_kinds", forget_kinds([leaves, others]))
    for key in ("1", "2"):
        leaves.add(key, "三角形", facets={"stage": "初中"})
        others.add(key, "三角形", facets={"stage": "高中"})
    leaves.hidden, others.hidden = {"2"}, {"1"}

    found = searching.search(person, Wanted(query="三角形", kind="leaf", filters={"stage": ("初中",)})).found

    assert (found.total, found.kinds) == (1, {"leaf": 1})
    assert found.facets["stage"] == {"初中": 1}
    wider = searching.search(person, Wanted(query="三角形")).found
    assert (wider.total, wider.kinds) == (2, {"leaf": 1, "stone": 1})


def test_what_is_refused_only_at_the_last_look_is_left_out_of_the_page(
    person: Person, leaves: Leaves, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("1", "2", "3"):
        leaves.add(key, "三角形", changed_at=datetime(2026, 1, int(key), tzinfo=UTC))
    refusing = iter([{"1"}, {"1"}, {"1", "2"}])
    ask = leaves._visible

    def visible(person: Any, keys: Any) -> set[str]:
        leaves.hidden = next(refusing)
        return ask(person, keys)

    monkeypatch.setattr(leaves, "_visible", visible)
    monkeypatch.setattr(kinds, "_kinds", forget_kinds([leaves]))

    page = searching.search(person, Wanted(query="三角形"))

    assert [(card.hit.key, card.rank) for card in page.cards] == [("3", 1)]


# --- rows by kind ---------------------------------------------------------------------------------------------


def test_rows_are_those_of_the_hits_and_not_every_key_of_every_kind(
    leaves: Leaves, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = Leaves(desk, "stone", "石头")
    monkeypatch.setattr(kinds, "_kinds", forget_kinds([leaves, others]))
    for key in ("1", "2"):
        leaves.add(key, "叶")
        others.add(key, "石")

    hits = [Hit("leaf", "1"), Hit("stone", "2"), Hit("comet", "1")]

    assert set(rows_of(hits)) == {"leaf:1", "stone:2"}
    assert rows_of([Hit("comet", "1")]) == {}
    assert rows_of([]) == {}


@pytest.mark.parametrize("count", [1, 40])
def test_rows_of_all_kinds_are_one_query(
    leaves: Leaves, desk: Desk, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    others = Leaves(desk, "stone", "石头")
    monkeypatch.setattr(kinds, "_kinds", forget_kinds([leaves, others]))
    for number in range(count):
        leaves.add(str(number), "叶")
        others.add(str(number), "石")
    hits = [Hit(kind, str(number)) for kind in ("leaf", "stone") for number in range(count)]

    with CaptureQueriesContext(connection) as asked:
        rows = rows_of(hits, "title")
        titles = [row.title for row in rows.values()]

    assert (len(asked), len(titles)) == (1, 2 * count)


def test_each_kind_is_asked_once_who_may_find_what(person: Person, leaves: Leaves) -> None:
    for number in range(5):
        leaves.add(str(number), "叶")
    leaves.hidden = {"3"}

    hits = [Hit("leaf", str(number)) for number in range(5)] + [Hit("comet", "1")]

    assert may_find(person, hits) == {"leaf:0", "leaf:1", "leaf:2", "leaf:4"}


# --- while the engine is away ---------------------------------------------------------------------------------


@pytest.fixture
def away(desk: Desk) -> Desk:
    desk.fault = EngineUnavailableError("away")
    return desk


def test_titles_answer_in_place_of_the_engine_for_readers_alone(
    person: Person, leaves: Leaves, away: Desk
) -> None:
    leaves.add("1", "三角形")
    leaves.add("2", "三角形的高", readers=frozenset({"p:0"}))
    leaves.add("3", "三角形的中线", readers=frozenset())
    leaves.add("4", "三角形的角")
    leaves.hidden.add("4")
    leaves.add("5", "三角形的边")
    OutboxRow.objects.create(kind="leaf", key="5", narrows=True)
    leaves.add("6", "三角形的面积", readers=frozenset({"p:0", f"p:{person.pk}"}))

    page = searching.search(person, Wanted(query="三角形"))

    assert sorted(card.hit.key for card in page.cards) == ["1", "6"]
    assert (page.is_degraded, page.found.total, page.found.kinds) == (True, 2, {"leaf": 2})
    assert page.correction is None
    assert keys(AnonymousUser(), query="三角形") == []


def test_titles_obey_facets_and_years(person: Person, leaves: Leaves, away: Desk) -> None:
    for key, stage, book, year in [
        ("1", "初中", "人教版›上册›一", "2024"),
        ("2", "高中", "人教版›上册›二", "2025"),
        ("3", "初中", "人教版›上册", "2026"),
        ("4", "初中", "人教版›上册下›一", "不详"),
    ]:
        leaves.add(key, "三角形", facets={"stage": stage, "textbook": book, "year": year})
    leaves.add("5", "三角形")

    def found(**wanted: Any) -> list[str]:
        return sorted(keys(person, query="三角形", **wanted))

    assert found() == ["1", "2", "3", "4", "5"]
    assert found(filters={"stage": ("初中",)}) == ["1", "3", "4"]
    assert found(filters={"stage": ("初中", "高中"), "textbook": ("人教版›上册",)}) == ["1", "2", "3"]
    assert found(filters={"nothing": ("初中",)}) == []
    assert found(years=(2025, None)) == ["2", "3"]
    assert found(years=(None, 2024)) == ["1"]
    assert found(years=(2024, 2025), filters={"stage": ("高中",)}) == ["2"]


def test_titles_are_read_by_what_was_asked(person: Person, leaves: Leaves, away: Desk) -> None:
    leaves.add("1", "三角形内角和")
    leaves.add("2", "三角形复习")
    leaves.add("3", "荷塘月色")
    leaves.add("4", "100%的_下划线")

    assert sorted(keys(person, query="三角形")) == ["1", "2"]
    assert sorted(keys(person, query="三角形 -复习")) == ["1"]
    assert sorted(keys(person, query="篇名:內角 OR “荷塘月色”")) == ["1", "3"]
    assert sorted(keys(person, query="三角形", within="内角")) == ["1"]
    assert keys(person, query="0%的_") == ["4"]
    assert keys(person, query="角%形") == []
    assert sorted(keys(person, kind="leaf")) == ["1", "2", "3", "4"]


def test_titles_of_other_kinds_are_counted_and_not_shown(
    person: Person, leaves: Leaves, away: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = Leaves(away, "stone", "石头")
    monkeypatch.setattr(kinds, "_kinds", forget_kinds([leaves, others]))
    leaves.add("1", "三角形")
    others.add("1", "三角形")

    page = searching.search(person, Wanted(query="三角形", kind="stone"))

    assert [(card.kind.name, card.hit.key) for card in page.cards] == [("stone", "1")]
    assert (page.found.total, page.found.kinds) == (1, {"leaf": 1, "stone": 1})


def test_titles_come_in_pages_the_newest_or_the_most_used_first(
    person: Person, leaves: Leaves, away: Desk
) -> None:
    for number in range(25):
        day = datetime(2026, 1, 1 + number, tzinfo=UTC)
        leaves.add(f"{number:02}", "三角形", uses=number % 24, changed_at=day)

    assert keys(person, query="三角形")[:2] == ["24", "23"]
    assert keys(person, query="三角形", page=2) == ["04", "03", "02", "01", "00"]
    assert keys(person, query="三角形", sort=Sort.USED)[:2] == ["23", "22"]


def test_many_titles_ask_the_database_no_more_than_one(person: Person, leaves: Leaves, away: Desk) -> None:
    wanted = Wanted(query="三角形", filters={"stage": ("初中",)}, years=(2020, 2026))
    facets = {"stage": "初中", "year": "2025"}
    leaves.add("0", "三角形", facets=facets)
    with CaptureQueriesContext(connection) as one:
        searching.search(person, wanted)
    rows = [
        EntryRow(kind="leaf", key=f"k{nth}", title="三角形", readers=["all"], facets=facets)
        for nth in range(400)
    ]
    EntryRow.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as many:
        page = searching.search(person, wanted)

    assert (len(page.cards), page.found.total, len(many)) == (PAGE_SIZE, 300, len(one))
