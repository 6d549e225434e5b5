"""Shared documents as the real y-prosemirror writes and reads them.

``golden_yjs.json`` holds updates that y-prosemirror 1.3.7 wrote for the trees of ``golden.json``; the tests
marked ``node`` ask the real one.
"""

import base64
import json
import random
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText

from realtime.prose import yjs
from realtime.prose.schema import from_json, plain_text
from realtime.prose.tree import Mark, Node, doc, paragraph, text
from tests.realtime.prose.strategies import clean_trees

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "golden.json").read_text(encoding="utf-8"))
UPDATES = json.loads((HERE / "golden_yjs.json").read_text(encoding="utf-8"))


def fragment_in(document: Doc[Any]) -> XmlFragment:
    fragment: XmlFragment = document.get("f", type=XmlFragment)
    return fragment


def loaded(update: str) -> Doc[Any]:
    document: Doc[Any] = Doc()
    document.apply_update(base64.b64decode(update))
    return document


def saved(document: Doc[Any]) -> str:
    return base64.b64encode(document.get_update()).decode()


def ask_node(request: dict[str, Any]) -> Any:
    """What the real y-prosemirror answers."""
    node = shutil.which("node") or str(HERE.parents[2] / ".venv/bin/node")
    done = subprocess.run(
        [node, HERE / "interop.mjs"], input=json.dumps(request), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def nested(document: Doc[Any]) -> XmlFragment:
    steps: Map[Any] = document.get("steps", type=Map)
    steps["a"] = Map({"teacher": XmlFragment()})
    fragment: XmlFragment = steps["a"]["teacher"]
    return fragment


def everything() -> list[Node]:
    many = Node("table_cell", attrs={"colspan": 2, "colwidth": (100, 0)}, content=(paragraph("宽"),))
    return [
        *(from_json(case["tree"]) for case in GOLDEN),
        doc(
            [
                paragraph(
                    "甲𠮷",
                    text("乙😀", Mark("strong"), Mark("link", {"href": "https://a.cn"})),
                    Node("hard_break"),
                    "丙",
                )
            ]
        ),
        doc([Node("table", content=(Node("table_row", content=(many,)), Node("table_row")))]),
        doc([paragraph()]),
        doc(
            [
                Node("heading", attrs={"level": 3, "align": "right"}, content=(text("标"),)),
                Node("blockquote", content=(paragraph(),)),
            ]
        ),
    ]


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_read_understands_what_y_prosemirror_wrote(case: dict[str, Any]) -> None:
    assert yjs.read(fragment_in(loaded(UPDATES[case["name"]]))) == from_json(case["tree"])


@given(clean_trees)
def test_a_clean_tree_survives_a_shared_document(tree: Node) -> None:
    document: Doc[Any] = Doc()

    yjs.write(fragment_in(document), tree)

    assert yjs.read(fragment_in(loaded(saved(document)))) == tree


def test_write_replaces_what_stood_there() -> None:
    document: Doc[Any] = Doc()
    yjs.write(fragment_in(document), doc([paragraph("旧"), paragraph("旧")]))

    yjs.write(fragment_in(document), doc([paragraph("新")]))

    assert yjs.read(fragment_in(document)) == doc([paragraph("新")])


def test_a_fragment_inside_a_map_is_written_and_read() -> None:
    document: Doc[Any] = Doc()
    yjs.write(nested(document), doc([paragraph("嵌", text("套", Mark("em")))]))

    read = loaded(saved(document)).get("steps", type=Map)["a"]["teacher"]

    assert yjs.read(read) == doc([paragraph("嵌", text("套", Mark("em")))])


@pytest.mark.node
def test_y_prosemirror_reads_what_we_write_and_would_have_stored_the_same() -> None:
    trees = everything()
    updates = []
    for tree in trees:
        document: Doc[Any] = Doc()
        yjs.write(fragment_in(document), tree)
        updates.append({"update": saved(document)})

    answers = ask_node({"read": updates})

    assert [from_json(answer["tree"]) for answer in answers] == trees
    assert [answer["changed"] for answer in answers] == [False] * len(trees)
    assert [answer["stored"] for answer in answers] == [answer["again"] for answer in answers]


@pytest.mark.node
def test_y_prosemirror_reads_a_fragment_inside_a_map() -> None:
    document: Doc[Any] = Doc()
    yjs.write(nested(document), doc([paragraph("嵌")]))

    [answer] = ask_node({"read": [{"update": saved(document), "nested": True}]})

    assert from_json(answer["tree"]) == doc([paragraph("嵌")])
    assert answer["changed"] is False


@pytest.mark.node
def test_we_read_what_y_prosemirror_writes_now() -> None:
    trees = everything()

    updates = ask_node(
        {"write": [{**tree.to_json(), "content": tree.to_json().get("content", [])} for tree in trees]}
    )

    assert [yjs.read(fragment_in(loaded(update))) for update in updates] == trees


# --- hostile documents ------------------------------------------------------------------------------------


def built(*children: XmlElement | XmlText) -> XmlFragment:
    document: Doc[Any] = Doc()
    fragment = fragment_in(document)
    for child in children:
        fragment.children.append(child)
    return fragment


def paragraph_of(fragment: XmlFragment) -> Any:
    return next(iter(fragment.children))


def test_unknown_nodes_and_marks_become_their_text() -> None:
    fragment = built(XmlElement("timeline", {"x": "1"}, [XmlElement("paragraph", {}, [XmlText("新的")])]))
    loose = XmlText()
    fragment.children.append(loose)
    loose.insert(0, "内容", {"sparkle": {}, "em": True, "color--1tiVU/zO": {"name": "blue"}, "strong": None})

    marks = (Mark("em"), Mark("color", {"name": "blue"}))
    assert yjs.read(fragment) == doc([paragraph("新的"), paragraph(text("内容", *marks))])


def test_embedded_objects_and_shared_attributes_are_left_out() -> None:
    attributes: Any = {"align": {"a": 1.0}, "indent": 2.0, "big": 9007199254740993}
    fragment = built(XmlElement("paragraph", attributes))
    inside = XmlText()
    paragraph_of(fragment).children.append(inside)
    inside.insert(0, "前后")
    inside.insert_embed(3, {"image": "x"})
    inside.insert_embed(3, Map({"a": 1}))
    inside.insert_embed(3, Array([1]))

    assert yjs.read(fragment) == doc([paragraph("前后", indent=2)])


def test_a_document_that_nests_without_end_is_flattened() -> None:
    document: Doc[Any] = Doc()
    inner: Any = fragment_in(document)
    with document.transaction():
        for _ in range(1500):
            inner.children.append(XmlElement("blockquote"))
            inner = inner.children[0]
        inner.children.append(XmlText("底"))

    assert plain_text(yjs.read(fragment_in(document))) == "底"


def mutated(update: bytes, dice: random.Random) -> bytes:
    """The update with a few bytes changed, put in or taken out."""
    bytes_ = bytearray(update)
    for _ in range(dice.randint(1, 4)):
        place = dice.randrange(len(bytes_))
        bytes_[place : place + dice.randint(0, 1)] = dice.randbytes(dice.randint(0, 1))
    return bytes(bytes_)


@pytest.mark.parametrize("seed", range(4))
def test_no_update_that_is_accepted_breaks_reading(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 -- dice, not secrets
    sound = [base64.b64decode(update) for update in UPDATES.values()]
    read = 0
    for _ in range(3000):
        document: Doc[Any] = Doc()
        try:
            document.apply_update(mutated(dice.choice(sound), dice))
        except (ValueError, RuntimeError):
            continue
        assert yjs.read(fragment_in(document)).type == "doc"
        read += 1
    assert read > 50


@pytest.mark.parametrize("value", [None, 7, {"a": 1}, []])
def test_anything_else_in_place_of_a_fragment_is_empty(value: object) -> None:
    assert yjs.read(value) == doc()


def test_plain_text_in_place_of_a_fragment_is_kept() -> None:
    document: Doc[Any] = Doc()
    document.get("t", type=Text).insert(0, "甲\n乙")

    assert yjs.read(document.get("t", type=Text)) == doc([paragraph("甲"), paragraph("乙")])
