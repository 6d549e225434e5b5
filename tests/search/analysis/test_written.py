"""Tokens as they stand in an index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.pairs import pairs
from search.analysis.runs import runs
from search.analysis.written import LONGEST, as_written, written, written_pairs

TEXTS = st.text(
    st.sampled_from("一二三〇々𠮷ab1é_，。 \n␟") | st.characters(exclude_categories=["Cs"]), max_size=60
)


@given(TEXTS)
def test_pairs_are_written_as_they_are_read(text: str) -> None:
    assert written_pairs(runs(text)) == written(pairs(text))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("春", "春"),
        ("三角形，内角", "三角 角形 ␟ 内角"),
        ("用ppt讲", "用 ␟ ppt ␟ 讲"),
        ("𠮷田，𠮷", "𠮷田 ␟ 𠮷"),
        ("a" * 200, "a" * LONGEST),
    ],
)
def test_pairs_of_each_run_are_parted_by_blanks(text: str, wanted: str) -> None:
    assert written_pairs(runs(text)) == wanted


@given(st.lists(st.text(max_size=200) | st.sampled_from(["anna li", "a\u00a0b", "\u2003", "长" * 300])))
def test_engines_split_what_is_written_just_where_we_did(tokens: list[str]) -> None:
    assert written(tokens).split(" ") == ([as_written(token) for token in tokens] or [""])


@given(st.text(max_size=200))
def test_what_is_written_holds_no_blank_is_not_long_and_stays_as_it_is(token: str) -> None:
    found = as_written(token)

    assert (found.split(), len(found) <= LONGEST, as_written(found)) == (
        [found] if found else [],
        True,
        found,
    )
