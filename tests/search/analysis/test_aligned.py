"""Text that was normalised, and where each character of it comes from."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.normal import aligned, all_aligned, normalise

HARD = (
    "a\u0301\u0323ÅﬀﬃＡ９½㍿㎝…①① İ\u200d\ufe0f\u3099ｶﾞﾊﾟ각\u1100\u1161\u11a8ﾡￂ"
    "\u09c7\u09be\u0b47\u0b3e\u0340\u0344\u0f73\ufb2c\U0001d15e\U0001f468\U00020000\ufdfa中文學課著乾 \n"
)
texts = st.text(
    alphabet=st.one_of(
        st.sampled_from(HARD), st.characters(exclude_categories=["Cs"], exclude_characters="\0Σς")
    )
)
without_traditional_words = texts.filter(
    lambda text: "".join(map(normalise, unicodedata.normalize("NFKC", text))) == normalise(text)
)


@given(st.lists(texts, max_size=5))
def test_many_texts_are_aligned_as_each_by_itself(several: list[str]) -> None:
    assert [(one.text, list(one.pieces)) for one in all_aligned(several)] == [
        (one.text, list(one.pieces)) for one in map(aligned, several)
    ]


@given(without_traditional_words)
def test_aligned_text_is_the_normalised_text(text: str) -> None:
    assert aligned(text).text == normalise(text)


@given(texts)
def test_each_character_comes_from_a_place_and_places_go_forward_without_holes(text: str) -> None:
    found = aligned(text)

    borders = list(dict.fromkeys(zip(found.starts, found.ends, strict=True)))
    assert len(found.text) == len(found.starts) == len(found.ends)
    assert [start for start, _ in borders] == [0, *(end for _, end in borders)][: len(borders)]
    assert [end for _, end in borders][-1:] == ([len(text)] if text else [])


@given(texts, st.data())
def test_what_a_mark_covers_becomes_what_was_found(text: str, data: st.DataObject) -> None:
    found = aligned(text)
    if not found.text:
        return
    start = data.draw(st.integers(0, len(found.text) - 1))
    end = data.draw(st.integers(start + 1, len(found.text)))

    at, to = found.source(start, end)

    inside = [nth for nth in range(len(found.text)) if at <= found.starts[nth] and found.ends[nth] <= to]
    assert aligned(text[at:to]).text == found.text[inside[0] : inside[-1] + 1]
    assert set(range(start, end)) <= set(inside)
    assert (found.starts[start], found.ends[end - 1]) == (at, to)


@pytest.mark.parametrize(
    ("text", "wanted", "source"),
    [
        ("……勾股定理", "勾股", "勾股"),
        ("½㎝ﬃ＝勾", "勾", "勾"),
        ("一個㍿的課程", "会社", "㍿"),
        ("ｶﾞラスの実験", "ガ", "ｶﾞ"),
        ("cafe\u0301s", "é", "e\u0301"),
        ("三角形\U00020000ＡＢ", "ab", "ＡＢ"),
        ("乾坤與課程標準", "干坤", "乾坤"),
    ],
)
def test_what_is_found_points_at_its_source(text: str, wanted: str, source: str) -> None:
    found = aligned(text)
    at = found.text.index(wanted)

    start, end = found.source(at, at + len(wanted))

    assert text[start:end] == source


def test_as_many_marks_as_one_likes_on_one_character_stay_in_place() -> None:
    found = aligned("a" + "\u0301\u0323" * 5_000 + "勾")

    assert found.source(len(found.text) - 1, len(found.text)) == (10_001, 10_002)


@pytest.mark.parametrize("more", ["", "½"], ids=["each one character", "and one that is three"])
def test_text_of_many_different_characters_that_change_is_aligned_like_a_short_one(more: str) -> None:
    changing = [one for one in map(chr, range(0x4E00, 0x5E00)) if normalise(one) != one]
    text = more.join(changing)

    found = aligned(text)

    assert len(changing) > 100
    assert found.text == normalise(more).join(map(normalise, changing))
    for at, one in enumerate(changing):
        place = at * (1 + len(normalise(more)))
        start, end = found.source(place, place + 1)
        assert text[start:end] == one
