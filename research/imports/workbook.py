"""Write a workbook that does nothing when somebody opens it (公式注入)."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "％", "＝", "＋", "－", "＠")


def harmless(value: Any) -> str:
    """A text that no spreadsheet takes for a formula, wherever the file is copied to."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # large, and seldom needed

    text = ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def workbook(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str, widths: Sequence[int] = ()
) -> bytes:
    """A workbook of one sheet of texts."""
    from openpyxl import Workbook  # large, and seldom needed

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for place, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + place)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([cell(sheet, harmless(value)) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """A cell whose content is a text in the file too, whatever it looks like."""
    from openpyxl.cell import WriteOnlyCell  # large, and seldom needed
    from openpyxl.styles import Font

    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"
    made.number_format = "@"
    if bold:
        made.font = Font(bold=True)
    return made
