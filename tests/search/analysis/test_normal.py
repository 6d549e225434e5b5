"""Text as it is compared."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.normal import aligned, normalise, normalise_aligned, scrubbed, settled

HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30)
ANYTHING = st.text(st.characters(), max_size=30)
"""Halves of characters as well."""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("課程標準", "课程标准"),
        ("後面的皇后", "后面的皇后"),
        ("乾坤與乾燥", "乾坤与干燥"),
        ("ＰＰＴ　課件", "ppt 课件"),
        ("第①课时", "第1课时"),
        ("㎡ ﬁne Ⅷ", "m2 fine viii"),
        ("Straße ǅ", "straße dž"),
        ("苧麻與薴", "苎麻与苎"),
        ("⼀⼆三", "一二三"),
        ("", ""),
    ],
)
def test_forms_are_folded_and_traditional_characters_made_simple(text: str, wanted: str) -> None:
    assert normalise(text) == wanted


@given(st.one_of(HAN, ANYTHING))
def test_twice_is_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_every_single_character_is_settled_at_once() -> None:
    blocks = [range(0xA0, 0x3400), range(0x3400, 0xA000), range(0xF900, 0x10000), range(0x20000, 0x20100)]
    characters = [chr(code) for block in blocks for code in block]

    assert [one for one in characters if normalise(normalise(one)) != normalise(one)] == []


@given(ANYTHING)
def test_what_comes_out_can_be_written(text: str) -> None:
    assert normalise(text).encode().decode() == normalise(text)
    assert "\0" not in normalise(text)
    assert len(scrubbed(text)) == len(text)
    assert scrubbed(scrubbed(text)) == scrubbed(text)


def test_text_that_can_be_written_is_not_touched() -> None:
    text = "三角形 \U0001f600\n\t〇"
    assert scrubbed(text) == text
    assert scrubbed("a\0b" + chr(0xD83D)) == "a\ufffdb\ufffd"


@given(ANYTHING)
def test_each_character_knows_where_it_comes_from(text: str) -> None:
    clean, places = normalise_aligned(text)
    found = aligned(text)

    assert (found.text, list(found.starts)) == (clean, list(places))
    assert len(clean) == len(places) == len(found.ends)
    assert list(places) == sorted(places)
    assert all(0 <= place < len(text) for place in places)
    for at, place in enumerate(places):  # what melts with its neighbours comes from all of them
        assert clean[at] in normalise(text[place : found.ends[at]])


@given(st.text(st.sampled_from("三角形内角和abc１２Ａ，。 "), max_size=20))
def test_aligned_text_is_the_normalised_text_where_characters_stand_alone(text: str) -> None:
    assert normalise_aligned(text)[0] == normalise(text) == unicodedata.normalize("NFKC", text).lower()


def test_towers_of_accents_are_cut_before_they_are_put_into_order() -> None:
    tower = "a" + "\u0301\u0323" * 50_000
    assert settled(tower) == "a" + "\u0301\u0323" * 15
    assert settled("e\u0301 \0") == "e\u0301 \ufffd"
