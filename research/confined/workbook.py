"""Read a list of people out of a workbook: ``python -I workbook.py <folder>``, within limits.

The folder holds ``request.json`` (bounds and headings) and ``list.xlsx``; ``result.json`` is written beside them.
Knows nothing of the site. Everything in the file is hostile.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
Row = tuple[int, dict[str, str]]


class RefusedError(Exception):
    """The workbook is not taken; its one argument is the code of the reason."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is looked for: the columns by what may stand above them, those ``needed``, and how much a file may be.

    ``looked_at`` rows are passed over at most, for somebody may have formatted empty ones.
    """

    columns: Mapping[str, str]
    needed: tuple[str, ...]
    entries: int
    unpacked: int
    rows: int
    looked_at: int
    width: int
    cell: int
    heading_rows: int


def read(content: bytes, wanted: Request) -> list[Row]:
    """The rows of the first sheet that are not empty, by its own numbers. Raises RefusedError."""
    from openpyxl import load_workbook  # large, and the site itself needs only this module's requests
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _examine(content, wanted)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        rows = list(_rows_of(book.worksheets[0], wanted))
    except (InvalidFileException, *UNREADABLE) as error:
        raise RefusedError("no_workbook") from error
    if not rows:
        raise RefusedError("nobody")
    return rows


def _examine(content: bytes, wanted: Request) -> None:
    """Refuse what is too large, before anything is unpacked."""
    entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    if len(entries) > wanted.entries or sum(entry.file_size for entry in entries) > wanted.unpacked:
        raise RefusedError("too_much")


def _text_of(value: Any, longest: int) -> str:
    """A cell as its text: a number that Excel made of a staff number loses its «.0», spaces go."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).replace("\u3000", " ").split())[:longest]


def _rows_of(sheet: Any, wanted: Request) -> Iterator[Row]:
    columns: dict[int, str] = {}
    rows = sheet.iter_rows(values_only=True, max_col=wanted.width, max_row=wanted.looked_at)
    for number, values in enumerate(rows, 1):
        texts = [_text_of(value, wanted.cell) for value in values]
        if not columns:
            columns = _headings(texts, wanted)
            if not columns and number >= wanted.heading_rows:
                break
        elif any(texts):
            if number > wanted.rows:
                raise RefusedError("too_many_rows")
            yield number, {name: texts[place] for place, name in columns.items() if place < len(texts)}
    if not columns:
        raise RefusedError("no_headings")


def _headings(texts: list[str], wanted: Request) -> dict[int, str]:
    """Which column stands where, if this row holds the headings; otherwise nothing."""
    found: dict[int, str] = {}
    for place, text in enumerate(texts):
        word = text.lower()
        name = wanted.columns.get(word.strip("*＊: ：").replace(" ", "")) or wanted.columns.get(word)
        if name and name not in found.values():
            found[place] = name
    return found if set(wanted.needed) <= set(found.values()) else {}


def answer_to(wanted: Request, content: bytes) -> str:
    """The rows as JSON; what is wrong with the file is an answer too."""
    try:
        return json.dumps({"rows": read(content, wanted)}, ensure_ascii=False)
    except RefusedError as refusal:
        return json.dumps({"refused": str(refusal)})
    except MemoryError:
        return json.dumps({"refused": "too_much"})


def main(folder: Path) -> None:
    """Answer the request of a folder. An answer that would be too large is a refusal."""
    wanted = Request(**json.loads((folder / "request.json").read_text(encoding="utf-8")))
    answer = answer_to(wanted, (folder / "list.xlsx").read_bytes())
    result = folder / "result.json"
    try:
        result.write_text(answer, encoding="utf-8")
    except OSError:
        result.write_text(json.dumps({"refused": "too_much"}), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
