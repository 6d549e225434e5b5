"""Documents in which very many types stand in each other are refused: going through them would end the process."""

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import depth, grammar, wire
from realtime.errors import RefusedUpdateError
from realtime.replica import Replica
from tests.realtime.seeds import keystrokes

CLIENT = 7


def nest(first: int, count: int) -> bytes:
    """So many elements, each in the one before; the first at the top, or in the last of the update before."""
    items = []
    for clock in range(first, first + count):
        parent = (
            b"\x00" + wire.uint(CLIENT) + wire.uint(clock - 1) if clock else b"\x01" + wire.var_string("x")
        )
        items.append(b"\x07" + parent + b"\x03" + wire.var_string("p"))
    return b"\x01" + wire.uint(count) + wire.uint(CLIENT) + wire.uint(first) + b"".join(items) + b"\x00"


def depth_of(*log: bytes) -> int:
    return depth.depth_of(grammar.read(update) for update in log)


def test_text_at_the_top_has_no_depth() -> None:
    assert depth_of(*keystrokes("教", "学", "目标")) == 0


@pytest.mark.parametrize("cut", [1, 3, 9])
def test_each_type_in_another_is_a_level_whatever_update_brought_it(cut: int) -> None:
    assert depth_of(nest(0, cut), nest(cut, 10 - cut)) == 9


@given(st.lists(st.integers(0, 3), max_size=12))
def test_depth_is_what_the_document_says(path: list[int]) -> None:
    """Elements among neighbours: each stands beside some and in one."""
    doc: pycrdt.Doc[pycrdt.XmlFragment] = pycrdt.Doc(client_id=CLIENT)
    place: pycrdt.XmlFragment | pycrdt.XmlElement = doc.get("x", type=pycrdt.XmlFragment)
    for before in path:
        for _ in range(before):
            place.children.append(pycrdt.XmlElement("br"))
        place = place.children.append(pycrdt.XmlElement("p"))

    assert depth_of(doc.get_update()) == max(len(path) - 1, 0)


def test_too_deep_a_document_is_refused_however_it_comes() -> None:
    at_once = Replica()
    with pytest.raises(RefusedUpdateError):
        at_once.apply([nest(0, 20_000)])

    step_by_step = Replica()
    with pytest.raises(RefusedUpdateError):
        step_by_step.apply(nest(first, 100) for first in range(0, 20_000, 100))
    assert step_by_step.doc.get_state() != b"\x00"


def test_long_document_with_few_levels_is_taken() -> None:
    """Thirty thousand paragraphs, one after the other: as many first children, two levels."""
    doc: pycrdt.Doc[pycrdt.XmlFragment] = pycrdt.Doc(client_id=CLIENT)
    body = doc.get("x", type=pycrdt.XmlFragment)
    with doc.transaction():
        for _ in range(12_000):
            body.children.append(pycrdt.XmlElement("p", contents=[pycrdt.XmlText("教")]))

    replica = Replica.of([doc.get_update()])

    assert replica.state() == doc.get_state()
    assert depth_of(doc.get_update()) == 2
