"""Faults of people, units, groups and background work, in sentences that a person may read."""

from django.utils.translation import gettext as _


class ResearchError(Exception):
    """Something cannot be done; the text says why and what to do."""


class AppendOnlyError(ResearchError):
    """Somebody's code tried to change or delete a row that is written once."""


class CodeRefusedError(ResearchError):
    """An entry code is wrong, used or expired, or there is no such person: one answer for all."""


class TooManyTriesError(ResearchError):
    """Too many tries for this account or from this address."""


class ListUnreadableError(ResearchError):
    """A list of people cannot be read at all."""


class LastLeaderError(ResearchError):
    """A group would be left without a leader."""


class DemoRefusedError(ResearchError):
    """Sample people are not put among real ones."""

    def __init__(self) -> None:
        super().__init__(_("There are real people in this database; sample people are not put among them."))
