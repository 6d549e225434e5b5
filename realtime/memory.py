"""Memory that documents leave behind when they go, given back to the system (归还内存).

glibc keeps what was freed, for the next one who asks: of some 14 MB that twenty plans took, nearly all. It is used again, but
a process whose people have gone home would stay as large as it was at the busiest hour.
"""

import ctypes
from collections.abc import Callable


def _trimmer() -> Callable[[int], int] | None:
    """The ``malloc_trim`` of glibc; other C libraries have none, and most of them give back by themselves."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError, TypeError):
        return None
    return found


_trim = _trimmer()


def give_back() -> None:
    """Let go of every whole page that was freed: some milliseconds, during which whoever asks for memory may wait."""
    if _trim is not None:
        _trim(0)
