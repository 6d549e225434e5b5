"""``manage.py audit check|seal|purge``: look after the record of who did what."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from typing_extensions import override

from research.models import AuditSeal
from research.services import audit, sealing


class Command(BaseCommand):
    """``check`` follows the hash chain, ``seal`` appends to it now, ``purge`` lets go of what is past its retention."""

    help = "Check, seal or purge the audit record."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["check", "seal", "purge"])
        parser.add_argument("--expect", default="", help="a head of the chain that was written down earlier")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        {"check": self.check_chain, "seal": self.seal, "purge": self.purge}[options["what"]](
            options["expect"]
        )

    def check_chain(self, expected: str) -> None:
        verdict = sealing.check()
        for fault in verdict.faults:
            self.stderr.write(self.style.ERROR(fault))
        numbers = {"sealed": verdict.sealed, "unsealed": verdict.unsealed, "purged": verdict.purged}
        self.stdout.write(
            _("%(sealed)d events in the chain, %(purged)d of them let go, %(unsealed)d not sealed yet.")
            % numbers
        )
        self.stdout.write(_("Head: %(head)s") % {"head": verdict.head})
        if expected and not AuditSeal.objects.filter(digest=expected).exists():
            raise CommandError(_("The expected head is not in the chain: the record was replaced."))
        if verdict.faults:
            raise CommandError(_("The record was tampered with."))

    def seal(self, _expected: str) -> None:
        total = 0
        while count := sealing.seal():
            total += count
        self.stdout.write(_("%(count)d events sealed.") % {"count": total})

    def purge(self, _expected: str) -> None:
        count = sealing.purge()
        audit.record("audit.purged", by=None, count=count)
        self.stdout.write(_("%(count)d events past their retention let go.") % {"count": count})
