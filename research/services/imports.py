"""Import lists of people: read, check, write; batches hold the write lock for a moment only."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from research import tasks
from research.enums import ImportState, RowState
from research.imports import checking, sheet
from research.models import ImportRow, PeopleImport, Person, Unit
from research.models.scopes import Scope, managed
from research.services import access, audit

# So many rows in a transaction: ten to twenty milliseconds of writing.
BATCH = 20
STORED_AT_ONCE = 500


def upload(*, by: Person, file_name: str, content: bytes, unit: Unit | None) -> PeopleImport:
    """Read a list and have its rows checked in the background (上传名单).

    Raises ListUnreadableError; then nothing is kept.
    """
    rows = sheet.read(content)
    with transaction.atomic():
        made = PeopleImport.objects.create(by=by, unit=unit, file_name=file_name[:200])
        audit.record("people_import.uploaded", by=by, target=made, rows=len(rows))
    for start in range(0, len(rows), STORED_AT_ONCE):
        part = rows[start : start + STORED_AT_ONCE]
        ImportRow.objects.bulk_create(
            ImportRow(source=made, number=row.number, cells=row.cells) for row in part
        )
    tasks.check_people_import.enqueue(made.pk)
    return made


def check(import_id: int) -> None:
    """Say of each row what would become of it (预检); nothing is written but that. Goes on where a dead worker stopped."""
    made = PeopleImport.objects.select_related("by", "unit").get(pk=import_id)
    if made.state != ImportState.CHECKING:
        return
    scope = managed(made.by)
    taken = taken_above(made)
    while rows := list(made.rows.filter(state=RowState.WAITING)[:STORED_AT_ONCE]):
        ground = checking.ground(rows, scope=scope, only=made.unit)
        ground.taken = taken
        for row in rows:
            mark(row, ground, checking.judge_state)
        in_batches(rows, lambda part: ImportRow.objects.bulk_update(part, ["state", "fault"]))
    PeopleImport.objects.filter(pk=made.pk, state=ImportState.CHECKING).update(state=ImportState.CHECKED)


def taken_above(made: PeopleImport) -> dict[str, int]:
    """What the rows that a dead worker checked already took; empty for a check that begins."""
    taken: dict[str, int] = {}
    checked = made.rows.exclude(state__in=[RowState.WAITING, RowState.FAULT])
    for cells, number in checked.values_list("cells", "number"):
        taken.update(dict.fromkeys(checking.unique_texts(cells), number))
    return taken


def mark(
    row: ImportRow, ground: checking.Ground, judge: Callable[[ImportRow, checking.Ground], RowState]
) -> None:
    """Set a row's state, or its fault."""
    try:
        row.state, row.fault = judge(row, ground), ""
    except checking.RowFaultError as fault:
        row.state, row.fault = RowState.FAULT, str(fault)[:300]


def in_batches(rows: list[ImportRow], write: Callable[[list[ImportRow]], object]) -> None:
    for start in range(0, len(rows), BATCH):
        with transaction.atomic():
            write(rows[start : start + BATCH])


@transaction.atomic
def start(*, by: Person, made: PeopleImport) -> bool:
    """Have a checked list written (确认导入); False where somebody did so already."""
    waiting = PeopleImport.objects.filter(pk=made.pk, state=ImportState.CHECKED)
    if not waiting.update(state=ImportState.RUNNING):
        return False
    audit.record("people_import.started", by=by, target=made)
    tasks.run_people_import.enqueue(made.pk)
    return True


def run(import_id: int) -> None:
    """Write the checked rows, a few in a transaction. Goes on where a dead worker stopped; none is written twice."""
    made = PeopleImport.objects.select_related("by", "unit").get(pk=import_id)
    if made.state != ImportState.RUNNING:
        return
    while rows := list(made.rows.filter(state__in=[RowState.NEW, RowState.CHANGE])[:BATCH]):
        scope = managed(made.by)  # whoever lost their role in the meantime writes no further
        ground = checking.ground(rows, scope=scope, only=made.unit)
        try:
            with transaction.atomic():
                write_batch(made, rows, ground)
        except IntegrityError:
            one_by_one(made, rows, scope)
    finish(made)


def write_batch(made: PeopleImport, rows: list[ImportRow], ground: checking.Ground) -> None:
    """Judge rows once more, for the world moved on, and write them."""
    fresh, changed = [], []
    for row in rows:
        mark(row, ground, stage)
        if row.state == RowState.CREATED and row.person:
            fresh.append(row.person)
        elif row.state == RowState.CHANGED and row.person:
            changed.append(row.person)
    Person.objects.bulk_create(fresh)
    fields = ["name", "name_pinyin", "name_keys", "mobile", "email", "subject", "unit"]
    Person.objects.bulk_update(changed, fields)
    for row in rows:
        row.person_id = row.person.pk if row.person else None
    ImportRow.objects.bulk_update(rows, ["state", "fault", "person"])
    if changed:
        access.changed()
    for action, people in (("person.created", fresh), ("person.changed", changed)):
        if people:
            numbers = [person.pk for person in people]
            audit.record(action, by=made.by, target=made, people=numbers)


def stage(row: ImportRow, ground: checking.Ground) -> RowState:
    """Put the person of a row together, not saved yet."""
    state, columns = checking.judge(row, ground)
    known = ground.people.get(str(columns["staff_number"]))
    person = Person(pk=known.pk if known else None, **columns)
    if known is None:
        person.set_unusable_password()
    person.read_name()
    row.person = person if state != RowState.SAME else known
    return {RowState.NEW: RowState.CREATED, RowState.CHANGE: RowState.CHANGED}.get(state, state)


def one_by_one(made: PeopleImport, rows: list[ImportRow], scope: Scope) -> None:
    """A batch that another's writing made impossible: each row for itself, and only the one at fault is lost."""
    for row in rows:
        row.refresh_from_db()
        ground = checking.ground([row], scope=scope, only=made.unit)
        try:
            with transaction.atomic():
                write_batch(made, [row], ground)
        except IntegrityError:
            fault = _("Somebody else was given this number or address at the same moment.")
            ImportRow.objects.filter(pk=row.pk).update(state=RowState.FAULT, fault=fault, person=None)


def finish(made: PeopleImport) -> None:
    made.state, made.finished_at = ImportState.DONE, timezone.now()
    made.save(update_fields=["state", "finished_at"])
    audit.record(
        "people_import.finished",
        by=made.by,
        target=made,
        faults=made.rows.filter(state=RowState.FAULT).count(),
    )
