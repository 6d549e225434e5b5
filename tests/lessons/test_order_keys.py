"""The Python twin of the npm package ``fractional-indexing``."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.order_keys import is_key, key_between, keys_between

# Written by fractional-indexing 4.0.0 itself: [before, after, key or null for an error], and runs of keys.
GOLDEN = json.loads((Path(__file__).parent / "order_keys_golden.json").read_text())


@pytest.mark.parametrize(("before", "after", "key"), GOLDEN["between"])
def test_key_between_equals_the_npm_package(before: str | None, after: str | None, key: str | None) -> None:
    if key is None:
        with pytest.raises(ValueError, match=r"."):
            key_between(before, after)
    else:
        assert key_between(before, after) == key


@pytest.mark.parametrize(("before", "after", "count", "keys"), GOLDEN["many"])
def test_keys_between_equals_the_npm_package(
    before: str | None, after: str | None, count: int, keys: list[str]
) -> None:
    assert keys_between(before, after, count) == keys


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=60))
def test_a_key_fits_between_any_two_neighbours(places: list[int]) -> None:
    keys: list[str] = []
    for place in places:
        at = place % (len(keys) + 1)
        keys.insert(at, key_between(keys[at - 1] if at else None, keys[at] if at < len(keys) else None))

    assert keys == sorted(set(keys))
    assert all(is_key(key) for key in keys)


@pytest.mark.parametrize("value", [None, 7, "", "a", "a00", "é0", "a é", "教案", "a0 "])
def test_is_key_refuses_what_no_page_made(value: object) -> None:
    assert not is_key(value)
