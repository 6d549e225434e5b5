"""Lines of the advanced form ask what one could have typed."""

from hypothesis import assume, given
from hypothesis import strategies as st

from search.query.advanced import Joint, Line, tree_of_lines
from search.query.parser import MOST_CHARACTERS, parse, unparse
from search.query.tree import AllOf, AnyOf, Field, Not, Phrase, Words

LINES = st.builds(
    Line,
    text=st.lists(
        st.sampled_from(["家国", "情怀", " ", "A", "(", "（", "“", "”", '"', ":", "篇名:", "-", "—", "|", "OR", "年份:2024", "。"]),
        max_size=8,
    ).map("".join),
    field=st.sampled_from(Field),
    is_exact=st.booleans(),
    joint=st.sampled_from(Joint),
)  # fmt: skip


def test_lines_are_joined_from_top_to_bottom() -> None:
    lines = [
        Line("三角形", Field.TITLE),
        Line("内角 和", joint=Joint.OR, is_exact=True),
        Line("", joint=Joint.AND),
        Line("复习", joint=Joint.NOT),
    ]

    either = AnyOf((Words("三角形", Field.TITLE), Phrase("内角 和")))
    assert tree_of_lines(lines) == AllOf((either, Not(Words("复习"))))


def test_operators_in_a_line_are_text() -> None:
    assert tree_of_lines([Line("(三角形 OR “圆”) -高")]) == Words("三角形 圆 高")
    assert tree_of_lines([Line("作者:王芳 年份:2024")]) == Words("作者 王芳 年份 2024")


def test_english_title_in_a_line_is_kept_whole() -> None:
    title = "Do you like apples and pears"

    assert tree_of_lines([Line(title)]) == Words(title)
    assert tree_of_lines([Line(title, is_exact=True)]) == Phrase(title)


def test_words_of_a_line_that_is_excluded_are_excluded_together() -> None:
    lines = [Line("圆"), Line("复习 测验", joint=Joint.NOT), Line("周长", Field.TITLE, joint=Joint.NOT)]

    assert tree_of_lines(lines) == AllOf(
        (Words("圆"), Not(Words("复习 测验")), Not(Words("周长", Field.TITLE)))
    )


@given(st.lists(LINES, max_size=4))
def test_what_the_lines_ask_can_be_typed(lines: list[Line]) -> None:
    tree = tree_of_lines(lines)
    if tree is not None:
        typed = unparse(tree)
        assume(len(typed) <= MOST_CHARACTERS)
        assert parse(typed).tree == tree
