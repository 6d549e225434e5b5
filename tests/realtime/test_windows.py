"""How long the committer gathers edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.committer import Calls, Windows
from realtime.limits import Limits

LIMITS = Limits(window_seconds=0.015, window_most_seconds=0.03, busy_share=0.1)


@pytest.mark.parametrize(
    ("spent", "expected"),
    [(0.0, 0.015), (0.001, 0.015), (0.0015, 0.015), (0.002, 0.02), (0.003, 0.03), (0.5, 0.03)],
    ids=["idle", "little", "as much as allowed", "more", "much", "a page rendered meanwhile"],
)
def test_window_grows_with_the_work_of_the_process(spent: float, expected: float) -> None:
    times = iter([10.0, 10.0 + spent])

    assert Windows(LIMITS, clock=lambda: next(times)).next() == pytest.approx(expected)


def test_window_counts_the_work_since_the_last_one_alone() -> None:
    times = iter([10.0, 10.5, 10.501])
    windows = Windows(LIMITS, clock=lambda: next(times))

    assert [windows.next(), windows.next()] == pytest.approx([0.03, 0.015])


def _after(spent: float) -> Windows:
    """Windows of a process that needed so many seconds of the processor for its last pass."""
    times = iter([10.0, 10.0 + spent])
    windows = Windows(LIMITS, clock=lambda: next(times))
    windows.next()
    return windows


BEGAN, NOW = 100.0, 100.03  # the window that closes now


@pytest.mark.parametrize(
    ("calls", "waits"),
    [
        (Calls(100.001, 100.014), True),
        (Calls(100.001, 100.016), False),
        (Calls(100.029, 100.029), False),
        (Calls(99.99, 100.014), False),
    ],
    ids=["early", "early and late", "late", "passed over once already"],
)
def test_lively_room_is_passed_over_once_when_nothing_came_lately(calls: Calls, *, waits: bool) -> None:
    assert _after(0.5).may_wait(calls, served_at=BEGAN, began=BEGAN, now=NOW) is waits


def test_room_where_little_happens_is_never_passed_over() -> None:
    calls = Calls(100.001, 100.001)

    assert not _after(0.5).may_wait(calls, served_at=99.9, began=BEGAN, now=NOW)
    assert not _after(0.5).may_wait(calls, served_at=float("-inf"), began=BEGAN, now=NOW)


def test_process_with_little_to_do_passes_no_room_over() -> None:
    assert not _after(0.0).may_wait(Calls(100.001, 100.001), served_at=BEGAN, began=BEGAN, now=NOW)


@given(
    arrivals=st.lists(st.floats(min_value=0, max_value=0.9), min_size=1, max_size=40),
    served_at=st.sampled_from([float("-inf"), 0.0]),
)
def test_no_edit_waits_for_more_than_two_windows(arrivals: list[float], served_at: float) -> None:
    windows, left = _after(0.5), sorted(arrivals)
    began, calls = 0.0, None
    for nth in range(1, 40):
        now = nth * windows.length
        came = [at for at in left if at <= now]
        left = [at for at in left if at > now]
        if came:
            calls = Calls(calls.first if calls else came[0], came[-1])
        if calls and not windows.may_wait(calls, served_at=served_at, began=began, now=now):
            assert now - calls.first <= 2 * windows.length + 1e-9
            calls, served_at = None, now
        began = now

    assert (calls, left) == (None, [])
