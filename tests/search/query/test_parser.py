"""What is typed is read as it is meant, and a tree can be typed again."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.query.parser import DEEPEST, MOST_CHARACTERS, MOST_NODES, MOST_TOKENS, parse, unparse
from search.query.tree import AllOf, AnyOf, Field, Node, Not, Phrase, Words, Years
from tests.search.query.pieces import PIECES

TITLE, PEOPLE, TAGS, TOPIC, AIMS = Field.TITLE, Field.PEOPLE, Field.TAGS, Field.TOPIC, Field.AIMS


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("三角形 内角和", "三角形 内角和"),
        ("春——朱自清", "春——朱自清"),
        ("春 ——朱自清", "春 朱自清"),
        ("春 — 朱自清", "春 朱自清"),
        ("壶口–黄河", "壶口–黄河"),
        ("--复习", "复习"),
        ("-—复习", "复习"),
        ("圆 - 方", "圆 方"),
        ("COVID-19", "COVID-19"),
        ("Do you like apples or pears", "Do you like apples or pears"),
        ("to be and not to be", "to be and not to be"),
        ("ORANGE ANDES NOTE", "ORANGE ANDES NOTE"),
        ("勾股定理（第一课时）", "勾股定理 第一课时"),
        ("(三角形 (内角)) 和", "三角形 内角 和"),
        ("圆) 方", "圆 方"),
        ("(圆 方", "圆 方"),
        ('5" 屏', "5 屏"),
        ("圆” 方", "圆 方"),
        ("subtitle:moon", "subtitle:moon"),
        ("研讨主题:环境", "研讨主题:环境"),
        ("8:30 晨读", "8:30 晨读"),
        ("年份:明年", "年份 明年"),
        ("年份:20245", "年份 20245"),
        ("作者:", "作者"),
        ("作者: OR", "作者"),
        ("圆 OR", "圆"),
        ("AND 圆", "圆"),
        ("圆 NOT", "圆"),
    ],
)
def test_what_cannot_be_an_operator_is_text(typed: str, text: str) -> None:
    assert parse(typed).tree == Words(text)


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("圆 -方", AllOf((Words("圆"), Not(Words("方"))))),
        ("圆 －方", AllOf((Words("圆"), Not(Words("方"))))),
        ("圆 NOT 方", AllOf((Words("圆"), Not(Words("方"))))),
        ("圆 AND 方", AllOf((Words("圆"), Words("方")))),
        ("圆 OR 方", AnyOf((Words("圆"), Words("方")))),
        ("圆|方", AnyOf((Words("圆"), Words("方")))),
        ("圆 AND 方 OR 角", AnyOf((AllOf((Words("圆"), Words("方"))), Words("角")))),
        ("圆 AND (方 OR 角)", AllOf((Words("圆"), AnyOf((Words("方"), Words("角")))))),
        ("圆 -“方 角” 边", AllOf((Words("圆 边"), Not(Phrase("方 角"))))),
        ("圆 作者:王芳 边", AllOf((Words("圆 边"), Words("王芳", PEOPLE)))),
        ("圆 AND 作者:王芳 边", AllOf((Words("圆"), Words("王芳", PEOPLE), Words("边")))),
        ("(圆 AND 方) 角", AllOf((Words("圆"), Words("方"), Words("角")))),
        ("-(圆 方)", Not(Words("圆 方"))),
        ("NOT (圆 OR 方)", Not(AnyOf((Words("圆"), Words("方"))))),
        ("NOT -圆", Words("圆")),
        ("-(-圆)", Words("圆")),
        ("圆 “方 角”", AllOf((Words("圆"), Phrase("方 角")))),
        ("论广告的“全球化”与“本土化”", Words("论广告的 全球化 与 本土化")),
        ("“全球化”与本土化", Words("全球化 与本土化")),
        ('亲历"外交核爆炸"', Words("亲历 外交核爆炸")),
        ("“方 角", Phrase("方 角")),
        ('圆 "方 角', AllOf((Words("圆"), Phrase("方 角")))),
        ("「圆」『方』", AllOf((Phrase("圆"), Phrase("方")))),
        ("“圆 OR 方” 角", AllOf((Phrase("圆 OR 方"), Words("角")))),
    ],
)
def test_operators(typed: str, tree: Node) -> None:
    assert parse(typed).tree == tree


@pytest.mark.parametrize(
    ("typed", "tree"),
    [
        ("篇名:圆", Words("圆", TITLE)),
        ("篇名： 圆", Words("圆", TITLE)),
        ("Title:moon", Words("moon", TITLE)),
        ("篇名:圆 方", AllOf((Words("圆", TITLE), Words("方")))),
        ("篇名:“圆 方”", Phrase("圆 方", TITLE)),
        ("篇名:“圆 方", Phrase("圆 方", TITLE)),
        ("篇名:(圆 方)", AllOf((Words("圆", TITLE), Words("方", TITLE)))),
        (
            "篇名:(圆 OR “方 角”) 边",
            AllOf((AnyOf((Words("圆", TITLE), Phrase("方 角", TITLE))), Words("边"))),
        ),
        ("篇名:(圆 -作者:王芳)", AllOf((Words("圆", TITLE), Not(Words("王芳", PEOPLE))))),
        ("篇名:作者:王芳", Words("王芳", PEOPLE)),
        (
            "篇名:(圆 作者:(王 OR 李))",
            AllOf((Words("圆", TITLE), AnyOf((Words("王", PEOPLE), Words("李", PEOPLE))))),
        ),
        ("-作者:王芳", Not(Words("王芳", PEOPLE))),
        ("主题:环境 关键词:水", AllOf((Words("环境", TOPIC), Words("水", TAGS)))),
        ("教学目标:理解", Words("理解", AIMS)),
        ("年份:2024", Years(2024, 2024)),
        ("年度：２０２４年", Years(2024, 2024)),
        ("年份:2020-2024", Years(2020, 2024)),
        ("年份:2020—2024", Years(2020, 2024)),
        ("年份:2024-2020", Years(2020, 2024)),
        ("年份:2020-", Years(2020, None)),
        ("年份:-2020", Years(None, 2020)),
        ("圆 年份:2020 -方", AllOf((Words("圆"), Years(2020, 2020), Not(Words("方"))))),
        ("圆 OR 年份:2020", AnyOf((Words("圆"), Years(2020, 2020)))),
        ("-年份:2020", Not(Years(2020, 2020))),
        ("篇名:(圆 年份:2020)", AllOf((Words("圆", TITLE), Years(2020, 2020)))),
    ],
)
def test_fields(typed: str, tree: Node) -> None:
    assert parse(typed).tree == tree


@pytest.mark.parametrize("typed", ["", " \n\t", "\0"])
def test_nothing_is_no_tree(typed: str) -> None:
    assert parse(typed).tree is None


@pytest.mark.parametrize("typed", ["()", "“”", "OR", "- |", "NOT", "。", "作者:“”"])
def test_operators_alone_are_text_and_do_not_ask_for_everything(typed: str) -> None:
    assert parse(typed).tree == Words(typed)


# --- too much ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("joint", [" OR ", " AND ", "|", " -", " 篇名:"])
def test_more_nodes_than_are_looked_for_are_left_out_and_it_says_so(joint: str) -> None:
    enough, more = (joint.join("ab"[n % 2] for n in range(count)) for count in (MOST_NODES, MOST_NODES + 1))
    tree = parse(enough).tree if len(enough) <= MOST_CHARACTERS else None

    assert parse(more).was_shortened
    if tree is not None:
        assert not parse(enough).was_shortened
        assert isinstance(tree, (AllOf, AnyOf))
        assert len(tree.nodes) == MOST_NODES
        assert parse(more).tree == tree


def test_plain_words_are_one_node() -> None:
    assert not parse(" ".join("a" * MOST_TOKENS)).was_shortened


@pytest.mark.parametrize(
    ("typed", "is_shortened"),
    [
        ("圆" * (MOST_TOKENS + 1), False),
        ("圆" * (MOST_TOKENS + 2), True),
        ("ab " * (MOST_TOKENS + 1), True),
        ("篇名:" + "圆" * (MOST_TOKENS + 2), True),
        ("“" + "圆" * (MOST_CHARACTERS - 2) + "”", False),
        ("“" + "圆" * (MOST_CHARACTERS - 1) + "”", True),
        ("  圆  ", False),
        ("(" * DEEPEST + "圆", False),
        ("(" * (DEEPEST + 1) + "圆", True),
    ],
    ids=[
        "40 pairs",
        "41 pairs",
        "41 words",
        "41 pairs in a field",
        "200 characters",
        "201 characters",
        "blanks",
        "deep",
        "too deep",
    ],
)
def test_it_is_said_when_not_all_was_looked_for(*, typed: str, is_shortened: bool) -> None:
    assert parse(typed).was_shortened is is_shortened


@pytest.mark.parametrize(
    ("half", "rest"), [("A", "ND 数学"), ("AN", "D 数学"), ("篇名", ":数学"), ("photo", "synthesis")]
)
def test_what_the_end_falls_into_is_not_looked_for_by_half(half: str, rest: str) -> None:
    """Half an AND would be a word that must be there, and nothing would be found."""
    before = "教案 AND 背影".ljust(MOST_CHARACTERS - len(half))
    found = parse(f"{before}{half}{rest}")

    assert (found.tree, found.was_shortened) == (parse("教案 AND 背影").tree, True)
    assert parse(f"{before}{half} {rest}").tree == parse(f"教案 AND 背影 {half}").tree


def test_half_of_a_sentence_is_looked_for() -> None:
    assert parse("圆 " + "方" * MOST_CHARACTERS).tree == parse("圆 " + "方" * (MOST_CHARACTERS - 2)).tree


# --- where the words stand ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "standing"),
    [
        ("勾股定里 三脚形", [("勾股定里", "勾股定里"), ("三脚形", "三脚形")]),
        ("  篇名:“勾股、定里” -复习 圆", [("勾股", "勾股"), ("定里", "定里")]),
        ("作者:王方 单位:一中 作业射计", [("作业射计", "作业射计")]),
        ("NOT -勾骨", [("勾骨", "勾骨")]),
        ("課程標准2024", [("课程标准", "課程標准")]),
        ("ok １２ 圆的", [("圆的", "圆的")]),
    ],
)
def test_runs_of_characters_are_told_with_their_places(typed: str, standing: list[tuple[str, str]]) -> None:
    assert [(run.text, typed[run.start : run.end]) for run in parse(typed).runs] == standing


# --- there and back ----------------------------------------------------------------------------------------------


@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map("".join))
def test_nothing_that_is_typed_is_a_fault_and_its_tree_can_be_typed(text: str) -> None:
    read = parse(text)
    if read.tree is None:
        assert not text.replace("\0", "").replace("\ud800", "").strip()
        return
    typed = unparse(read.tree)
    assume(len(typed) <= MOST_CHARACTERS)
    assert parse(typed).tree == read.tree
    for run in read.runs:
        assert 0 <= run.start < run.end <= len(text)


def test_what_is_typed_for_a_tree_reads_well() -> None:
    typed = "篇名:(圆 OR 方) 角 -复习 AND “边 长” 年份:2020- NOT (甲 OR 乙)"
    tree = parse(typed).tree

    assert tree is not None
    assert unparse(tree) == "(篇名:圆 OR 篇名:方) AND 角 -复习 AND “边 长” 年份:2020- NOT (甲 OR 乙)"
