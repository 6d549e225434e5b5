"""What can go wrong with a plan, in sentences a person may read."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


class LessonsError(Exception):
    """The wish cannot be fulfilled; the text says why and what to do."""


class InvalidColumnError(LessonsError):
    """A value does not fit its column."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class ColumnConflictError(LessonsError):
    """Somebody changed the plan's columns since the page read them; nothing was overwritten."""

    def __init__(self, *, version: int, columns: Mapping[str, Any]) -> None:
        super().__init__(_("Somebody else has changed this in the meantime. Compare both, then save again."))
        self.version = version
        self.columns = columns


class MembershipError(LessonsError):
    """The person cannot have that part in the plan."""


class VisibilityError(LessonsError):
    """The plan cannot be shown to that circle."""


class TrashError(LessonsError):
    """The plan is in the trash, or is not."""


class TemplateError(LessonsError):
    """The definition of a template has a fault."""


class AttachmentError(LessonsError):
    """The file cannot be kept."""


class ImportRefusedError(LessonsError):
    """An uploaded file cannot be imported; ``code`` says why in one word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PlacingError(LessonsError):
    """A piece cannot go there, or the page is behind what another page did."""
