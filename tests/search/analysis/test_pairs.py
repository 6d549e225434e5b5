"""Pairs of neighbouring characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.pairs import BORDER, pairs
from search.analysis.runs import runs


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三角形", ["三角", "角形"]),
        ("春", ["春"]),
        ("三角形，内角", ["三角", "角形", BORDER, "内角"]),
        ("用ppt讲", ["用", BORDER, "ppt", BORDER, "讲"]),
        ("第12课", ["第", BORDER, "12", BORDER, "课"]),
        ("，。", []),
        ("", []),
    ],
)
def test_pairs_of_each_run_with_a_border_between(text: str, wanted: list[str]) -> None:
    assert pairs(text) == wanted


@given(st.text(st.sampled_from("一二三ab1，。 "), max_size=30))
def test_no_pair_goes_over_a_border_and_every_neighbour_is_one(text: str) -> None:
    parted: list[list[str]] = [[]]
    for token in pairs(text):
        if token == BORDER:
            parted.append([])
        else:
            parted[-1].append(token)

    assert [tokens for tokens in parted if tokens] == [
        [run[at : at + 2] for at in range(len(run) - 1)] if han and len(run) > 1 else [run]
        for run, han in runs(text)
    ]


def test_border_is_no_letter_that_anybody_types() -> None:
    assert runs(BORDER) == []
