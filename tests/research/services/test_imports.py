"""Lists of people: hostile files, one row's fault, a dead worker, another's writing at the same moment."""

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import IntegrityError, OperationalError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from research.confined import workbook as confined_workbook
from research.confined.workbook import RefusedError
from research.enums import ImportState, Role, RowState
from research.errors import ListUnreadableError
from research.imports import checking, sheet
from research.imports.workbook import workbook
from research.models import AuditEvent, PeopleImport, Person
from research.services import audit, imports
from tests.factories.research import AppointmentFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
HEADINGS = ["姓名", "工号", "单位", "手机号", "学科"]


def xlsx(*rows: list[Any], headings: list[str] | None = None) -> bytes:
    book = Workbook()
    for row in [headings or HEADINGS, *rows]:
        book.active.append(row)  # type: ignore[union-attr] # a new workbook has a sheet
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WORKBOOK = xlsx(["张三", "300001"], ["李四", "300002"])


@pytest.fixture
def admin() -> Person:
    """The administrator of one school."""
    person: Person = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    return person


def brought_in(admin: Person, *rows: list[object], then: Callable[[], object] = lambda: None) -> PeopleImport:
    """A list that was uploaded, checked, agreed to and written."""
    made = imports.upload(by=admin, file_name="示例.xlsx", content=xlsx(*rows), unit=admin.unit)
    imports.check(made.pk)
    imports.start(by=admin, made=made)
    then()
    imports.run(made.pk)
    made.refresh_from_db()
    return made


def states(made: PeopleImport) -> list[tuple[int, str]]:
    return list(made.rows.order_by("number").values_list("number", "state"))


def test_one_rows_fault_never_stops_the_others(admin: Person) -> None:
    made = brought_in(
        admin,
        ["𠮷田芳", 300001.0, "", "", "语文"],
        ["", "300002", "", "", ""],
        ["李　四", "300003", "", "139 0000", ""],
        [],
        ["王五", "300004", "别的学校", "", ""],
        ["赵六", "300001", "", "", ""],
        ["孙七", "300005", admin.unit.name, "13900001111", ""],
    )

    people = Person.objects.filter(staff_number__startswith="3000").order_by("staff_number")
    assert [(one.staff_number, one.name, one.mobile) for one in people] == [
        ("300001", "𠮷田芳", None),
        ("300005", "孙七", "13900001111"),
    ]
    assert states(made) == [
        (2, "created"),
        (3, "fault"),
        (4, "fault"),
        (6, "fault"),
        (7, "fault"),
        (8, "created"),
    ]
    assert all(row.fault for row in made.rows.filter(state=RowState.FAULT))
    assert made.state == ImportState.DONE
    assert not any(one.has_usable_password() for one in people)
    assert people[0].name_keys.startswith("𠮷tianfang")


def test_checking_writes_no_account(admin: Person) -> None:
    made = imports.upload(by=admin, file_name="x.xlsx", content=xlsx(["张三", "300001"]), unit=admin.unit)
    imports.check(made.pk)
    imports.run(made.pk)

    assert states(made) == [(2, RowState.NEW)]
    assert not Person.objects.filter(staff_number="300001").exists()


def test_a_list_changes_whom_one_manages_and_takes_nothing_away(admin: Person) -> None:
    known = PersonFactory.create(
        unit=admin.unit, staff_number="300001", name="张三", mobile="13900002222", subject="数学"
    )
    PersonFactory.create(staff_number="300002", name="别人")

    made = brought_in(admin, ["张三丰", "300001", "", "", ""], ["别人", "300002", "", "", ""])

    known.refresh_from_db()
    assert (known.name, known.mobile, known.subject) == ("张三丰", "13900002222", "数学")
    assert states(made) == [(2, RowState.CHANGED), (3, RowState.FAULT)]


def test_the_same_list_again_changes_nothing(admin: Person) -> None:
    rows: list[list[object]] = [["张三", "300001", "", "", "语文"], ["李四", "300002", "", "", ""]]
    brought_in(admin, *rows)
    before = list(Person.objects.order_by("pk").values())

    made = brought_in(admin, *rows)

    assert states(made) == [(2, RowState.SAME), (3, RowState.SAME)]
    assert list(Person.objects.order_by("pk").values()) == before


def test_a_list_never_touches_an_administrator(admin: Person) -> None:
    higher = AppointmentFactory.create(
        role=Role.AUDIT_ADMIN, person__unit=admin.unit, person__staff_number="300009"
    ).person

    made = brought_in(admin, ["冒名", "300009", "", "", ""])

    higher.refresh_from_db()
    assert higher.name != "冒名"
    assert states(made) == [(2, RowState.FAULT)]


def test_a_number_given_away_in_the_meantime_costs_one_row(admin: Person) -> None:
    rows: list[list[object]] = [
        [f"张{'一二三四五'[n]}", f"30000{n}", "", f"1390000000{n}", ""] for n in range(5)
    ]

    made = brought_in(admin, *rows, then=lambda: PersonFactory.create(mobile="13900000002"))

    assert [state for _number, state in states(made)] == ["created", "created", "fault", "created", "created"]


def test_a_race_inside_the_batch_falls_back_to_single_rows(admin: Person) -> None:
    real, calls = Person.objects.bulk_create, []

    def fail_once(fresh: list[Person]) -> list[Person]:
        calls.append(len(fresh))
        if len(calls) == 1:
            raise IntegrityError
        return real(fresh)

    with patch.object(Person.objects, "bulk_create", fail_once):
        made = brought_in(admin, ["张三", "300001"], ["李四", "300002"])

    assert calls == [2, 1, 1]
    assert states(made) == [(2, RowState.CREATED), (3, RowState.CREATED)]


def test_who_lost_the_role_writes_no_further(admin: Person) -> None:
    made = brought_in(admin, ["张三", "300001"], then=lambda: admin.appointments.all().delete())

    assert states(made) == [(2, RowState.FAULT)]
    assert not Person.objects.filter(staff_number="300001").exists()


def test_a_killed_run_goes_on_and_writes_nobody_twice(admin: Person) -> None:
    names = "赵钱孙李周吴郑王"
    rows: list[list[object]] = [[f"{names[n % 8]}{names[n // 8 % 8]}", f"31{n:04d}"] for n in range(120)]
    made = imports.upload(by=admin, file_name="x.xlsx", content=xlsx(*rows), unit=admin.unit)
    imports.check(made.pk)
    imports.start(by=admin, made=made)
    real, batches = imports.write_batch, []

    def die_in_the_second(*arguments: object) -> None:
        batches.append(1)
        if len(batches) == 2:
            raise SystemExit
        real(*arguments)  # type: ignore[arg-type]  # passed on as they came

    with patch.object(imports, "write_batch", die_in_the_second), pytest.raises(SystemExit):
        imports.run(made.pk)
    assert Person.objects.filter(staff_number__startswith="31").count() == imports.BATCH

    imports.run(made.pk)

    assert Person.objects.filter(staff_number__startswith="31").count() == 120
    assert AuditEvent.objects.filter(action="people_import.finished").count() == 1


def test_of_two_workers_with_one_list_one_writes_each_row(admin: Person) -> None:
    made = imports.upload(
        by=admin, file_name="x.xlsx", content=xlsx(["张三", "300001"], ["李四", "300002"]), unit=admin.unit
    )
    imports.check(made.pk)
    imports.start(by=admin, made=made)
    real = imports.judge_and_write

    def be_overtaken(*arguments: Any) -> None:
        with patch.object(imports, "judge_and_write", real):
            imports.run(made.pk)
        real(*arguments)

    with patch.object(imports, "judge_and_write", be_overtaken):
        imports.run(made.pk)

    assert states(made) == [(2, RowState.CREATED), (3, RowState.CREATED)]
    assert AuditEvent.objects.filter(action="person.created").count() == 1
    assert AuditEvent.objects.filter(action="people_import.finished").count() == 1


@pytest.mark.parametrize(("step", "state"), [("check", ImportState.CHECKED), ("run", ImportState.DONE)])
def test_a_fault_of_ours_stops_a_list_visibly_and_it_can_be_tried_again(
    admin: Person, step: str, state: ImportState
) -> None:
    made = imports.upload(by=admin, file_name="x.xlsx", content=xlsx(["张三", "300001"]), unit=admin.unit)
    if step == "run":
        imports.check(made.pk)
        imports.start(by=admin, made=made)

    with patch.object(checking, "ground", side_effect=LookupError), pytest.raises(LookupError):
        getattr(imports, step)(made.pk)

    made.refresh_from_db()
    assert (made.state, made.fault) == (ImportState.FAILED, "LookupError")
    getattr(imports, step)(made.pk)
    made.refresh_from_db()
    assert (made.state, made.fault) == (state, "")


def test_a_database_that_was_away_does_not_stop_a_list(admin: Person) -> None:
    made = imports.upload(by=admin, file_name="x.xlsx", content=xlsx(["张三", "300001"]), unit=admin.unit)

    with (
        patch.object(checking, "ground", side_effect=OperationalError),
        pytest.raises(OperationalError),
    ):
        imports.check(made.pk)

    made.refresh_from_db()
    assert made.state == ImportState.CHECKING


def test_a_list_that_was_never_received_whole_is_seen_by_nobody_and_forgotten(admin: Person) -> None:
    with (
        patch.object(audit, "record", side_effect=SystemExit),
        pytest.raises(SystemExit),
    ):
        imports.upload(by=admin, file_name="x.xlsx", content=xlsx(["张三", "300001"]), unit=admin.unit)
    whole = imports.upload(by=admin, file_name="y.xlsx", content=xlsx(["张三", "300001"]), unit=admin.unit)

    assert list(PeopleImport.objects.visible_to(admin)) == [whole]
    assert imports.forget_unreceived() == 0
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert imports.forget_unreceived() == 1
    assert list(PeopleImport.objects.all()) == [whole]


def test_numbers_may_be_typed_with_spaces_and_full_width_digits(admin: Person) -> None:
    made = brought_in(
        admin,
        ["张三", "３０ ０００１", "", "139 0000-1111", ""],
        ["李四", "300002", "", "+86 13900002222", ""],
        ["王五", "300003", "", "１３９００００２２２２", ""],
    )

    found = Person.objects.filter(staff_number__startswith="3000").order_by("staff_number")
    assert list(found.values_list("staff_number", "mobile")) == [
        ("300001", "13900001111"),
        ("300002", "13900002222"),
    ]
    assert states(made) == [(2, RowState.CREATED), (3, RowState.CREATED), (4, RowState.FAULT)]


def test_nothing_too_long_is_cut_off_silently(admin: Person) -> None:
    made = brought_in(admin, ["张" * 61, "300001", "", "", ""], ["李四", "300002", "", "", "文" * 41])

    faults = list(made.rows.order_by("number").values_list("fault", flat=True))
    assert faults == ["姓名超过 60 个字。", "学科超过 40 个字。"]


def test_start_twice_is_once(admin: Person) -> None:
    made = imports.upload(by=admin, file_name="x.xlsx", content=xlsx(["张三", "300001"]), unit=admin.unit)
    imports.check(made.pk)

    assert [imports.start(by=admin, made=made), imports.start(by=admin, made=made)] == [True, False]


def test_units_are_found_by_name_and_county() -> None:
    system = AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person
    unit = UnitFactory.create(name="实验中学")
    UnitFactory.create(name="实验中学")
    assert unit.county is not None
    content = xlsx(
        ["张三", "300001", "实验中学", unit.county.name], ["李四", "300002", "实验中学", ""],
        headings=["姓名", "工号", "学校", "县区"],
    )  # fmt: skip
    made = imports.upload(by=system, file_name="x.xlsx", content=content, unit=None)

    imports.check(made.pk)

    assert states(made) == [(2, RowState.NEW), (3, RowState.FAULT)]


def rebuilt(part: str, content: bytes) -> bytes:
    """A workbook of two rows, one part of which holds something else."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx(["张三", "300001"]))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return file.getvalue()


def sheet_of(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    body = f'<worksheet xmlns="{space}"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>'
    return rebuilt("xl/worksheets/sheet1.xml", body.encode())


def row_of(number: int, *texts: str) -> str:
    cells = "".join(
        f'<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
        for column, text in zip("ABC", texts, strict=False)
    )
    return f'<row r="{number}">{cells}</row>'


def test_a_row_far_below_empty_ones_is_not_dropped_silently() -> None:
    head = row_of(1, "姓名", "工号") + row_of(2, "张三", "300001")

    assert [row.number for row in sheet.read(sheet_of(head + row_of(20_000, "李四", "300002")))] == [
        2,
        20_000,
    ]
    with pytest.raises(ListUnreadableError, match="20,000"):
        sheet.read(sheet_of(head + row_of(25_000, "李四", "300002")))


@pytest.mark.parametrize(
    "part",
    [
        "docProps/core.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/worksheets/sheet1.xml",
        "[Content_Types].xml",
    ],
)
def test_a_workbook_with_a_broken_part_is_refused_with_a_sentence(part: str) -> None:
    with pytest.raises(ListUnreadableError):
        sheet.read(rebuilt(part, b"<broken"))


@given(place=st.integers(0, 4000), byte=st.integers(0, 255))
def test_no_changed_byte_of_a_workbook_is_a_fault_of_ours(place: int, byte: int) -> None:
    content = bytearray(WORKBOOK)
    content[place % len(content)] = byte

    with suppress(RefusedError):
        assert len(confined_workbook.read(bytes(content), sheet.REQUEST)) in {1, 2}


def zipped(size: int) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * size)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 not really",
        "姓名,工号\n张三,1".encode(),
        b"x" * (sheet.MAX_BYTES + 1),
        zipped(sheet.MAX_UNPACKED + 1),
        zipped(10),
        xlsx(headings=["姓名"]),
        xlsx(),
    ],
    ids=["empty", "broken", "csv", "large", "bomb", "no sheet", "no number", "nobody"],
)
def test_a_file_that_is_no_list_is_refused_with_a_sentence(admin: Person, content: bytes) -> None:
    with pytest.raises(ListUnreadableError) as caught:
        imports.upload(by=admin, file_name="x.xlsx", content=content, unit=None)

    assert len(str(caught.value)) > 8
    assert not PeopleImport.objects.exists()


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "＝1"])
def test_a_workbook_of_ours_holds_texts_alone(text: str) -> None:
    book = load_workbook(io.BytesIO(workbook(["甲"], [[text]], title="t")))

    cell = book.worksheets[0]["A2"]
    assert (cell.data_type, str(cell.value)[:1]) == ("s", "'")
