"""What can be told of a Yjs update without trusting it: is it sound, does it bring anything, what does it
wait for.

A document says nothing about updates it could not integrate yet ("pending"), and its own full encoding leaves
them out. What is pending is therefore found from the bytes: structs that a diff against the document's state
still contains, and deletions of what the document does not have.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pycrdt

from realtime import grammar, wire
from realtime.errors import MalformedFrameError, RefusedUpdateError

Ranges = dict[int, list[tuple[int, int]]]

_MERGE_AT_ONCE = 500  # merging is quadratic: 100,000 at once take minutes, in batches of 500 two seconds


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Turn anything that comes out of the CRDT, its Rust panics included, into RefusedUpdateError."""
    try:
        yield
    except BaseException as error:
        raise _refused(what, error) from error


def _refused(what: str, error: BaseException) -> RefusedUpdateError:
    """What to raise instead of an error that came out of the CRDT; an interrupt goes on as it is."""
    if isinstance(error, (KeyboardInterrupt, SystemExit, asyncio.CancelledError)):
        raise error
    return RefusedUpdateError(f"{what}: {error}")


def check(update: bytes) -> grammar.Outline:
    """What an update holds. Raises RefusedUpdateError unless the bytes survive two rounds of decoding and
    encoding.

    Nothing is integrated, so this also judges an update that depends on text a scratch document would not have.
    The structure is walked first: Yrs believes the numbers in it, reads nested values by recursion on the stack,
    and takes what no browser can read.
    """
    try:
        outline = grammar.read(update)
        pycrdt.merge_updates(pycrdt.merge_updates(update))
    except BaseException as error:  # a PanicException is no Exception
        raise _refused("The bytes are no update", error) from error
    return outline


def apply(doc: pycrdt.Doc[Any], update: bytes) -> None:
    """Integrate an update; after RefusedUpdateError the document may be half changed: throw it away."""
    try:
        doc.apply_update(update)
    except BaseException as error:
        raise _refused("The update cannot be integrated", error) from error


def merge(updates: Sequence[bytes]) -> bytes:
    """One update that says the same, pending parts included. Raises RefusedUpdateError."""
    merged = list(updates)
    with refusing("The updates cannot be merged"):
        while len(merged) > 1:
            merged = [
                pycrdt.merge_updates(*merged[at : at + _MERGE_AT_ONCE])
                for at in range(0, len(merged), _MERGE_AT_ONCE)
            ]
    return merged[0] if merged else wire.EMPTY_UPDATE


def state_clocks(state: bytes) -> dict[int, int]:
    """A state vector as client → number of its structs that are there."""
    count, at = wire.read_uint(state, 0)
    clocks = {}
    for _ in range(count):
        client, at = wire.read_uint(state, at)
        clocks[client], at = wire.read_uint(state, at)
    return clocks


def deletions(update: bytes) -> Ranges:
    """The deletions of an update that has no structs, as client → [(from, to)]."""
    if update[:1] != b"\x00":
        raise MalformedFrameError("The update has structs.")
    clients, at = wire.read_uint(update, 1)
    ranges: Ranges = {}
    for _ in range(clients):
        client, at = wire.read_uint(update, at)
        count, at = wire.read_uint(update, at)
        found = ranges.setdefault(client, [])
        for _ in range(count):
            clock, at = wire.read_uint(update, at)
            length, at = wire.read_uint(update, at)
            found.append((clock, clock + length))
    return ranges


def waits(update: bytes, state: bytes) -> bool:
    """Whether some part of an update still waits for another one, in a document of this state that has it."""
    rest = pycrdt.get_update(update, state)
    if rest[0] != 0:
        return True
    if rest == wire.EMPTY_UPDATE:
        return False
    clocks = state_clocks(state)
    return any(end > clocks.get(client, 0) for client, ranges in deletions(rest).items() for _, end in ranges)


def brings_news(doc: pycrdt.Doc[Any], update: bytes) -> bool:
    """Whether a document would change by an update. Raises RefusedUpdateError.

    The answer of a client to the server's question always carries every deletion it knows, so most reconnects
    send bytes that say nothing new.
    """
    with refusing("The update cannot be compared"):
        return _brings_news(doc, update)


def _brings_news(doc: pycrdt.Doc[Any], update: bytes) -> bool:
    state = doc.get_state()
    rest = pycrdt.get_update(update, state)
    if rest[0] != 0:
        return True
    if rest == wire.EMPTY_UPDATE:
        return False
    known = {client: joined(ranges) for client, ranges in deletions(doc.get_update(state)).items()}
    return any(
        not any(start >= low and end <= high for low, high in known.get(client, []))
        for client, ranges in deletions(rest).items()
        for start, end in ranges
    )


def joined(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same numbers in as few ranges as possible, in order."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def outline(doc: "pycrdt.Doc[Any]") -> tuple[dict[int, int], Ranges]:
    """What a document holds and what of it is deleted: documents with one history have the same."""
    state = doc.get_state()
    deleted = deletions(doc.get_update(state))
    return state_clocks(state), {client: joined(ranges) for client, ranges in deleted.items()}
