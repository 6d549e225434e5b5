"""Values for the columns of a plan: cleaned, or refused with a sentence."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lessons.errors import InvalidColumnError
from lessons.models import COLUMNS, LessonPlan
from research.enums import Stage

type_of_value = str | int | None
MAX_PERIODS = 99
_FIELDS = {field.name: field for field in LessonPlan._meta.fields if field.name in COLUMNS}
LABELS = {name: field.verbose_name for name, field in _FIELDS.items()}
# The longest text of each column, as the database has it.
MAX_LENGTHS = {name: field.max_length for name, field in _FIELDS.items() if field.max_length}
_SPACE = re.compile(r"\s+")


def clean(field: str, value: Any) -> type_of_value:
    """The value as it may be stored in that column.

    Raises InvalidColumnError if there is no such column, or the value does not fit it.
    """
    if field not in COLUMNS:
        raise InvalidColumnError(field, _("There is no such column."))
    if field == "periods":
        return _periods(value)
    if value is not None and not isinstance(value, str):
        raise InvalidColumnError(field, _("This must be text."))
    text = one_line(value or "")
    if field == "stage":
        return _stage(text)
    return _text(field, text)


def clean_all(columns: Mapping[str, Any]) -> dict[str, type_of_value]:
    """Every given column cleaned; the title must be among them."""
    cleaned = {field: clean(field, value) for field, value in columns.items()}
    if not cleaned.get("title"):
        raise InvalidColumnError("title", _("Please give the lesson a title."))
    return cleaned


def one_line(text: str) -> str:
    """Text without control and direction characters, its white space folded; rare characters stay as they
    are.
    """
    kept = "".join(c for c in text if c.isspace() or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return _SPACE.sub(" ", kept).strip()


def _text(field: str, text: str) -> str:
    longest = MAX_LENGTHS[field]
    if len(text) > longest:
        raise InvalidColumnError(field, _("At most %(longest)s characters.") % {"longest": longest})
    if field == "title" and not text:
        raise InvalidColumnError(field, _("Please give the lesson a title."))
    return text


def _stage(text: str) -> str:
    if text and text not in Stage.values:
        raise InvalidColumnError("stage", _("Please choose one of the stages."))
    return text


def _periods(value: Any) -> int | None:
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    if value is None or text == "":
        return None
    if text is None or not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MAX_PERIODS):
        raise InvalidColumnError("periods", _("A whole number from 1 to 99."))
    return int(text)
