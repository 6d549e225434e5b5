"""What this app adds to others when the site starts: regular jobs, receivers, the sink for refused acts."""

from django.contrib.sessions.models import Session
from django.utils import timezone

from realtime import documents
from research import policies, queries, receivers, searchables
from research.background import loops, periodic, queue
from research.services import imports, sealing
from search import policies as search_policies
from search.services import hot, recording
from search.services.indexer import EVERY_SECONDS, indexer


def clear_sessions() -> int:
    """Take away sessions that have ended; how many."""
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def register() -> None:
    """Called once, from ``AppConfig.ready``."""
    periodic.register("audit.seal", every_seconds=10, run=sealing.seal)
    periodic.register("tasks.prune", every_seconds=24 * 3600, run=queue.prune)
    periodic.register("sessions.clear", every_seconds=24 * 3600, run=clear_sessions)
    periodic.register("people_imports.forget", every_seconds=24 * 3600, run=imports.forget_unreceived)
    periodic.register("documents.compact", every_seconds=60, run=documents.compact_due)
    periodic.register("documents.tell", every_seconds=30, run=documents.tell_forgotten)
    periodic.register("pictures.purge", every_seconds=24 * 3600, run=documents.pictures.purge)
    periodic.register("search.count_hot", every_seconds=24 * 3600, run=hot.count)
    periodic.register("search.purge_log", every_seconds=24 * 3600, run=recording.purge)
    loops.register("search.index", every_seconds=EVERY_SECONDS, turn=indexer.turn, end=indexer.end)
    documents.on_refusal(receivers.refused_by_a_document)
    search_policies.register_overseers(policies.can_run_machines)
    recording.register_personal(queries.naming)
    searchables.register()
    receivers.connect()
