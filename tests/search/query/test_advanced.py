"""Lines of the advanced form ask what one could have typed."""

from hypothesis import given
from hypothesis import strategies as st

from search.query.advanced import Joint, Line, tree_of_lines
from search.query.parser import parse, unparse
from search.query.tree import AllOf, AnyOf, Field, Not, Phrase, Words

LINES = st.builds(
    Line,
    text=st.text(st.sampled_from("家国情怀 AB(（“”:-|OR"), max_size=8),
    field=st.sampled_from(Field),
    is_exact=st.booleans(),
    joint=st.sampled_from(Joint),
)


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


@given(st.lists(LINES, max_size=4))
def test_what_the_lines_ask_can_be_typed(lines: list[Line]) -> None:
    tree = tree_of_lines(lines)
    if tree is not None:
        typed = unparse(tree)
        assert unparse(parse(typed).tree or tree) == typed
