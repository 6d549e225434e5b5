"""What is told of an update without trusting it."""

import random
from contextlib import suppress

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import updates
from realtime.errors import RefusedUpdateError
from realtime.replica import Replica
from tests.realtime.forged import NO_TYPE
from tests.realtime.seeds import DEPENDENT_POISON, PANIC, POISON, by_client_seven, keystrokes, text_of


@pytest.mark.parametrize(
    "seed", [POISON, DEPENDENT_POISON, b"", b"\xff\xff\xff", b"\x01", b"\xff\xff\xff\x7f"]
)
def test_check_refuses_bytes_that_do_not_survive_two_rounds(seed: bytes) -> None:
    with pytest.raises(RefusedUpdateError):
        updates.check(seed)


@pytest.mark.parametrize("seed", [PANIC, NO_TYPE])
def test_failure_while_integrating_is_a_refusal(seed: bytes) -> None:
    with pytest.raises(RefusedUpdateError):
        updates.apply(pycrdt.Doc(), seed)


def test_not_every_failure_is_seen_in_the_bytes() -> None:
    updates.check(NO_TYPE)


def test_poison_that_needs_existing_text_is_refused_though_it_can_be_applied() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    updates.apply(doc, by_client_seven())

    with pytest.raises(RefusedUpdateError):
        updates.check(DEPENDENT_POISON)
    doc.apply_update(DEPENDENT_POISON)
    with pytest.raises(ValueError, match="Cannot decode update"):
        pycrdt.Doc().apply_update(doc.get_update())


def test_interrupt_is_not_a_refusal() -> None:
    with pytest.raises(KeyboardInterrupt), updates.refusing("anything"):
        raise KeyboardInterrupt


@given(st.binary(max_size=80))
def test_any_bytes_are_checked_or_refused(data: bytes) -> None:
    with suppress(RefusedUpdateError):
        updates.check(data)
        assert len(data) >= 2


def test_update_without_its_predecessor_is_pending_until_it_comes() -> None:
    first, second, third = keystrokes("甲", "乙", "丙")
    replica = Replica.of([first, third])

    assert (text_of(replica.doc), list(replica.waiting)) == ("甲", [third])
    replica.apply([second])
    assert (text_of(replica.doc), list(replica.waiting)) == ("甲乙丙", [])


def test_deletion_of_what_is_not_there_is_pending() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=1)
    text = doc.get("t", type=pycrdt.Text)
    text += "abc"
    before, typed = doc.get_state(), doc.get_update()
    del text[0:3]
    deleted = doc.get_update(before)

    replica = Replica.of([deleted])
    assert list(replica.waiting) == [deleted]
    replica.apply([typed])
    assert (text_of(replica.doc), list(replica.waiting)) == ("", [])


def test_full_encoding_keeps_what_waits() -> None:
    first, second, third = keystrokes("甲", "乙", "丙")
    copy = Replica.of([Replica.of([first, third]).encode()])

    copy.apply([second])
    assert text_of(copy.doc) == "甲乙丙"


def test_many_waiting_updates_become_one_and_lose_nothing() -> None:
    first, second, *rest = keystrokes(*"abcdefghijklmnopqrstuvwxyz")
    replica = Replica.of([first, *rest])

    replica.condense()
    assert len(replica.waiting) == 1
    replica.apply([second])
    assert text_of(replica.doc) == "abcdefghijklmnopqrstuvwxyz"


@given(st.randoms(use_true_random=False))
def test_any_order_of_one_log_gives_the_same_document(rest: random.Random) -> None:
    log = keystrokes(*"国运兴衰系于教育", client_id=1) + keystrokes(*"abcdef", client_id=2)
    shuffled = rest.sample(log, len(log))

    one, other = Replica.of(log), Replica.of(shuffled)
    assert list(other.waiting) == []
    assert updates.outline(one.doc) == updates.outline(other.doc)
    assert text_of(one.doc) == text_of(other.doc)


def test_merge_of_many_in_batches_says_the_same() -> None:
    log = keystrokes(*["a"] * 1201)

    assert text_of(Replica.of([updates.merge(log)]).doc) == "a" * 1201


def test_merge_of_nothing_is_the_empty_update() -> None:
    assert updates.merge([]) == b"\x00\x00"


def test_known_content_and_known_deletions_bring_no_news() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=1)
    text = doc.get("t", type=pycrdt.Text)
    text += "abcdef"
    del text[1:3]

    assert not updates.brings_news(doc, doc.get_update())
    assert not updates.brings_news(doc, b"\x00\x00")


def test_new_text_and_new_deletions_bring_news() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=1)
    text = doc.get("t", type=pycrdt.Text)
    text += "abcdef"
    other: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=2)
    other.apply_update(doc.get_update())
    del other.get("t", type=pycrdt.Text)[0:2]

    assert updates.brings_news(doc, other.get_update(doc.get_state()))
    assert updates.brings_news(pycrdt.Doc(), doc.get_update())


def test_ranges_are_joined_where_they_touch() -> None:
    assert updates.joined([(5, 6), (0, 2), (2, 4), (1, 3)]) == [(0, 4), (5, 6)]
