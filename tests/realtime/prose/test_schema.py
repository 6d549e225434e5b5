"""The white list repairs any tree, and keeps its text."""

import json
from pathlib import Path

import pytest
from hypothesis import given

from realtime.prose.rules import clean_text, safe_link
from realtime.prose.schema import MAX_DEPTH, clean, from_json, plain_text
from realtime.prose.tree import Mark, Node, doc, paragraph, text
from tests.realtime.prose.strategies import clean_trees, wild_trees

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))


def letters(value: str) -> list[str]:
    return [letter for letter in value if not letter.isspace()]


@given(wild_trees)
def test_clean_keeps_all_text_in_order_and_is_done_after_once(tree: Node) -> None:
    once = clean(tree)

    remaining = iter(letters(plain_text(once)))
    assert all(letter in remaining for letter in letters(clean_text(plain_text(tree))))
    assert clean(once) == once


@given(clean_trees)
def test_a_clean_tree_survives_json(tree: Node) -> None:
    assert from_json(json.loads(json.dumps(tree.to_json()))) == tree


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden_trees_are_clean_but_for_defaults(case: dict[str, object]) -> None:
    tree = from_json(case["tree"])

    assert clean(tree) == tree


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        (Node("timeline", content=(paragraph("甲"),)), doc([paragraph("甲")])),
        (doc([text("散")]), doc([paragraph("散")])),
        (doc([Node("paragraph", content=(text("前"), Node("horizontal_rule"), text("后")))]),
         doc([paragraph("前"), Node("horizontal_rule"), paragraph("后")])),
        (doc([Node("list_item", content=(text("项"),))]),
         doc([Node("bullet_list", content=(Node("list_item", content=(paragraph("项"),)),))])),
        (doc([Node("table_cell")]),
         doc([Node("table", content=(Node("table_row", content=(Node("table_cell", content=(paragraph(),)),)),))])),
        (doc([Node("table"), Node("bullet_list")]), doc()),
        (doc([paragraph(text("甲", Mark("strong")), text("乙", Mark("strong")))]), doc([paragraph(text("甲乙", Mark("strong")))])),
        (doc([paragraph(text("x", Mark("subscript"), Mark("superscript")))]), doc([paragraph(text("x", Mark("superscript")))])),
        (doc([paragraph(text("x", Mark("link", {"href": "javascript:alert(1)"})))]), doc([paragraph("x")])),
        (doc([paragraph(text("x", Mark("sparkle")))]), doc([paragraph("x")])),
        (doc([paragraph("甲\r\n乙\u2028丙")]),
         doc([paragraph("甲", Node("hard_break"), "乙", Node("hard_break"), "丙")])),
        (doc([paragraph(Node("image", attrs={"picture": "../x", "alt": "图"}))]), doc([paragraph("图")])),
        (doc([paragraph("a\x00\x08\ufffe\ud800b")]), doc([paragraph("ab")])),
        (doc([Node("paragraph", attrs={"align": '" onclick="', "indent": 9.0, "onload": "x"})]), doc([paragraph()])),
        (doc([Node("heading", attrs={"level": 2.0, "align": "center"})]),
         doc([Node("heading", attrs={"level": 2, "align": "center"})])),
    ],
)  # fmt: skip
def test_clean_repairs(broken: Node, repaired: Node) -> None:
    assert clean(broken) == repaired


def test_clean_flattens_what_nests_too_deep() -> None:
    node = paragraph("底")
    for _ in range(3000):
        node = Node("blockquote", content=(node,))

    cleaned = clean(node)

    depth = 0
    inner = cleaned
    while inner.type != "text":
        inner = inner.content[0]
        depth += 1
    assert inner.text == "底"
    assert depth <= MAX_DEPTH + 2


def test_widths_that_do_not_fit_the_span_are_dropped() -> None:
    cell = {"type": "table_cell", "attrs": {"colspan": 2, "colwidth": [100]}}

    table = from_json({"type": "table", "content": [{"type": "table_row", "content": [cell]}]}).content[0]

    assert table.content[0].content[0].attrs == {"colspan": 2}


@pytest.mark.parametrize(
    "junk", [None, 7, [], "x", {"type": 5}, {"type": "doc", "content": {"a": 1}}, {"content": [None, 3]}]
)
def test_from_json_of_junk_is_empty(junk: object) -> None:
    assert from_json(junk) == doc()


@pytest.mark.parametrize(
    "href",
    ["javascript:alert(1)", "JaVaScRiPt:x", "java\nscript:x", "\x01javascript:x", "data:text/html,x", "vbscript:x", "//evil", "/x",
     "https://a b", 'https://a"b', "https://a\\b", "x" * 3000, 7, None],
)  # fmt: skip
def test_a_link_leads_only_where_it_may(href: object) -> None:
    assert safe_link(href) is None
