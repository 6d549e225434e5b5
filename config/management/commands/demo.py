"""``manage.py demo``: sample people, groups and plans; what is there already stays."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from typing_extensions import override

import lessons.demo
import research.demo
from research.errors import DemoRefusedError
from research.models import Person

ACCOUNTS = ("100000", "100001", "100002", "100003", "100004", "100005", "100006", "100007", "100008")


class Command(BaseCommand):
    help = "Fill in sample people, groups and lesson plans."

    @override
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="even among real people")

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            research.demo.install(force=options["force"])
        except DemoRefusedError as error:
            raise CommandError(str(error)) from error
        plans = lessons.demo.install()
        if options["verbosity"]:
            self.stdout.write(_("%(count)s sample plans were added.") % {"count": plans})
            self.tell_accounts()

    def tell_accounts(self) -> None:
        self.stdout.write(
            _("Sample accounts; the password of all is %(password)s") % {"password": research.demo.PASSWORD}
        )
        people = (
            Person.objects.filter(staff_number__in=ACCOUNTS).select_related("unit").order_by("staff_number")
        )
        for person in people:
            self.stdout.write(f"  {person.staff_number}  {person.name}  {person.unit.name}")
