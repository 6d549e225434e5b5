"""Runs of Han characters, of Latin words, of numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.runs import is_han, runs


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三角形", [("三角形", True)]),
        ("三角形abc", [("三角形", True), ("abc", False)]),
        ("第12课，《春》", [("第", True), ("12", False), ("课", True), ("春", True)]),
        ("snake_case", [("snake", False), ("case", False)]),
        ("〇一々𠮷", [("〇一々𠮷", True)]),
        ("café naïve", [("café", False), ("naïve", False)]),
        ("，。 \n_", []),
        ("", []),
    ],
)
def test_text_falls_into_runs(text: str, wanted: list[tuple[str, bool]]) -> None:
    assert runs(text) == wanted


@given(st.text(max_size=40))
def test_runs_are_of_one_sort_and_lose_no_letter(text: str) -> None:
    found = runs(text)

    assert all(all(is_han(character) is han for character in run) for run, han in found)
    assert (
        "".join(run for run, _ in found)
        == "".join(
            character for character in text if (character.isalnum() and character != "_") or is_han(character)
        )
        or not text.isalnum()
    )


@pytest.mark.parametrize(
    ("character", "wanted"), [("三", True), ("〇", True), ("a", False), ("，", False), (" ", False)]
)
def test_han_is_told_from_what_is_not(character: str, wanted: bool) -> None:  # noqa: FBT001 - a value of the table
    assert is_han(character) is wanted
