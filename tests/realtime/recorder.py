"""What the sink of refused acts hears during a test."""

from collections.abc import Iterator
from contextlib import contextmanager

from realtime.services import access


@contextmanager
def refusals() -> Iterator[list[access.Refusal]]:
    """The refused acts reported in the block."""
    seen: list[access.Refusal] = []
    access.on_refusal(seen.append)
    try:
        yield seen
    finally:
        access._sinks.remove(seen.append)
