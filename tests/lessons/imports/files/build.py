"""Builds the sample forms: ``python -m tests.lessons.imports.files.build`` writes them beside this file.

Each is built as one kind of real form is built; what it must come out as stands in ``expected/<name>.json``. With
``--doc`` LibreOffice also writes the old Word file.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.lessons.imports.files import form_tables, running_texts
from tests.lessons.imports.files.lessons import FRACTIONS
from tests.lessons.imports.files.registry import FORMS

HERE = Path(__file__).parent
MODULES = (form_tables, running_texts)  # importing them fills FORMS


def plain_text(path: Path) -> None:
    """Plain text under a Word name."""
    it = FRACTIONS
    lines = [
        f"课题：{it.title}",
        f"年级：{it.grade}",
        "教学目标",
        *it.objectives,
        "教学重点",
        it.key,
        "教学过程",
    ]
    for number, step in zip("一二三四", it.steps, strict=True):
        lines += [f"{number}、{step.phase}", step.teacher, step.student]
    path.write_text("\r\n".join([*lines, "板书设计", it.board]) + "\r\n", encoding="utf-8")


def old_word(folder: Path) -> None:
    """``merged`` as Word 97–2003, made by LibreOffice."""
    with tempfile.TemporaryDirectory() as home:
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation=file://{home}",
                "--headless",
                "--convert-to",
                "doc:MS Word 97",
                "--outdir",
                str(folder),
                str(folder / "merged.docx"),
            ],
            check=True,
            capture_output=True,
        )


def build(folder: Path) -> None:
    for name, write in FORMS.items():
        write(folder / f"{name}.docx")
    plain_text(folder / "plain_text.docx")


if __name__ == "__main__":
    build(HERE)
    if "--doc" in sys.argv:
        old_word(HERE)
