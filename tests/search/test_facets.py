"""Facets as the page shows them."""

import pytest

from search import kinds
from search.facets import facet


def test_stages_stand_in_their_own_order_and_all_else_by_count() -> None:
    stage = facet("stage", {"高中": 9, "小学": 1, "初中": 5}, [])
    county = facet("county", {"兴县": 1, "文水县": 5}, [])

    assert [(value.label, value.count) for value in stage.values] == [("小学", 1), ("初中", 5), ("高中", 9)]
    assert [value.label for value in county.values] == ["文水县", "兴县"]


@pytest.mark.parametrize(("name", "among"), [("stage", "中职"), ("grade", "研究生")])
def test_every_stage_and_grade_of_the_apps_has_its_place(name: str, among: str) -> None:
    told = kinds.values_of(name)
    found = facet(name, {value: place for place, value in enumerate([*told, "别的"])}, [])

    assert among in told
    assert [value.label for value in (*found.values, *found.more)] == [*told, "别的"]


def test_paths_become_a_tree_in_which_all_below_counts() -> None:
    books = facet(
        "textbook", {"人教版›上›一": 2, "人教版›上›二": 3, "人教版": 1, "北师大版›下": 4}, ["人教版›上›一"]
    )

    edition = books.values[0]
    assert (edition.label, edition.count, edition.is_open) == ("人教版", 6, True)
    volume = edition.below[0]
    assert [(unit.path, unit.count, unit.is_chosen) for unit in volume.below] == [
        ("人教版›上›二", 3, False),
        ("人教版›上›一", 2, True),
    ]


def test_year_that_anybody_may_write_into_an_address_is_no_fault() -> None:
    years = facet("year", {"2023": 1, "2024": 2}, ["²", "二〇二四"])

    assert [value.label for value in years.values] == ["2024", "2023", "²", "二〇二四"]


def test_what_is_chosen_is_in_sight_even_where_nothing_was_found_with_it() -> None:
    many = facet("county", {f"县{number}": 100 - number for number in range(20)}, ["无此县"])

    assert [value.label for value in many.values] == ["县0", "县1", "县2", "县3", "县4", "无此县"]
    assert len(many.more) == 15


def test_thousands_of_units_do_not_fill_the_page_and_all_can_be_reached_by_ticking() -> None:
    books = {f"版{e}›册{v}›单元{u}": 1 for e in range(40) for v in range(30) for u in range(60)}

    def shown(*chosen: str) -> dict[str, int]:
        found = facet("textbook", books, chosen)
        return {value.label: len(value.below) for value in (*found.values, *found.more)}

    assert len(shown()) == 30
    assert set(shown().values()) == {10}
    edition = next(one for one in facet("textbook", books, ["版7"]).values if one.is_chosen)
    assert (edition.label, len(edition.below), edition.is_cut) == ("版7", 30, False)
    assert edition.below[0].below == []
    [of_volume] = [one for one in facet("textbook", books, ["版7›册3"]).values if one.is_open]
    volume = next(one for one in of_volume.below if one.is_chosen)
    assert (len(volume.below), volume.is_cut) == (40, True)
    [of_unit] = [one for one in facet("textbook", books, ["版7›册3›单元59"]).values if one.is_open]
    [its_volume] = [one for one in of_unit.below if one.is_open]
    assert [one.label for one in its_volume.below if one.is_chosen] == ["单元59"]
