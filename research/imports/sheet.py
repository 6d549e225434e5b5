"""Read a list of people from a workbook that somebody uploaded; its bytes are never parsed in this process."""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from research import names
from research.confined import workbook
from research.confined.process import Limits, NotConfinedError, OutOfTimeError, confined
from research.confined.workbook import Request
from research.errors import ListUnreadableError

MAX_BYTES = 5 * 2**20
MAX_UNPACKED = 30 * 2**20

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
REQUEST = Request(
    columns={word: column for column, words in HEADINGS.items() for word in words},
    needed=("name", "staff_number"),
    entries=200,
    unpacked=MAX_UNPACKED,
    rows=20_000,
    looked_at=100_000,
    width=40,
    cell=200,
    heading_rows=10,
)
# 20,000 people take four seconds of a slow processor and 160 MB; a machine that is busy takes longer.
LIMITS = Limits(cpu=10, memory=512 * 2**20, wall=60, output=16 * 2**20)
# What people are known by; typed with spaces and full-width digits by many.
NUMBERS = ("staff_number", "mobile", "email")
logger = logging.getLogger(__name__)
_two_at_once = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row that is not empty, by the sheet's own number; values are texts."""

    number: int
    cells: dict[str, str]


def read(content: bytes) -> list[SheetRow]:
    """The people of the first sheet. Raises ListUnreadableError with a sentence that says what to do."""
    if len(content) > MAX_BYTES:
        raise ListUnreadableError(
            _("This file is larger than 5 MB. Please split the list into several files.")
        )
    with _two_at_once, tempfile.TemporaryDirectory(prefix="people-") as name:
        answer = _answer(Path(name), content)
    if "rows" not in answer:
        raise ListUnreadableError(sentence(answer["refused"]))
    return [SheetRow(number, _tidy(cells)) for number, cells in answer["rows"]]


def sentence(refused: str) -> str:
    """Why a list is not taken (不予导入), for who uploaded it."""
    return {
        "no_workbook": _(
            "This file is not an .xlsx workbook. Open it in Excel or WPS, save it as .xlsx, and try again."
        ),
        "too_much": _("This file unpacks to far too much. Copy the rows into a new workbook and try again."),
        "too_long": _(
            "Reading this file takes too long. Copy the rows into a new workbook or split the list, and try again."
        ),
        "too_many_rows": _("This list has more than 20,000 rows. Please split it."),
        "no_headings": _(
            "The columns 姓名 and 工号 were not found. Please use the headings of the sample list."
        ),
        "nobody": _("There are no people in the first sheet of this file."),
        "no_sandbox": _("Files cannot be read safely on this server. Please tell the administrator."),
        "crashed": _(
            "This list could not be read. Copy the rows into a new workbook and try again; if that does not help, tell the administrator."
        ),
    }[refused]


def _answer(folder: Path, content: bytes) -> dict[str, Any]:
    """What the reader says within its limits; who breaks them has sent too much."""
    (folder / "list.xlsx").write_bytes(content)
    (folder / "request.json").write_text(json.dumps(asdict(REQUEST), ensure_ascii=False), encoding="utf-8")
    command = [sys.executable, "-I", workbook.__file__, str(folder)]
    try:
        code = confined(command, folder=folder, limits=LIMITS)
    except OutOfTimeError:
        return {"refused": "too_long"}
    except NotConfinedError:
        return {"refused": "no_sandbox"}
    if code < 0:  # killed, for its processor time was over
        return {"refused": "too_long"}
    if code > 0:
        logger.error(
            "a list of people was not read: %s", (folder / "log").read_text(errors="replace")[-2000:]
        )
        return {"refused": "crashed"}
    answer: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return answer


def _tidy(cells: dict[str, str]) -> dict[str, str]:
    """Numbers without what typists put between digits."""
    return {name: names.tidy_number(text) if name in NUMBERS else text for name, text in cells.items()}
