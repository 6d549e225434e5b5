"""How text sounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.make_sounds import syllable_of
from search.analysis.sounds import is_pinyin, joined, keys, sounds, syllables, syllables_known, table

COMMON = "教学设计三角形内角和吕梁绿水青山就是金山银山女儿略图"


def test_table_is_what_pypinyin_says() -> None:
    """Made once, and by the library that is installed."""
    wanted = {chr(code): syllable_of(code) for code in range(0x4E00, 0xA000)}
    known = {one: said for one, said in wanted.items() if said.isascii() and said.isalpha()}

    assert {one: said for one, said in table().items() if 0x4E00 <= ord(one) < 0xA000} == known


def test_table_knows_every_common_character_and_has_syllables_of_letters() -> None:
    assert [character for character in COMMON if character not in table()] == []
    assert all(said.isascii() and said.islower() and 1 <= len(said) <= 6 for said in syllables_known())
    assert len(table()) > 26_000


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("三角形", ["san", "jiao", "xing"]),
        ("吕梁abc绿", ["lv", "liang", "lv"]),
        ("，abc", []),
    ],
)
def test_syllables_have_no_tones_and_v_for_u_with_dots(text: str, wanted: list[str]) -> None:
    assert syllables(text) == wanted


def test_sounds_are_pairs_within_a_run() -> None:
    assert sounds("三角形，内角") == ["san·jiao", "jiao·xing", "nei·jiao"]
    assert sounds("三行") == sounds("三形") == ["san·xing"]
    assert sounds("春") == sounds("abc") == []


def test_character_without_a_sound_parts_its_neighbours() -> None:
    assert joined(["a", None, "b", "c"]) == ["b·c"]
    assert joined(["a", None]) == joined([]) == []


def test_keys_are_first_letters_and_syllables_from_each_character_on() -> None:
    assert keys("三角形") == ["sjx", "sanjiaoxing", "jx", "jiaoxing", "x", "xing"]
    assert keys("三角形内角和")[:2] == ["sjxnjh", "sanjiaoxingneijiaohe"]
    assert any(key.startswith("sjxnj") for key in keys("认识三角形内角"))
    assert keys("《春》") == ["c", "chun"]
    assert keys("abc 12") == []


def test_keys_of_a_long_title_are_cut() -> None:
    found = keys("三角形" * 40)

    assert max(map(len, found)) == 30
    assert max(len(key) for key in found if key.startswith("sjx")) == 12
    assert len(found) <= 2 * 80


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("sanjiaoxing", ["san", "jiao", "xing"]),
        ("San Jiao Xing", ["san", "jiao", "xing"]),
        ("xian", ["xian"]),
        ("xi'an", ["xian"]),
        ("fangan", ["fang", "an"]),
        ("ganga", ["gang", "a"]),
        ("zhongguor", None),
        ("lvliang", ["lv", "liang"]),
        ("sjxnj", None),
        ("hao123", None),
        ("三角", None),
        ("", None),
        ("a" * 61, None),
    ],
)
def test_pinyin_is_read_with_the_longest_syllables_first(text: str, wanted: list[str] | None) -> None:
    """One reading of the several there may be; what does not read to its end is no pinyin."""
    assert is_pinyin(text) == wanted


def test_dead_ends_of_the_longest_syllable_are_left_again() -> None:
    """«xing» leaves «ao» and comes before «xin»; «sang» leaves «uo», which is none, so it is «san»."""
    assert is_pinyin("xingao") == ["xing", "ao"]
    assert is_pinyin("sanguo") == ["san", "guo"]
    assert is_pinyin("sanguo" * 10) == ["san", "guo"] * 10


@given(st.lists(st.sampled_from(sorted(syllables_known())), min_size=1, max_size=9))
def test_whatever_is_written_in_syllables_reads_as_pinyin(written: list[str]) -> None:
    read = is_pinyin("".join(written))

    assert read is not None
    assert "".join(read) == "".join(written)
    assert set(read) <= syllables_known()


@given(st.text(st.sampled_from("abgnixuzh"), min_size=1, max_size=60))
def test_any_letters_are_read_or_refused_at_once(letters: str) -> None:
    read = is_pinyin(letters)

    assert read is None or "".join(read) == letters
