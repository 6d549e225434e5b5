"""Tasks in the queue: claim one, run it, hand on those of dead workers, try the given-up ones again."""

import logging
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from research.background import beats

logger = logging.getLogger(__name__)

# How often a task is begun before it is given up.
MAX_ATTEMPTS = 5
# How long it waits after the database was away: after the first, second, … attempt.
BACK_OFF = [timedelta(seconds=seconds) for seconds in (5, 30, 120, 600)]
TRANSIENT = (OperationalError, InterfaceError)


class WorkerDiedError(Exception):
    """The workers that ran this task died, each time."""


def claim(worker: str) -> Any | None:
    """The next task, marked as this worker's, or None. Two workers never get the same one."""
    if not DBTaskResult.objects.ready().exists():
        return None
    with transaction.atomic():
        waiting = DBTaskResult.objects.ready()
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(skip_locked=True)
        result = waiting.first()
        if result is not None:
            result.claim(worker)
    return result


def run(result: Any) -> None:
    """Run a claimed task and write down how it ended; if the database was away it goes back."""
    try:
        task = result.task
        arguments = result.args_kwargs
        first = [TaskContext(task_result=result.task_result)] if task.takes_context else []
        result.set_successful(task.call(*first, *arguments["args"], **arguments["kwargs"]))
    except TRANSIENT as fault:
        put_back(result, fault)
    except (
        BaseException
    ) as fault:  # a panic in Rust is none of Exception, and must not end the worker's thread
        logger.exception("task %s (%s) failed", result.pk, result.task_path)
        result.set_failed(fault)


def put_back(result: Any, fault: Exception) -> None:
    """Have a task tried again a little later, or give it up after its last attempt."""
    attempts = len(result.worker_ids)
    logger.warning("task %s (%s) could not run, attempt %d: %s", result.pk, result.task_path, attempts, fault)
    if attempts >= MAX_ATTEMPTS:
        result.set_failed(fault)
        return
    result.status = TaskResultStatus.READY
    result.run_after = timezone.now() + BACK_OFF[attempts - 1]
    result.save(update_fields=["status", "run_after"])


def rescue() -> int:
    """Hand on the tasks of dead workers, or give them up after the last attempt; how many there were."""
    alive = beats.living()
    running = DBTaskResult.objects.running()
    lost = [one for one in running if not one.worker_ids or one.worker_ids[-1] not in alive]
    return sum(hand_on(one.pk) for one in lost)


def hand_on(pk: Any) -> bool:
    """Put one running task back; False where it ended in the meantime."""
    with transaction.atomic():
        result = DBTaskResult.objects.running().select_for_update().filter(pk=pk).first()
        if result is None:
            return False
        logger.warning("the worker of task %s (%s) died", result.pk, result.task_path)
        if len(result.worker_ids) >= MAX_ATTEMPTS:
            result.set_failed(WorkerDiedError(f"{len(result.worker_ids)} workers died"))
        else:
            result.status = TaskResultStatus.READY
            result.save(update_fields=["status"])
    return True


def count_waiting() -> int:
    """How many tasks wait or run."""
    return int(
        DBTaskResult.objects.exclude(
            status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
        ).count()
    )


def dead_letters() -> QuerySet[Any]:
    """The tasks that were given up (死信), newest first."""
    found: QuerySet[Any] = DBTaskResult.objects.failed().order_by("-finished_at")
    return found


def retry(pk: Any) -> str | None:
    """Put a given-up task back into the queue, with all its attempts; its path, or None if it is no such."""
    with transaction.atomic():
        result = DBTaskResult.objects.failed().select_for_update().filter(pk=pk).first()
        if result is None:
            return None
        result.status = TaskResultStatus.READY
        result.worker_ids = []
        result.finished_at = None
        result.exception_class_path = result.traceback = ""
        result.save(
            update_fields=["status", "worker_ids", "finished_at", "exception_class_path", "traceback"]
        )
    return str(result.task_path)


def prune() -> int:
    """Forget tasks that succeeded more than a week ago; given-up ones stay until somebody decides."""
    old = DBTaskResult.objects.successful().filter(finished_at__lt=timezone.now() - timedelta(days=7))
    return int(old.delete()[0])
