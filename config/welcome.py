"""What ``make run`` prints once the site answers: accounts to sign in with, and what to try."""

from django.utils.translation import gettext as _

import research.demo
from research.models import Person


def text() -> str:
    """The demo accounts and a short walk; empty on an installation without sample people."""
    people = list(
        Person.objects.filter(is_demo=True, staff_number__startswith="10000").select_related("unit")
    )
    if not people:
        return ""
    accounts = "\n".join(
        f"    {p.staff_number}  {p.name}  {p.unit}" for p in sorted(people, key=lambda p: p.staff_number)
    )
    return "\n".join(
        [
            "  "
            + _("Sample accounts; the password of all is %(password)s")
            % {"password": research.demo.PASSWORD},
            accounts,
            "",
            "  " + _("What to try:"),
            "    1. "
            + _(
                "Sign in as 100001 and open «家国情怀：从刘胡兰到我们»; in another browser as 100002, and write in the same cell."
            ),
            "    2. " + _("New plan → Import from Word, with a plan of your own."),
            "    3. "
            + _("Take the network away, write on, close the tab; open it again: your edits arrive."),
            "    4. " + _("Export the plan as Word or PDF."),
            "",
        ]
    )
