"""How the workbench greets."""

from datetime import datetime

from django.utils.translation import gettext as _

NOON, EVENING, NIGHT, MORNING = 12, 18, 23, 5


def greeting(name: str, at: datetime) -> str:
    """«早上好，秀兰老师»: by the local hour, with the given name where the name has one family character."""
    given = name[1:] if len(name) in {2, 3} else name
    if MORNING <= at.hour < NOON:
        return _("Good morning, %(name)s") % {"name": given}
    if NOON <= at.hour < EVENING:
        return _("Good afternoon, %(name)s") % {"name": given}
    if EVENING <= at.hour < NIGHT:
        return _("Good evening, %(name)s") % {"name": given}
    return _("It is late, %(name)s") % {"name": given}
