"""How long the committer gathers edits."""

import pytest

from realtime.committer import Windows
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
