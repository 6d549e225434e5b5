"""``manage.py doctor``: say in plain words what is missing or unsafe."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from typing_extensions import override

from config.doctor import Health, examine

SIGNS = {Health.WELL: "✓", Health.NOTE: "·", Health.BAD: "✗"}


class Command(BaseCommand):
    """Exit status 1 where something is bad, else 0."""

    help = "Look at the installation and say what is missing or unsafe."
    requires_system_checks = []

    @override
    def handle(self, *_args: Any, **_options: Any) -> None:
        findings = list(examine())
        for one in findings:
            line = f"{SIGNS[one.health]} {one.about}: {one.sentence}"
            self.stdout.write(self.style.ERROR(line) if one.health == Health.BAD else line)
        count = sum(one.health == Health.BAD for one in findings)
        if count:
            self.stdout.write(_("%(count)d things need you.") % {"count": count})
            raise SystemExit(1)
        self.stdout.write(_("All is well."))
