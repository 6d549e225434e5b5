"""Updates are read as strictly as the browsers read them."""

import json
import random

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import grammar, updates, wire
from realtime.errors import MalformedFrameError
from tests.realtime import forged
from tests.realtime.seeds import by_client_seven, keystrokes
from tests.realtime.test_stock_client import SCRIPTS
from tests.servers import run_node


@pytest.mark.parametrize("update", forged.DEADLY.values(), ids=forged.DEADLY.keys())
def test_what_pages_cannot_read_is_refused(update: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        grammar.read(update)


@pytest.mark.parametrize("update", forged.SOUND.values(), ids=forged.SOUND.keys())
def test_what_pages_can_read_is_taken(update: bytes) -> None:
    grammar.read(update)


def test_value_nested_so_deep_that_it_would_end_the_process_is_refused() -> None:
    with pytest.raises(MalformedFrameError, match="too deep"):
        grammar.read(forged.update(forged.value(forged.nested(1_000_000))))


@pytest.mark.node
def test_pages_agree_about_what_they_can_read() -> None:
    """Whatever we take Yjs takes; of what we refuse it takes what only Yrs misunderstands."""
    cases = forged.SOUND | {name: seed for name, seed in forged.DEADLY.items() if name in _YJS_REFUSES}
    taken = run_node(SCRIPTS / "applies.mjs", json.dumps({name: seed.hex() for name, seed in cases.items()}))

    assert taken == {name: name in forged.SOUND for name in cases}


_YJS_REFUSES = {
    "a nested document that Yjs does not know as a type",
    "a type without a definition",
    "a nested document without options",
    "a value nested too deep for a page",
    "a client whose number does not even fit",
}


@pytest.mark.parametrize("cut", range(1, len(forged.SOUND["each sort of type"])))
def test_update_that_ends_too_early_is_refused(cut: int) -> None:
    with pytest.raises(MalformedFrameError):
        grammar.read(forged.SOUND["each sort of type"][:-cut])


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        grammar.read(data)
    except MalformedFrameError:
        return
    assert len(data) >= 2


@given(st.binary(max_size=40), st.integers(0, 60), st.sampled_from(sorted(forged.SOUND)))
def test_damaged_updates_are_read_or_refused(noise: bytes, at: int, name: str) -> None:
    sound = forged.SOUND[name]
    damaged = sound[:at] + noise + sound[at + len(noise) :]
    try:
        grammar.read(damaged)
    except MalformedFrameError:
        return
    assert len(damaged) >= 2


@given(st.randoms(use_true_random=False), st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=8))
def test_everything_an_editor_writes_is_taken(rest: random.Random, words: list[str]) -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    text, seen = doc.get("t", type=pycrdt.Text), list[bytes]()
    doc.observe(lambda event: seen.append(event.update))
    for word in words:
        text.insert(len(text), word)
        if rest.random() < 0.3:
            del text[0 : len(text)]
    for update in [*seen, updates.merge(seen), doc.get_update()]:
        grammar.read(update)
        grammar.read(update)


@pytest.mark.parametrize("letters", ["x", "教", "教案" * 20, "𠮷"])
@pytest.mark.parametrize("client", [0, 127, 2**32 - 1, 2**53 - 1])
def test_a_keystroke_is_known_by_its_looks_and_reads_the_same(letters: str, client: int) -> None:
    first, second = keystrokes("a", letters, client_id=client)

    grammar.read(second)
    outline = grammar.read(second)
    assert (outline.lefts, outline.rights, outline.deleted) == ([(client, 0)], [], [])
    assert grammar.read(first).lefts == []
    with pytest.raises(MalformedFrameError):
        grammar.read(second[:-1] + b"\x01")


def test_outline_tells_neighbours_deletions_and_wide_texts() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=9)
    doc.apply_update(by_client_seven("ab"))
    text = doc.get("t", type=pycrdt.Text)
    before = doc.get_state()
    text.insert(1, "姓𠮷")
    del text[0:1]
    outline = grammar.read(doc.get_update(before))

    assert outline.lefts == [(7, 0)]
    assert outline.rights == [(7, 1)]
    assert outline.deleted == [(7, 0, 1)]
    assert [(first, raw.decode()) for first, _, raw in outline.strings] == [((9, 0), "姓𠮷")]
    assert list(grammar.halves(outline.strings)) == [(9, 2)]


def test_where_a_text_stands_is_where_its_length_stands() -> None:
    update = forged.update(forged.text("a𠮷b"))
    ((_, at, raw),) = grammar.read(update).strings

    assert update[at:].startswith(wire.var_bytes(raw))
