"""Tasks are claimed once, survive their worker, and are given up only after five attempts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from research.background import beats, queue
from research.models import WorkerBeat
from tests.research.background import slow_tasks

pytestmark = pytest.mark.django_db
OTHER_HOST = "elsewhere.example:1"


def silent(worker: str, *, seconds: int) -> None:
    """A worker of another machine whose last sign of life is that old."""
    at = timezone.now() - timedelta(seconds=seconds)
    WorkerBeat.objects.create(worker=worker, host=OTHER_HOST, started_at=at, beat_at=at)


def test_claim_gives_each_task_once() -> None:
    slow_tasks.add.enqueue(1, 2)

    first, second = queue.claim("a"), queue.claim("b")

    assert first is not None
    assert first.worker_ids == ["a"]
    assert second is None


def test_run_writes_down_what_came_out() -> None:
    slow_tasks.add.enqueue(1, 2)

    queue.run(queue.claim("a"))

    result = DBTaskResult.objects.get()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, 3)
    assert not queue.dead_letters().exists()


def test_run_gives_up_a_task_that_fails_by_itself() -> None:
    slow_tasks.fail.enqueue()

    queue.run(queue.claim("a"))

    letter = queue.dead_letters().get()
    assert letter.exception_class_path == "builtins.ValueError"


def test_run_puts_a_task_back_while_the_database_is_away_and_gives_it_up_after_five_attempts() -> None:
    slow_tasks.find_no_database.enqueue()
    waits = []

    for _attempt in range(queue.MAX_ATTEMPTS):
        DBTaskResult.objects.update(run_after=timezone.now())
        queue.run(queue.claim("a"))
        result = DBTaskResult.objects.get()
        waits.append(result.status == TaskResultStatus.READY and queue.claim("a") is None)

    assert waits == [True, True, True, True, False]
    assert queue.dead_letters().get().exception_class_path == "django.db.utils.OperationalError"


def test_rescue_leaves_the_task_of_a_living_worker() -> None:
    slow_tasks.add.enqueue(1, 2)
    beats.beat("a", started_at=timezone.now())
    queue.claim("a")

    assert queue.rescue() == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.RUNNING


@pytest.mark.parametrize(("seconds", "handed_on"), [(29, 0), (31, 1)])
def test_rescue_believes_a_silent_worker_dead_after_half_a_minute(seconds: int, handed_on: int) -> None:
    slow_tasks.add.enqueue(1, 2)
    silent("a", seconds=seconds)
    queue.claim("a")

    assert queue.rescue() == handed_on


def test_a_task_whose_workers_die_five_times_is_given_up() -> None:
    slow_tasks.add.enqueue(1, 2)
    states = []

    for number in range(queue.MAX_ATTEMPTS):
        assert queue.claim(f"dead-{number}") is not None
        assert queue.rescue() == 1
        states.append(DBTaskResult.objects.get().status)

    assert states == [TaskResultStatus.READY] * 4 + [TaskResultStatus.FAILED]
    assert queue.claim("a") is None
    assert queue.dead_letters().get().exception_class_path == "research.background.queue.WorkerDiedError"


def test_retry_gives_a_given_up_task_all_its_attempts_again() -> None:
    slow_tasks.fail.enqueue()
    queue.run(queue.claim("a"))
    pk = queue.dead_letters().get().pk

    assert queue.retry(pk) == "tests.research.background.slow_tasks.fail"

    result = DBTaskResult.objects.get()
    assert (result.status, result.worker_ids, result.traceback) == (TaskResultStatus.READY, [], "")
    assert queue.retry(pk) is None


def test_prune_forgets_old_successes_and_no_dead_letter() -> None:
    slow_tasks.add.enqueue(1, 2)
    slow_tasks.add.enqueue(3, 4)
    slow_tasks.fail.enqueue()
    for _task in range(3):
        queue.run(queue.claim("a"))
    old = timezone.now() - timedelta(days=8)
    DBTaskResult.objects.exclude(return_value=7).update(finished_at=old)

    assert queue.prune() == 1
    assert DBTaskResult.objects.count() == 2
