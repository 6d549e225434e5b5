"""Promise 3: what is counted here is what Yrs has, and nothing forged takes away what was integrated."""

import random

import pycrdt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from realtime import grammar, orphans, updates, wire
from realtime.errors import RefusedUpdateError
from realtime.replica import Replica
from tests.realtime import forged
from tests.realtime.seeds import keystrokes


def taken(seed: int) -> Replica:
    """A document after random overlapping updates, without those that are refused."""
    replica, rows = Replica(), list[bytes]()
    for update in forged.overlapping(random.Random(seed)):  # noqa: S311
        try:
            updates.check(update)
            replica.apply([update])
        except RefusedUpdateError:
            replica = Replica.of(rows)
        else:
            rows.append(update)
    return replica


@given(st.integers(0, 2**40))
@example(14462)  # a character is cut by a deletion that waits
@example(18532)
@example(19494)  # what waits has the clocks of what came meanwhile, and more
@example(21729)  # an item that is there in part is cut amid a character
@example(23340)
@example(25264)
@example(31676)
@example(48259)
def test_clocks_are_those_of_the_document_and_its_encoding_lacks_nothing(seed: int) -> None:
    replica = taken(seed)

    clocks = updates.state_clocks(replica.state())
    reached = updates.state_clocks(Replica.of([], base=replica.encode(), careful=True).state())

    assert clocks == updates.state_clocks(replica.doc.get_state())
    assert {client: min(reached.get(client, 0), clock) for client, clock in clocks.items()} == clocks


@given(st.integers(0, 2**40))
def test_document_that_is_made_with_care_takes_all_rows(seed: int) -> None:
    sound: list[bytes] = []
    for update in forged.overlapping(random.Random(seed)):  # noqa: S311
        try:
            updates.check(update)
            Replica.of([*sound, update])
        except RefusedUpdateError:
            continue
        sound.append(update)

    careful = Replica.of(sound, careful=True)

    assert updates.state_clocks(careful.state()) == updates.state_clocks(Replica.of(sound).state())


def test_item_that_is_there_in_part_is_cut_beside_a_character_and_not_in_it() -> None:
    replica = Replica.of(forged.CUT_WHERE_THE_KNOWN_ENDS)

    assert updates.state_clocks(replica.state()) == {6: 4, 7: 4}
    assert updates.state_clocks(replica.doc.get_state()) == {6: 4, 7: 4}


@pytest.mark.parametrize("rows", [forged.ON_GARBAGE, forged.ON_GARBAGE[::-1]])
def test_item_that_goes_on_after_garbage_is_refused_whether_it_comes_first_or_last(
    rows: tuple[bytes, ...],
) -> None:
    replica = Replica.of(rows[:1])

    with pytest.raises(RefusedUpdateError, match="garbage"):
        replica.apply(rows[1:])


def test_letters_that_go_on_after_letters_are_taken() -> None:
    replica = Replica.of([forged.update(forged.text("教")), forged.update(forged.text("教案"))])

    assert str(replica.doc.get("t", type=pycrdt.Text)) == "教案"


def test_item_that_waited_for_a_parent_is_garbage_when_that_is_no_type() -> None:
    """Who brings the parent has done nothing; the pages see it so as well."""
    orphan = forged.update(b"\x04\x00" + wire.uint(6) + b"\x00" + wire.var_string("abc"), client=7)
    replica = Replica.of([orphan])

    replica.apply([forged.update(forged.text("教案"), client=6)])

    assert str(replica.doc.get("t", type=pycrdt.Text)) == "教案"
    assert updates.state_clocks(replica.state()) == {6: 2, 7: 3}


def test_what_waits_is_not_read_anew_at_every_keystroke(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be megabytes; one of it is there in part by now, and stays so."""
    replica = Replica.of(
        [
            forged.update(forged.beside(6, 1, "教学反思"), client=7),
            forged.update(forged.text("教学"), client=7),
        ]
    )
    read, sizes = grammar.read, list[int]()

    def counted(update: bytes) -> grammar.Outline:
        sizes.append(len(update))
        return read(update)

    monkeypatch.setattr(grammar, "read", counted)
    keys = keystrokes("重", "难", "点")

    replica.apply(keys)

    assert sizes == [len(key) for key in keys]


def test_orphans_are_told_from_children_by_what_stands_at_their_parents() -> None:
    """In a type, in what was deleted, in garbage, in letters, in nothing."""
    whole = forged.update(
        forged.item(7, b"\x01"), forged.item(1, b"\x01"), b"\x00\x01", forged.text("教案"), client=6
    )
    inside = [
        b"\x04\x00" + wire.uint(6) + wire.uint(clock) + wire.var_string("a") for clock in (0, 1, 2, 3, 4, 9)
    ]
    garbage = b"\x00\x01"

    seen = orphans.as_pages_see_them(forged.update(*inside, client=7), whole)

    assert seen == forged.update(*inside[:3], garbage, garbage, inside[5], client=7)


def test_what_waits_does_not_hide_what_came_at_its_clocks() -> None:
    replica = Replica.of(
        [
            forged.update(forged.beside(6, 1, "教学反思"), client=7),  # waits for a page that never comes
            forged.update(forged.text("教"), client=7),
        ]
    )

    assert updates.state_clocks(Replica.of([], base=replica.encode()).state()) == {7: 1}
