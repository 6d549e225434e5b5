"""The loop that keeps the index up to date, in one worker process at a time (索引员)."""

import logging
import threading
import time
from datetime import timedelta

from django.db import Error, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from search.engines import engine
from search.errors import EngineBusyError, EngineUnavailableError
from search.models import IndexerLease
from search.services import indexing, rebuilding

logger = logging.getLogger(__name__)

EVERY_SECONDS = 0.2
NAME = "outbox"
_LEASE = timedelta(seconds=10)
_LOOK_SECONDS = 30.0
"""How often it is asked whether the index was made with today's analyser."""
_QUIET_SECONDS = 2.0
"""How long a dead engine is left alone."""


class Indexer:
    """Takes turns as long as it holds the lease; makes the index anew beside them where it must be."""

    def __init__(self) -> None:
        self._held_until = timezone.now() - _LEASE
        self._looked_at = -_LOOK_SECONDS
        self._quiet_until = 0.0
        self._rebuild: threading.Thread | None = None

    def turn(self, holder: str) -> bool:
        """One pass over the outbox; whether there is more to do at once."""
        if time.monotonic() < self._quiet_until or not self._holds(holder):
            return False
        try:
            self._look_at_the_index()
            done = indexing.drain()
        except (EngineUnavailableError, EngineBusyError) as error:
            self._wait(error)
            return False
        except Error:
            raise  # the worker knows what to do without its database
        except Exception as error:
            logger.exception("a pass over the outbox failed")
            self._wait(error)
            return False
        return done >= indexing.AT_ONCE

    def end(self, holder: str) -> None:
        """Let another worker take over at once."""
        IndexerLease.objects.filter(name=NAME, holder=holder).update(holder="", until=timezone.now())

    def _wait(self, error: Exception) -> None:
        """An engine that is away is asked again in a while; everything waits in the outbox meanwhile."""
        logger.warning("the index cannot be written: %s", error)
        self._quiet_until = time.monotonic() + _QUIET_SECONDS
        IndexerLease.objects.filter(name=NAME).update(fault=f"{type(error).__name__}: {error}"[:500])

    def _holds(self, holder: str) -> bool:
        """Whether this process may go on; the lease is renewed when half of it is over."""
        now = timezone.now()
        if now < self._held_until - _LEASE / 2:
            return True
        free = Q(holder=holder) | Q(holder="") | Q(until__lte=now)
        values = {"holder": holder, "until": now + _LEASE, "last_pass_at": now}
        IndexerLease.objects.get_or_create(name=NAME)
        if not IndexerLease.objects.filter(free, name=NAME).update(**values):
            self._held_until = now - _LEASE
            return False
        self._held_until = now + _LEASE
        return True

    def _look_at_the_index(self) -> None:
        if time.monotonic() - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        IndexerLease.objects.filter(name=NAME).exclude(fault="").update(fault="")
        is_busy = self._rebuild is not None and self._rebuild.is_alive()
        if not is_busy and not engine().state().is_current:
            self._rebuild = threading.Thread(target=_rebuild, name="search-rebuild", daemon=True)
            self._rebuild.start()


def _rebuild() -> None:
    """Changes go on being written while this runs; if it is killed, the next worker begins anew."""
    close_old_connections()
    try:
        logger.info("the index is made anew: %s entries", rebuilding.rebuild())
    except Exception:
        logger.exception("the index could not be made anew; it is tried again")
    finally:
        connection.close()


indexer = Indexer()
