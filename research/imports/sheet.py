"""Read a list of people from a workbook that somebody uploaded; everything in it is hostile."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from research import names
from research.errors import ListUnreadableError

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 30 * 2**20
MAX_ENTRIES = 200
MAX_ROWS = 20_000
# Empty rows that somebody formatted are passed over up to here.
LOOKED_AT = 100_000
MAX_COLUMNS = 40
MAX_CELL = 200
# How far down the row with the headings may stand.
HEADING_ROWS = 10

# What teachers' offices write above the columns.
HEADINGS = {
    "name": ("姓名", "教师姓名", "name"),
    "staff_number": ("工号", "教师工号", "职工号", "教工号", "编号", "staff number"),
    "mobile": ("手机号", "手机", "手机号码", "联系电话", "电话", "mobile"),
    "email": ("邮箱", "电子邮箱", "电子邮件", "email", "e-mail"),
    "unit": ("单位", "学校", "所在单位", "所在学校", "单位名称", "学校名称", "unit"),
    "county": ("县区", "县市区", "县", "区县", "county"),
    "subject": ("学科", "任教学科", "科目", "subject"),
}
_COLUMN_OF = {word: column for column, words in HEADINGS.items() for word in words}
NEEDED = ("name", "staff_number")
# What people are known by; typed with spaces and full-width digits by many.
NUMBERS = ("staff_number", "mobile", "email")
# What zipfile, zlib, openpyxl and both XML parsers beneath it raise for broken files; SyntaxError is theirs for XML,
# NotImplementedError zipfile's for a compression unknown to it.
UNREADABLE = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    EOFError,
    SyntaxError,
    RuntimeError,
    NotImplementedError,
    zlib.error,
    zipfile.BadZipFile,
)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty, by the sheet's own number; values are texts."""

    number: int
    cells: dict[str, str]


def read(content: bytes) -> list[SheetRow]:
    """The people of the first sheet. Raises ListUnreadableError with a sentence that says what to do."""
    from openpyxl import load_workbook  # large, and seldom needed
    from openpyxl.utils.exceptions import InvalidFileException

    examine(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        rows = list(rows_of(book.worksheets[0]))
    except ListUnreadableError:
        raise
    except (InvalidFileException, *UNREADABLE) as error:
        raise ListUnreadableError(not_a_workbook()) from error
    if not rows:
        raise ListUnreadableError(_("There are no people in the first sheet of this file."))
    return rows


def not_a_workbook() -> str:
    return _("This file is not an .xlsx workbook. Open it in Excel or WPS, save it as .xlsx, and try again.")


def examine(content: bytes) -> None:
    """Refuse what is too large, before anything is unpacked."""
    if len(content) > MAX_BYTES:
        raise ListUnreadableError(
            _("This file is larger than 5 MB. Please split the list into several files.")
        )
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except UNREADABLE as error:
        raise ListUnreadableError(not_a_workbook()) from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ListUnreadableError(
            _("This file unpacks to far too much. Copy the rows into a new workbook and try again.")
        )


def text_of(value: Any) -> str:
    """A cell as its text: a number that Excel made of a staff number loses its «.0», spaces go."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).replace("\u3000", " ").split())[:MAX_CELL]


def rows_of(sheet: Any) -> Iterator[SheetRow]:
    columns: dict[int, str] = {}
    rows = sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS, max_row=LOOKED_AT)
    for number, values in enumerate(rows, 1):
        texts = [text_of(value) for value in values]
        if not columns:
            columns = headings(texts)
            if not columns and number >= HEADING_ROWS:
                break
        elif any(texts):
            if number > MAX_ROWS:
                raise ListUnreadableError(_("This list has more than 20,000 rows. Please split it."))
            yield SheetRow(number, cells_of(texts, columns))
    if not columns:
        raise ListUnreadableError(
            _("The columns 姓名 and 工号 were not found. Please use the headings of the sample list.")
        )


def cells_of(texts: list[str], columns: dict[int, str]) -> dict[str, str]:
    """The cells of a row by their column; numbers without what typists put between digits."""
    cells = {name: texts[place] for place, name in columns.items() if place < len(texts)}
    return {name: names.tidy_number(text) if name in NUMBERS else text for name, text in cells.items()}


def headings(texts: list[str]) -> dict[int, str]:
    """Which column stands where, if this row holds the headings; otherwise nothing."""
    found: dict[int, str] = {}
    for place, text in enumerate(texts):
        name = _COLUMN_OF.get(text.lower().strip("*＊: ：").replace(" ", "")) or _COLUMN_OF.get(text.lower())
        if name and name not in found.values():
            found[place] = name
    return found if set(NEEDED) <= set(found.values()) else {}
