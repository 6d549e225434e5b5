"""``manage.py search rebuild | status | check | retry``: look after the index."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from typing_extensions import override

from search.engines import engine
from search.errors import SearchError
from search.models import EntryRow, IndexerLease, OutboxRow
from search.services import indexing, rebuilding

_SHOWN = 10


class Command(BaseCommand):
    help = "Look after the search index: rebuild, status, check, retry."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        rebuild = what.add_parser("rebuild", help="make the index anew, beside the old one")
        rebuild.add_argument(
            "--from-last", action="store_true", help="take what was read last, read nothing anew"
        )
        what.add_parser("status", help="how the index is, and what waits")
        check = what.add_parser("check", help="compare the index with the database")
        check.add_argument("--repair", action="store_true", help="queue what differs")
        what.add_parser("retry", help="try what was given up once more")

    @override
    def handle(self, *_args: Any, what: str, **options: Any) -> None:
        try:
            getattr(self, f"_{what}")(**options)
        except SearchError as error:
            raise CommandError(_("The search engine does not answer: %(why)s") % {"why": error}) from error

    def _rebuild(self, *, from_last: bool, **_options: Any) -> None:
        entries = rebuilding.rebuild(read=not from_last, progress=self._progress)
        self.stdout.write(_("%(entries)d entries are in the new index.") % {"entries": entries})

    def _progress(self, what: str, done: int, of: int) -> None:
        end = "\n" if done >= of or not sys.stdout.isatty() else "\r"
        self.stdout.write(f"  {what} {done} / {of}", ending=end)

    def _status(self, **_options: Any) -> None:
        state = engine().state()
        lease = IndexerLease.objects.first()
        lines = {
            _("engine"): engine().name,
            _("entries in the index"): state.documents,
            _("entries read"): EntryRow.objects.count(),
            _("size of the index"): f"{state.size_bytes / 1e6:.1f} MB",
            _("made with today's analyser"): _("yes") if state.is_current else _("no, it is made anew"),
            _("waiting"): OutboxRow.objects.waiting().count(),
            _("waiting for, at most"): f"{indexing.lag_seconds():.1f} s",
            _("given up"): OutboxRow.objects.dead().count(),
            _("last fault"): lease.fault if lease and lease.fault else "—",
        }
        for label, value in lines.items():
            self.stdout.write(f"{label}: {value}")
        for row in OutboxRow.objects.dead()[:_SHOWN]:
            self.stdout.write(f"  {row} · {row.fault}")

    def _check(self, *, repair: bool, **_options: Any) -> None:
        found = rebuilding.difference()
        labels = {_("missing"): found.missing, _("too many"): found.surplus, _("old"): found.stale}
        for label, names in labels.items():
            self.stdout.write(f"{label}: {len(names)} {' '.join(names[:_SHOWN])}".rstrip())
        if found and repair:
            rebuilding.queue(found)
            self.stdout.write(_("What differs is queued."))
        elif found:
            raise CommandError(
                _("The index differs from the database. «search check --repair» queues what differs.")
            )

    def _retry(self, **_options: Any) -> None:
        self.stdout.write(_("%(rows)d rows are tried again.") % {"rows": indexing.revive()})
