"""Freed memory goes back to the system."""

import resource
from pathlib import Path

import pytest

from realtime import memory

_MEBIBYTE = 2**20


def resident_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


# glibc alone keeps what was freed, and has the function; the gate runs on Debian, so it is never left out there.
@pytest.mark.skipif(memory._trim is None, reason="this C library cannot be asked to")
def test_freed_memory_below_memory_in_use_goes_back_to_the_system() -> None:
    many = [b"x" * 3000 + nth.to_bytes(4) for nth in range(20_000)]
    few = many[::500]
    del many
    before = resident_bytes()

    memory.give_back()

    assert before - resident_bytes() > 40 * _MEBIBYTE
    assert [int.from_bytes(one[-4:]) for one in few] == list(range(0, 20_000, 500))
