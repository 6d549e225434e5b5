"""A regular job runs when it is due, in one worker at a time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from research.background import beats, leases, periodic
from research.models import PeriodicRun

pytestmark = pytest.mark.django_db


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Only two jobs are registered; what ran is listed."""
    ran: list[str] = []

    def fail() -> None:
        ran.append("failing")
        raise ValueError("示例")

    monkeypatch.setattr(periodic, "_jobs", {})
    periodic.register("counting", every_seconds=60, run=lambda: ran.append("counting"))
    periodic.register("failing", every_seconds=60, run=fail)
    leases.write_down()
    return iter([ran])


@pytest.fixture
def ran(runs: Iterator[list[str]]) -> list[str]:
    return next(runs)


def test_run_due_runs_each_job_once_until_it_is_due_again(ran: list[str]) -> None:
    assert leases.run_due(worker="a") == ["counting", "failing"]
    assert leases.run_due(worker="a") == []

    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert leases.run_due(worker="b") == ["counting", "failing"]
    assert ran == ["counting", "failing"] * 2


def test_run_due_writes_down_a_fault_and_goes_on(ran: list[str]) -> None:
    leases.run_due(worker="a")

    faults = dict(PeriodicRun.objects.values_list("name", "fault"))
    assert faults == {"counting": "", "failing": "ValueError: 示例"}
    assert list(PeriodicRun.objects.values_list("holder", "leased_until")) == [("", None)] * 2


def test_take_gives_a_job_to_one_worker(ran: list[str]) -> None:
    assert leases.take("counting", worker="a")
    assert not leases.take("counting", worker="b")
    assert ran == []


def test_the_lease_of_a_dead_worker_is_given_back(ran: list[str]) -> None:
    beats.beat("living", started_at=timezone.now())
    leases.take("counting", worker="living")
    leases.take("failing", worker="dead")

    assert leases.release_of_the_dead() == 1
    assert leases.take("failing", worker="living")
    assert ran == []


def test_register_refuses_a_name_that_is_taken(ran: list[str]) -> None:
    with pytest.raises(ValueError, match="counting"):
        periodic.register("counting", every_seconds=1, run=lambda: None)
    assert ran == []
