"""The tokens of an entry."""

import pytest

from search import fields
from search.analysis.entries import tokens_of
from search.analysis.pairs import BORDER
from search.types import Entry, Part

pytestmark = pytest.mark.django_db

PLAN = Entry(
    "plan",
    "1",
    1,
    "《三角形》教案",
    frozenset({"all"}),
    parts=(
        Part("aims", "教学目标", "認識三角。", "aims"),
        Part("s1", "第 1 步", "形成概念"),
    ),
    people=("王小红", "Anna Li"),
    unit="汾阳中学",
    tags=("数学", "八年级 上册"),
)


def test_every_field_has_its_tokens() -> None:
    assert tokens_of(PLAN) == {
        fields.TITLE_WORDS: ["三角", "角形", "三角形", "教案", "三", "角", "形", "教", "案"],
        fields.TITLE_PAIRS: ["三角", "角形", BORDER, "教案"],
        fields.TITLE_SOUNDS: ["san·jiao", "jiao·xing", "jiao·an"],
        fields.TITLE_KEYS: [
            *("sjxja", "sanjiaoxingjiaoan", "jxja", "jiaoxingjiaoan", "xja", "xingjiaoan"),
            *("ja", "jiaoan", "a", "an"),
        ],
        fields.PEOPLE_KEYS: ["wxh", "wangxiaohong", "xh", "xiaohong", "h", "hong", "王", "小", "红"],
        fields.PEOPLE_WORDS: ["王小红", "anna␣li"],
        fields.PEOPLE_PAIRS: ["王小", "小红", BORDER, "anna", BORDER, "li"],
        fields.UNIT_WORDS: ["汾阳", "中学", "汾阳中学"],
        fields.UNIT_PAIRS: ["汾阳", "阳中", "中学"],
        fields.TAG_WORDS: ["数学", "八年级␣上册", "八年", "年级", "八年级", "上册"],
        fields.TAG_PAIRS: ["数学", BORDER, "八年", "年级", BORDER, "上册"],
        fields.AIMS_PAIRS: ["认识", "识三", "三角"],
        fields.BODY_WORDS: ["认识", "三角", "形成", "概念"],
        fields.BODY_PAIRS: ["认识", "识三", "三角", BORDER, "形成", "成概", "概念"],
        fields.BODY_SOUNDS: ["ren·shi", "shi·san", "san·jiao", "xing·cheng", "cheng·gai", "gai·nian"],
    }


def test_empty_fields_hold_a_border_so_that_average_lengths_are_the_same_in_every_engine() -> None:
    found = tokens_of(Entry("plan", "1", 1, "", frozenset()))

    assert found == {field.name: [BORDER] for field in fields.TEXT_FIELDS}


def test_half_characters_and_nul_part_what_they_stand_between() -> None:
    """As any sign does: nothing of them gets into a token."""
    half = chr(0xD83D)
    odd = Entry("plan", "1", 1, f"三角{half}形\0体", frozenset(), people=(f"王{half}小红",))
    found = tokens_of(odd)

    assert found[fields.TITLE_PAIRS] == ["三角", BORDER, "形", BORDER, "体"]
    assert "".join(token for tokens in found.values() for token in tokens).encode()
