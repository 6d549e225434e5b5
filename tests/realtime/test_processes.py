"""Server processes that find each other in the database."""

import os
import socket
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from realtime.models import ServerProcess
from realtime.services import processes

pytestmark = pytest.mark.django_db

LIVING = os.getppid()


def another(
    *, host: str = "elsewhere", pid: int = 1, shares_hints: bool = False, seen_ago: timedelta = timedelta()
) -> ServerProcess:
    now = timezone.now()
    return ServerProcess.objects.create(
        id=uuid.uuid4(),
        host=host,
        pid=pid,
        shares_hints=shares_hints,
        started_at=now - timedelta(hours=1),
        seen_at=now - seen_ago,
    )


def test_process_alone_has_no_rivals() -> None:
    assert processes.rivals(processes.enter(shares_hints=False)) == {}
    assert processes.complaint() == ""


def test_process_elsewhere_that_beats_on_keeps_this_one_out() -> None:
    other = another()
    me = processes.enter(shares_hints=False)
    rivals = processes.rivals(me)
    processes.beat(other.pk, shares_hints=False)

    with pytest.raises(processes.SecondServerError, match="REDIS_URL"):
        processes.check_alone(me, rivals)
    assert list(ServerProcess.objects.all()) == [other]


def test_process_elsewhere_that_beats_no_more_is_forgotten() -> None:
    another()
    me = processes.enter(shares_hints=False)
    rivals = processes.rivals(me)

    assert len(rivals) == 1
    processes.check_alone(me, rivals)
    assert [process.pk for process in ServerProcess.objects.all()] == [me]


@pytest.mark.parametrize("pid", [2**22 + 1, os.getpid()], ids=["gone", "the same container again"])
def test_killed_process_of_this_machine_is_no_rival(pid: int) -> None:
    another(host=socket.gethostname(), pid=pid)

    assert processes.rivals(processes.enter(shares_hints=False)) == {}
    assert ServerProcess.objects.count() == 1


def test_living_process_of_this_machine_is_a_rival() -> None:
    other = another(host=socket.gethostname(), pid=LIVING)

    assert processes.rivals(processes.enter(shares_hints=False)) == {other.pk: 0}


def test_process_that_was_silent_for_minutes_is_no_rival() -> None:
    another(seen_ago=timedelta(minutes=5))

    assert processes.rivals(processes.enter(shares_hints=False)) == {}


def test_processes_with_redis_are_no_rivals() -> None:
    another(shares_hints=True)

    assert processes.rivals(processes.enter(shares_hints=True)) == {}
    assert processes.complaint() == ""


def test_one_without_redis_is_complained_about() -> None:
    another(shares_hints=True)
    me = processes.enter(shares_hints=False)

    assert len(processes.rivals(me)) == 1
    assert processes.complaint() != ""


def test_process_that_was_taken_for_dead_writes_itself_down_again() -> None:
    me = processes.enter(shares_hints=True)
    processes.leave(me)
    processes.beat(me, shares_hints=True)

    assert [process.pk for process in processes.alive()] == [me]
