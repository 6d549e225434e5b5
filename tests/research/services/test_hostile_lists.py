"""Workbooks made to harm: read within limits, refused with a sentence, and nothing of them is kept."""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from research.confined import workbook as reader
from research.confined.process import NotConfinedError
from research.enums import Role
from research.errors import ListUnreadableError
from research.imports import sheet
from research.models import AuditEvent, ImportRow, PeopleImport, Person
from research.services import imports
from tests.factories.research import AppointmentFactory

pytestmark = pytest.mark.django_db
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
FAR_TOO_MUCH = "文件展开后过大。请把名单复制到新的工作簿再试。"
TOO_LONG = "读取这个文件耗时过长。请把名单复制到新的工作簿，或分成几份，再试一次。"
NO_WORKBOOK = "这不是 .xlsx 文件。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。"
HEAD = (
    "<row>" + "".join(f'<c t="inlineStr"><is><t>{word}</t></is></c>' for word in ("姓名", "工号")) + "</row>"
)


def packed(parts: dict[str, Iterable[str]]) -> bytes:
    """A zip file of parts that come in pieces."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, pieces in parts.items():
            with archive.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece.encode())
    return file.getvalue()


def workbook(rows: Iterable[str], strings: Iterable[str] = ()) -> bytes:
    """The smallest workbook that is read, with these rows and shared strings."""
    relation = f'<Relationship Id="%s" Type="{LINKS}/%s" Target="%s"/>'
    space = "http://schemas.openxmlformats.org/package/2006"
    override = f'<Override PartName="/xl/%s.xml" ContentType="{TYPES}%s+xml"/>'
    return packed(
        {
            "[Content_Types].xml": [
                f'<Types xmlns="{space}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
                override % ("workbook", "sheet.main"),
                override % ("sheet", "worksheet"),
                override % ("strings", "sharedStrings"),
                "</Types>",
            ],
            "_rels/.rels": [
                f'<Relationships xmlns="{space}/relationships">',
                relation % ("r1", "officeDocument", "xl/workbook.xml"),
                "</Relationships>",
            ],
            "xl/_rels/workbook.xml.rels": [
                f'<Relationships xmlns="{space}/relationships">',
                relation % ("r1", "worksheet", "sheet.xml"),
                relation % ("r2", "sharedStrings", "strings.xml"),
                "</Relationships>",
            ],
            "xl/workbook.xml": [
                f'<workbook xmlns="{SPACE}" xmlns:r="{LINKS}"><sheets>',
                '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
            ],
            "xl/sheet.xml": [f'<worksheet xmlns="{SPACE}"><sheetData>', *rows, "</sheetData></worksheet>"],
            "xl/strings.xml": [f'<sst xmlns="{SPACE}">', *strings, "</sst>"],
        }
    )


def refused(content: bytes) -> str:
    """The sentence for an administrator who uploads it; nothing of it may be kept anywhere."""
    admin: Person = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    before = AuditEvent.objects.count(), Person.objects.count()
    assert len(content) <= sheet.MAX_BYTES

    with pytest.raises(ListUnreadableError) as caught:
        imports.upload(by=admin, file_name="名单.xlsx", content=content, unit=admin.unit)

    assert not PeopleImport.objects.exists()
    assert not ImportRow.objects.exists()
    assert not DBTaskResult.objects.exists()
    assert (AuditEvent.objects.count(), Person.objects.count()) == before
    assert list(Path(tempfile.gettempdir()).iterdir()) == []
    return str(caught.value)


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def one_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "LIMITS", replace(sheet.LIMITS, cpu=1))


def test_the_smallest_workbook_is_read() -> None:
    one = '<row><c t="s"><v>0</v></c><c><v>300001</v></c></row>'

    rows = sheet.read(workbook([HEAD, one], ["<si><t>张三</t></si>"]))

    assert rows == [sheet.SheetRow(2, {"name": "张三", "staff_number": "300001"})]


@pytest.mark.usefixtures("one_second")
def test_cells_without_end_are_given_up_in_time() -> None:
    assert refused(workbook([HEAD, "<row>", *["<c/>" * 10_000] * 700, "</row>"])) == TOO_LONG


@pytest.mark.usefixtures("one_second")
def test_shared_strings_without_end_are_given_up_in_time() -> None:
    assert refused(workbook([HEAD], ["<si><t/></si>" * 10_000] * 220)) == TOO_LONG


def test_one_long_string_in_every_cell_makes_no_long_answer() -> None:
    cells = HEAD + ('<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>' * 15_000)

    assert refused(workbook([cells], [f"<si><t>{'张' * 30_000}</t></si>"])) == FAR_TOO_MUCH


def test_a_reader_without_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_anything: object) -> list[reader.Row]:
        raise MemoryError

    monkeypatch.setattr(reader, "read", too_large)

    assert reader.answer_to(sheet.REQUEST, b"") == '{"refused": "too_much"}'
    assert sheet.sentence("too_much") == FAR_TOO_MUCH


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert refused(packed({"xl/workbook.xml": ["0" * 2**20] * 31})) == FAR_TOO_MUCH


def test_a_zip_bomb_that_lies_about_its_size_is_no_workbook() -> None:
    bomb = packed({"[Content_Types].xml": ["0" * 2**20] * 31})
    size, small = (31 * 2**20).to_bytes(4, "little"), (100).to_bytes(4, "little")
    assert size in bomb

    assert refused(bomb.replace(size, small)) == NO_WORKBOOK


def test_thousands_of_parts_are_refused() -> None:
    assert refused(packed({f"xl/{number}.xml": [""] for number in range(20_000)})) == FAR_TOO_MUCH


def test_entities_that_multiply_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    bomb = workbook([HEAD, '<row><c t="inlineStr"><is><t>&a9;</t></is></c></row>'])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(bomb)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(
                name, f'<!DOCTYPE x [<!ENTITY a0 "笑">{laughs}]>{text}' if "sheet.xml" in name else text
            )

    assert refused(file.getvalue()) in {NO_WORKBOOK, FAR_TOO_MUCH, "文件的第一个工作表里没有人员。"}


def crash(_command: object, *, folder: Path, limits: object) -> int:
    (folder / "log").write_text(f"Traceback {limits}", encoding="utf-8")
    return 1


def test_a_reader_that_falls_over_is_told_and_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sheet, "confined", crash)

    said = refused(workbook([HEAD]))

    assert said == "名单没能读出来。请把名单复制到新的工作簿再试；如果还是不行，请告诉管理员。"
    assert "Traceback" in caplog.text


def test_where_nothing_can_be_confined_nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def unconfined(*_command: object, **_limits: object) -> int:
        raise NotConfinedError

    monkeypatch.setattr(sheet, "confined", unconfined)

    assert refused(workbook([HEAD])) == "服务器目前无法安全地读取文件，请告诉管理员。"


def test_the_file_is_parsed_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def here(*_anything: object) -> None:
        raise AssertionError("parsed in the server's own process")

    content = workbook([HEAD, "<row><c><v>1</v></c><c><v>300001</v></c></row>"])
    monkeypatch.setattr(reader, "read", here)
    monkeypatch.setattr(zipfile, "ZipFile", here)

    assert [row.number for row in sheet.read(content)] == [2]
