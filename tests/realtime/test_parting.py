"""An update is parted into what can be integrated now and what waits, and nothing of it is lost."""

import random
from itertools import pairwise

import pycrdt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime import grammar, parting, updates
from realtime.replica import Replica
from realtime.services import replay
from tests.realtime.seeds import keystrokes, text_of


def parted(update: bytes, clocks: parting.Clocks) -> parting.Parted:
    return parting.part(update, grammar.read(update), clocks)


def test_update_that_needs_nothing_is_ready_as_it_is() -> None:
    first, second = keystrokes("甲", "乙", client_id=7)
    clocks: parting.Clocks = {}

    assert parted(first, clocks) == parting.Parted(first, None)
    assert parted(second, clocks) == parting.Parted(second, None)
    assert clocks == {7: 2}


def test_update_whose_predecessor_is_missing_waits_as_it_is() -> None:
    _, second = keystrokes("甲", "乙", client_id=7)
    clocks: parting.Clocks = {}

    assert parted(second, clocks) == parting.Parted(None, second, ((7, 0),))
    assert clocks == {}


def test_merge_with_a_gap_is_cut_at_the_gap() -> None:
    first, _, third = keystrokes("甲", "乙", "丙", client_id=7)
    clocks: parting.Clocks = {}

    found = parted(updates.merge([first, third]), clocks)

    assert (found.ready, found.blockers, clocks) == (first, ((7, 1),), {7: 1})
    assert found.rest is not None
    assert pycrdt.get_state(found.rest) == pycrdt.get_state(third)


def test_two_clients_that_build_on_each_other_are_taken_in_turn() -> None:
    """Neither row can be taken whole before a part of the other, as it is after a compaction."""
    one: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=1)
    other: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=2)
    log: dict[int, list[bytes]] = {1: [], 2: []}
    for number in range(6):
        writer, reader = (one, other) if number % 2 == 0 else (other, one)
        before = writer.get_state()
        text = writer.get("t", type=pycrdt.Text)
        text.insert(len(text), str(number))
        log[writer.client_id].append(writer.get_update(before))
        reader.apply_update(log[writer.client_id][-1])
    rows = [updates.merge(log[1]), updates.merge(log[2])]

    for order in (rows, rows[::-1]):
        replica = Replica.of(order)
        assert (text_of(replica.doc), list(replica.waiting)) == ("012345", [])


@given(st.randoms(use_true_random=False))
def test_any_order_and_any_merges_of_one_history_give_the_same_document(rest: random.Random) -> None:
    log = _history(rest)
    whole = Replica.of(log)
    order = rest.sample(log, len(log))
    cuts = sorted({0, len(order), *(rest.randrange(len(order)) for _ in range(4))})
    merged = [updates.merge(order[low:high]) for low, high in pairwise(cuts)]

    replica = Replica()
    for row in merged:
        replica.apply([row])
        assert updates.state_clocks(replica.state()) == updates.state_clocks(replica.doc.get_state())
    again = Replica.of([replica.encode()])

    for one in (replica, again):
        assert list(one.waiting) == []
        assert updates.outline(one.doc) == updates.outline(whole.doc)
        assert text_of(one.doc) == text_of(whole.doc)


@given(st.randoms(use_true_random=False))
def test_what_is_lost_on_the_way_leaves_the_rest_readable(rest: random.Random) -> None:
    """Whatever came is in the encoding, waiting or not: with what was missing the document is whole."""
    log = _history(rest)
    missing = set(rest.sample(log, rest.randrange(1, 6)))
    replica = Replica.of([update for update in log if update not in missing])

    replay.check_encoding(replica.encode(), replica.state())
    later = Replica.of([replica.encode(), *missing])
    based = Replica.of(missing, base=replica.encode())

    assert text_of(later.doc) == text_of(based.doc) == text_of(Replica.of(log).doc)
    assert list(later.waiting) == list(based.waiting) == []


def test_very_much_that_waits_is_kept_as_one() -> None:
    first, *rest = keystrokes(*"字" * 400, client_id=7)
    replica = Replica()
    for update in rest[::-1]:
        replica.apply([update])

    replica.apply(keystrokes("x", client_id=8))
    assert len(replica.waiting) == 1
    replica.apply([first])
    assert (text_of(replica.doc).count("字"), list(replica.waiting)) == (400, [])


def test_state_vector_is_what_yrs_says() -> None:
    replica = Replica.of(keystrokes("甲", "乙", client_id=2**53 - 1))

    assert replica.state() == replica.doc.get_state()


def _history(rest: random.Random) -> list[bytes]:
    """Edits of three people who see each other late; insertions and deletions, each an update."""
    pages: list[pycrdt.Doc[pycrdt.Text]] = [pycrdt.Doc(client_id=number) for number in (1, 2, 3)]
    log: list[bytes] = []
    for number in range(rest.randrange(6, 30)):
        page = rest.choice(pages)
        log.append(_edit(page, rest, chr(97 + number % 26)))
        if rest.random() < 0.5:
            other = rest.choice(pages)
            other.apply_update(page.get_update(other.get_state()))
    return log


def _edit(page: "pycrdt.Doc[pycrdt.Text]", rest: random.Random, letter: str) -> bytes:
    """One insertion or deletion, as the update that says so."""
    seen: list[bytes] = []
    text = page.get("t", type=pycrdt.Text)
    subscription = page.observe(lambda event: seen.append(event.update))
    if len(text) > 2 and rest.random() < 0.3:
        at = rest.randrange(len(text))
        del text[at : at + 1]
    else:
        text.insert(rest.randrange(len(text) + 1), letter)
    page.unobserve(subscription)
    return seen[0]


@pytest.mark.parametrize("missing", [1, 2])
def test_deletion_is_cut_where_the_known_ends(missing: int) -> None:
    typed = keystrokes("a", "b", "c", client_id=7)
    deletes_all = b"\x00\x01\x07\x01\x00\x03"
    clocks = {7: 3 - missing}

    found = parted(deletes_all, clocks)

    assert found.ready == b"\x00\x01\x07\x01\x00" + bytes((3 - missing,))
    assert found.rest == b"\x00\x01\x07\x01" + bytes((3 - missing, missing))
    assert text_of(Replica.of([typed[0], deletes_all, *typed[1:]]).doc) == ""
