"""Tests of one group stay on one test process, for what they share is made once in each."""

import os

import pytest


@pytest.mark.xdist_group("these")
def test_name_of_a_test_holds_its_group_where_there_are_several_processes(
    request: pytest.FixtureRequest,
) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("one test process alone has no groups")
    assert request.node.nodeid.endswith("@these")
