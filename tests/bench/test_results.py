"""The rows that benchmarks report."""

import pytest

from bench.apparatus.results import Row, table


@pytest.mark.parametrize(
    ("ours", "peer", "bar", "on_ratio", "met"),
    [
        (5.0, 10.0, 0.5, True, True),
        (5.1, 10.0, 0.5, True, False),
        (5.0, None, 0.5, True, None),
        (20.0, 1.0, 20, False, True),
        (20.1, 100.0, 20, False, False),
        (0, None, 0, False, True),
        (7.0, 1.0, None, False, None),
    ],
)
def test_row_knows_whether_its_bar_is_met(
    ours: float,
    peer: float | None,
    bar: float | None,
    on_ratio: bool,  # noqa: FBT001
    met: bool | None,  # noqa: FBT001
) -> None:
    assert Row("case", "figure", "ms", ours, peer, "Peer", bar, on_ratio).met is met


def test_row_has_the_shape_of_a_results_file() -> None:
    row = Row("10 × 20", "CPU per delivered edit", "µs", 8.0, 16.0, "Peer 1.0", 0.5, on_ratio=True)

    assert row.to_json() == {
        "case": "10 × 20", "figure": "CPU per delivered edit", "unit": "µs", "ours": 8.0, "peer": 16.0,
        "peer_name": "Peer 1.0", "ratio": 0.5, "bar": 0.5, "met": True, "bar_of": "ratio",
    }  # fmt: skip


def test_table_shows_a_missed_bar() -> None:
    rows = [
        Row("1 × 2", "ack", "ms", 151.2, None, None, 150),
        Row("1 × 2", "CPU", "µs", 4.0, 2.0, "P", 0.5, on_ratio=True),
    ]

    assert table([row.to_json() for row in rows]).splitlines()[2:] == [
        "| 1 × 2 | ack (ms) | 151 |  |  | ≤ 150 | **no** |",
        "| 1 × 2 | CPU (µs) | 4 | 2 | 2 | ≤ 0.5 × | **no** |",
    ]
