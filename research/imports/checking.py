"""What each row of a list means for the database: a new account, a change, nothing, or a fault."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, RegexValidator
from django.utils.translation import gettext as _

from research import names
from research.enums import ADMINISTRATORS, RowState
from research.models import Appointment, ImportRow, Person, Unit
from research.models.people import PersonQuerySet
from research.models.scopes import Scope

STAFF_NUMBER = RegexValidator(r"\A[0-9A-Za-z][0-9A-Za-z_-]{2,29}\Z")
MOBILE = RegexValidator(r"\A1[3-9][0-9]{9}\Z")
EMAIL = EmailValidator()
MAX_NAME = 60
MAX_SUBJECT = 40


class RowFaultError(Exception):
    """A row cannot be taken; the text says why."""


@dataclass(slots=True)
class Ground:
    """What the rows of a batch are compared with, read in a handful of queries."""

    units: dict[str, list[Unit]]
    people: dict[str, Person]
    by_mobile: dict[str, Person]
    by_email: dict[str, Person]
    untouchable: set[int]
    scope: Scope
    only: Unit | None
    taken: dict[str, int] = field(default_factory=dict)

    def person(self, columns: dict[str, object]) -> Person | None:
        """Who has the staff number of these columns already."""
        return self.people.get(str(columns["staff_number"]).lower())


def ground(rows: Iterable[ImportRow], *, scope: Scope, only: Unit | None) -> Ground:
    """Read what these rows are compared with."""
    cells = [row.cells for row in rows]
    known = PersonQuerySet(Person).select_related("unit")
    units: dict[str, list[Unit]] = {}
    for unit in Unit.objects.filter(name__in={one.get("unit", "") for one in cells}).select_related("county"):
        units.setdefault(unit.name, []).append(unit)
    numbered = known.numbered(*(one.get("staff_number", "") for one in cells))
    people = {one.staff_number.lower(): one for one in numbered}
    mobiles = known.filter(mobile__in={one.get("mobile", "") for one in cells} - {""})
    emails = known.filter(email__in={one.get("email", "").lower() for one in cells} - {""})
    held = Appointment.objects.filter(person__in=people.values()).select_related("unit")
    above = {one.person_id for one in held if one.role in ADMINISTRATORS or not scope.holds(one.unit)}
    return Ground(
        units, people, {p.mobile or "": p for p in mobiles}, {p.email: p for p in emails}, above, scope, only
    )


def columns_of(row: ImportRow, ground: Ground) -> dict[str, object]:
    """The row as columns of a person; raises RowFaultError."""
    cells = row.cells
    name = names.tidy(cells.get("name", ""))
    if not name:
        raise RowFaultError(_("The name is missing."))
    if not names.is_name(name):
        raise RowFaultError(_("The name holds a character that is in no name."))
    for text, most, fault in (
        (name, MAX_NAME, _("The name is longer than 60 characters.")),
        (cells.get("subject", ""), MAX_SUBJECT, _("The subject is longer than 40 characters.")),
    ):
        if len(text) > most:
            raise RowFaultError(fault)
    return {
        "name": name,
        "staff_number": valid(
            cells.get("staff_number", ""),
            STAFF_NUMBER,
            _("The staff number must be 3 to 30 letters and digits."),
        ),
        "mobile": valid(
            cells.get("mobile", ""), MOBILE, _("The mobile number must have 11 digits."), empty=True
        )
        or None,
        "email": valid(
            cells.get("email", "").lower(), EMAIL, _("The e-mail address is not one."), empty=True
        ),
        "subject": cells.get("subject", ""),
        "unit": unit_of(cells, ground),
    }


def valid(text: str, validator: RegexValidator | EmailValidator, fault: str, *, empty: bool = False) -> str:
    if not text and empty:
        return ""
    try:
        validator(text)
    except ValidationError as error:
        raise RowFaultError(fault) from error
    return text


def unit_of(cells: dict[str, str], ground: Ground) -> Unit:
    """The unit that the row names, or the list's only one."""
    name = cells.get("unit", "")
    if ground.only is not None:
        if not ground.scope.holds(ground.only):
            raise RowFaultError(
                _("You manage no unit with the name «%(unit)s».") % {"unit": ground.only.name}
            )
        if name not in {"", ground.only.name}:
            raise RowFaultError(_("This list is for %(unit)s alone.") % {"unit": ground.only.name})
        return ground.only
    if not name:
        raise RowFaultError(_("The unit is missing."))
    found = [unit for unit in ground.units.get(name, []) if ground.scope.holds(unit)]
    county = cells.get("county", "")
    if len(found) > 1 and county:
        found = [unit for unit in found if unit.county and unit.county.name == county]
    if len(found) > 1:
        raise RowFaultError(_("There are several units of this name; please add a column 县区."))
    if not found:
        raise RowFaultError(_("You manage no unit with the name «%(unit)s».") % {"unit": name})
    return found[0]


def unique_texts(cells: dict[str, str]) -> list[str]:
    """What may stand once in a list: «staff_number:…», and the mobile number and address where they are given."""
    texts = {name: cells.get(name, "").lower() for name in ("staff_number", "mobile", "email")}
    return [f"{name}:{text}" for name, text in texts.items() if text]


def judge(row: ImportRow, ground: Ground) -> tuple[RowState, dict[str, object]]:
    """What is to be done with a row, and its columns; raises RowFaultError."""
    columns = columns_of(row, ground)
    texts = unique_texts(row.cells)
    for text in texts:
        if text in ground.taken:
            raise RowFaultError(
                _("%(text)s stands in row %(row)s too.")
                % {"text": text.partition(":")[2], "row": ground.taken[text]}
            )
    person = ground.person(columns)
    for column, holders, fault in (
        ("mobile", ground.by_mobile, _("The mobile number belongs to somebody else.")),
        ("email", ground.by_email, _("The e-mail address belongs to somebody else.")),
    ):
        holder = holders.get(str(columns[column] or ""))
        if holder is not None and holder != person:
            raise RowFaultError(fault)
    state = RowState.NEW if person is None else compare(person, columns, ground)
    ground.taken.update(dict.fromkeys(texts, row.number))
    return state, columns


def judge_state(row: ImportRow, ground: Ground) -> RowState:
    """What is to be done with a row; raises RowFaultError."""
    return judge(row, ground)[0]


def compare(person: Person, columns: dict[str, object], ground: Ground) -> RowState:
    """Whether somebody's columns change; a list never takes anything away by an empty cell."""
    if not ground.scope.holds(person.unit) or person.pk in ground.untouchable:
        raise RowFaultError(_("The staff number belongs to somebody whose account you do not manage."))
    for column in ("mobile", "email", "subject"):
        columns[column] = columns[column] or getattr(person, column)
    same = all(getattr(person, column) == value for column, value in columns.items())
    return RowState.SAME if same else RowState.CHANGE
