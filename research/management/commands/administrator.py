"""``manage.py administrator``: make one of the three administrators, or give one a new entry code.

Their accounts are kept here alone, on the server's console, so that none of them can become another (三员分立).
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from typing_extensions import override

from research import names, searchables
from research.enums import ADMINISTRATORS, UnitKind
from research.models import Appointment, Person, Unit
from research.services import audit, codes, people

ROLES = {role.removesuffix("_admin"): role for role in ADMINISTRATORS}


class Command(BaseCommand):
    """Prints a one-time entry code; the account's old password ends."""

    help = "Make a system, security or audit administrator, and print an entry code."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", choices=sorted(ROLES))
        parser.add_argument("staff_number")
        parser.add_argument("--name", default="", help="for a new account")
        parser.add_argument(
            "--unit", default="", help="for a new account: its unit, made where it is not there"
        )

    @override
    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                person = self.person(options)
                Appointment.objects.get_or_create(
                    person=person, role=ROLES[options["role"]], defaults={"unit": person.unit}
                )
                searchables.people_changed([person.pk])
        except IntegrityError as error:
            raise CommandError(_("This account holds another of the three administrators' roles.")) from error
        audit.record("appointment.created", by=None, target=person, role=ROLES[options["role"]], console=True)
        slip = codes.issue(by=None, people=[person])[0]
        self.stdout.write(
            _("%(name)s, staff number %(number)s, entry code %(code)s, valid until %(until)s.")
            % {
                "name": person.name,
                "number": person.staff_number,
                "code": slip.code,
                "until": f"{slip.expires_at:%Y-%m-%d}",
            }
        )

    def person(self, options: dict[str, Any]) -> Person:
        known = Person.objects.filter(staff_number=options["staff_number"]).select_related("unit").first()
        if known is not None:
            return known
        name = names.tidy(options["name"])
        if not names.is_name(name) or not options["unit"]:
            raise CommandError(_("A new account needs --name and --unit."))
        defaults = {"kind": UnitKind.BUREAU}
        unit, _created = Unit.objects.get_or_create(name=options["unit"], county=None, defaults=defaults)
        searchables.unit_changed(unit)
        return people.create_person(by=None, unit=unit, staff_number=options["staff_number"], name=name)
