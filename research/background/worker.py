"""One worker process: threads for tasks, one for regular jobs, one for each loop, one that beats and rescues."""

import logging
import signal
import threading
import uuid
from collections.abc import Callable
from functools import partial
from types import FrameType

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from research.background import beats, leases, loops, queue

logger = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
# How long a stopping worker lets its tasks finish; after it they are handed on to the next worker.
GRACE_SECONDS = 30


class Worker:
    """Runs until ``stop``; several may run beside each other, on one machine or more."""

    def __init__(self, *, threads: int = 2) -> None:
        self.name = uuid.uuid4().hex
        self.started_at = timezone.now()
        self.threads = threads
        self.stopping = threading.Event()

    def run(self) -> None:
        """Work until a signal or ``stop``; then finish what is begun."""
        beats.beat(self.name, started_at=self.started_at)
        leases.write_down()
        turns = [(turn, IDLE_SECONDS) for turn in [self.work_turn] * self.threads + [self.job_turn]]
        turns += [(partial(loop.turn, self.name), loop.every_seconds) for loop in loops.loops()]
        workers = [threading.Thread(target=self.loop, args=turn, daemon=True) for turn in turns]
        pulse = threading.Thread(target=self.loop, args=(self.pulse_turn, beats.BEAT_SECONDS), daemon=True)
        for thread in (pulse, *workers):
            thread.start()
        while not self.stopping.wait(1):
            pass
        for thread in workers:
            thread.join(GRACE_SECONDS)
        pulse.join(1)
        for loop in loops.loops():
            loop.end(self.name)
        beats.leave(self.name)

    def listen_to_signals(self) -> None:
        """SIGTERM and SIGINT stop it in good order; a second one ends it at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        if self.stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.stop()

    def stop(self) -> None:
        self.stopping.set()

    def loop(self, turn: Callable[[], bool], idle_seconds: float) -> None:
        """Take turns until the worker stops; a database that is away costs a turn, not the thread."""
        while not self.stopping.is_set():
            connection.close_at = None  # it is this thread's as long as the worker lives, unless it broke
            close_old_connections()
            try:
                busy = turn()
            except Error:
                logger.exception("the database did not answer the worker")
                busy = False
            if not busy:
                self.stopping.wait(idle_seconds)
        connection.close()

    def work_turn(self) -> bool:
        """Run one task; False where nothing waits."""
        result = queue.claim(self.name)
        if result is not None:
            queue.run(result)
        return result is not None

    def job_turn(self) -> bool:
        """Run the regular jobs that are due."""
        return bool(leases.run_due(worker=self.name))

    def pulse_turn(self) -> bool:
        """Say that this worker lives, and take over from those that do not."""
        beats.beat(self.name, started_at=self.started_at)
        leases.extend(worker=self.name)
        queue.rescue()
        leases.release_of_the_dead()
        beats.forget_the_dead()
        return False
