"""Import lists of people: read, check, write; each transaction holds the write lock for a moment only.

Reading, judging, pinyin come before a transaction; inside of one stand a few rows and their audit line.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from research import searchables, tasks
from research.background.queue import TRANSIENT
from research.enums import ImportState, RowState
from research.imports import checking, sheet
from research.models import ImportRow, PeopleImport, Person, Unit
from research.models.scopes import Scope, managed
from research.services import access, audit

# So many rows in a transaction: a few milliseconds of writing, for people and their rows about ten.
STORED_AT_ONCE = 100
MARKED_AT_ONCE = 50
BATCH = 20
CHECKED_AT_ONCE = 500
# What a list changes of somebody.
WRITTEN = ("name", "name_pinyin", "name_keys", "mobile", "email", "subject", "unit_id")
# Lists that were never received whole are forgotten after so long.
RECEIVED_WITHIN = timedelta(days=1)


def parts(rows: list[ImportRow], size: int) -> Iterator[list[ImportRow]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def upload(*, by: Person, file_name: str, content: bytes, unit: Unit | None) -> PeopleImport:
    """Read a list and have its rows checked in the background (上传名单).

    Raises ListUnreadableError; then nothing is kept. A list whose rows are not all there is in no page.
    """
    read = sheet.read(content)
    made = PeopleImport.objects.create(by=by, unit=unit, file_name=file_name[:200])
    rows = [ImportRow(source=made, number=row.number, cells=row.cells) for row in read]
    for part in parts(rows, STORED_AT_ONCE):
        ImportRow.objects.bulk_create(part)
    with transaction.atomic():
        made.state = ImportState.CHECKING
        made.save(update_fields=["state"])
        audit.record("people_import.uploaded", by=by, target=made, rows=len(rows))
        tasks.check_people_import.enqueue(made.pk)
    return made


def forget_unreceived() -> int:
    """Take away lists whose rows were never stored whole, for the server died; how many."""
    old = PeopleImport.objects.filter(
        state=ImportState.RECEIVING, created_at__lt=timezone.now() - RECEIVED_WITHIN
    )
    return len([one.delete() for one in old])


def take_up(import_id: int, state: ImportState) -> PeopleImport | None:
    """The list, if it is in this state or was stopped by a fault and is tried again."""
    PeopleImport.objects.filter(pk=import_id, state=ImportState.FAILED).update(state=state, fault="")
    waiting = PeopleImport.objects.filter(pk=import_id, state=state)
    return waiting.select_related("by", "unit").first()


@contextmanager
def told_when_stopped(made: PeopleImport) -> Iterator[None]:
    """A fault of ours is shown in the list's page; where the database was away the queue tries again."""
    try:
        yield
    except TRANSIENT:
        raise
    except Exception as fault:
        PeopleImport.objects.filter(pk=made.pk).update(
            state=ImportState.FAILED, fault=type(fault).__name__[:300]
        )
        raise


def check(import_id: int) -> None:
    """Say of each row what would become of it (预检); nothing is written but that. Goes on where a dead worker stopped."""
    made = take_up(import_id, ImportState.CHECKING)
    if made is None:
        return
    with told_when_stopped(made):
        scope = managed(made.by)
        taken = taken_above(made)
        while rows := list(made.rows.filter(state=RowState.WAITING)[:CHECKED_AT_ONCE]):
            ground = checking.ground(rows, scope=scope, only=made.unit)
            ground.taken = taken
            for row in rows:
                mark(row, ground, checking.judge_state)
            for part in parts(rows, MARKED_AT_ONCE):
                keep_marks(part)
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


def keep_marks(rows: list[ImportRow]) -> None:
    """Write down what was found of some rows: one short statement for all that are alike."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in rows:
        alike[row.state, row.fault].append(row.pk)
    with transaction.atomic():
        for (state, fault), keys in alike.items():
            ImportRow.objects.filter(pk__in=keys).update(state=state, fault=fault)


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
    made = take_up(import_id, ImportState.RUNNING)
    if made is None:
        return
    with told_when_stopped(made):
        while rows := list(still_to_write(made)[:BATCH]):
            scope = managed(made.by)  # whoever lost their role in the meantime writes no further
            try:
                judge_and_write(made, rows, scope)
            except IntegrityError:
                one_by_one(made, rows, scope)
        finish(made)


def still_to_write(made: PeopleImport) -> QuerySet[ImportRow]:
    return made.rows.filter(state__in=[RowState.NEW, RowState.CHANGE])


def judge_and_write(made: PeopleImport, rows: list[ImportRow], scope: Scope) -> None:
    """Judge rows once more, for the world moved on, and write them; of two workers one writes a row."""
    ground = checking.ground(rows, scope=scope, only=made.unit)
    for row in rows:
        mark(row, ground, stage)
    with transaction.atomic():
        keys = [row.pk for row in rows]
        mine = set(still_to_write(made).select_for_update().filter(pk__in=keys).values_list("pk", flat=True))
        write_batch(made, [row for row in rows if row.pk in mine])


def write_batch(made: PeopleImport, rows: list[ImportRow]) -> None:
    """Write judged rows and their people."""
    fresh = [row.person for row in rows if row.state == RowState.CREATED and row.person]
    changed = [row.person for row in rows if row.state == RowState.CHANGED and row.person]
    Person.objects.bulk_create(fresh)
    for person in changed:
        Person.objects.filter(pk=person.pk).update(**{name: getattr(person, name) for name in WRITTEN})
    for row in rows:
        row.person_id = row.person.pk if row.person else None
    keep_marks(rows)
    ImportRow.objects.bulk_update([row for row in rows if row.person_id], ["person"])
    if changed:
        access.changed()
    searchables.people_changed([person.pk for person in fresh])
    searchables.people_changed([person.pk for person in changed], narrows=True, is_renamed=True)
    for action, people in (("person.created", fresh), ("person.changed", changed)):
        if people:
            numbers = [person.pk for person in people]
            audit.record(action, by=made.by, target=made, people=numbers)


def stage(row: ImportRow, ground: checking.Ground) -> RowState:
    """Put the person of a row together, not saved yet."""
    state, columns = checking.judge(row, ground)
    known = ground.person(columns)
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
        try:
            judge_and_write(made, [row], scope)
        except IntegrityError:
            fault = _("Somebody else was given this number or address at the same moment.")
            waiting = still_to_write(made).filter(pk=row.pk)
            waiting.update(state=RowState.FAULT, fault=fault, person=None)


@transaction.atomic
def finish(made: PeopleImport) -> None:
    """Say that a list is through; once."""
    running = PeopleImport.objects.filter(pk=made.pk, state=ImportState.RUNNING)
    if running.update(state=ImportState.DONE, finished_at=timezone.now()):
        faults = made.rows.filter(state=RowState.FAULT).count()
        audit.record("people_import.finished", by=made.by, target=made, faults=faults)
