"""Bytes of the protocol."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from realtime import wire
from realtime.errors import MalformedFrameError


@given(st.integers(min_value=0, max_value=2**53 - 1))
def test_number_comes_back(number: int) -> None:
    encoded = wire.uint(number)

    assert wire.read_uint(encoded, 0) == (number, len(encoded))


@given(st.text())
def test_string_comes_back(text: str) -> None:
    encoded = wire.var_string(text)

    assert wire.read_string(encoded, 0) == (text, len(encoded))


def test_string_counts_bytes_not_characters() -> None:
    assert wire.var_string("教案") == b"\x06" + "教案".encode()


def test_several_messages_in_a_frame_are_all_read() -> None:
    frame = wire.update(b"abc") + wire.barrier(b"1") + wire.step1(b"\x00")

    assert list(wire.messages(frame)) == [
        (wire.SYNC, wire.UPDATE, b"abc"),
        (wire.BARRIER, 0, b"1"),
        (wire.SYNC, wire.STEP1, b"\x00"),
    ]


def test_what_follows_an_unknown_type_is_passed_over() -> None:
    assert list(wire.messages(b"\x63\xff\xff")) == []


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\x00",
        b"\x00\x03\x00",
        b"\x00\x02\x05abc",
        b"\x00\x02\xff",
        b"\x01\x02\x00",
        b"\x66",
        b"\x80" * 12,
    ],
)
def test_malformed_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(MalformedFrameError):
        list(wire.messages(frame))


def test_presence_with_something_behind_it_is_refused() -> None:
    with pytest.raises(MalformedFrameError):
        list(wire.read_awareness(b"\x00\x00"))


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(frame: bytes) -> None:
    try:
        list(wire.messages(frame))
    except MalformedFrameError:
        assert frame[:1] != b"\x67"


@given(st.one_of(st.binary(max_size=140), st.binary(max_size=140).map(wire.update)))
@example(wire.update(b"a" * 127))
@example(wire.update(b""))
@example(wire.update(b"abc") + wire.barrier(b"1"))
def test_lone_update_is_read_as_the_messages_say(frame: bytes) -> None:
    update = wire.lone_update(frame)

    if update is not None:
        assert list(wire.messages(frame)) == [(wire.SYNC, wire.UPDATE, update)]


@pytest.mark.parametrize("size", [0, 1, 127])
def test_short_update_alone_in_its_frame_is_known(size: int) -> None:
    assert wire.lone_update(wire.update(b"a" * size)) == b"a" * size
