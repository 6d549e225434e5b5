"""What ``manage.py doctor`` says of LibreOffice."""

from pathlib import Path

import pytest
from django.utils import translation

from config import doctor
from config.doctor import Finding, Health
from lessons.imports import sandbox


def installed(folder: Path, *files: str) -> str:
    """A LibreOffice of these files, called by a link as from ``/usr/bin``."""
    program = folder / "lib" / "libreoffice" / "program"
    program.mkdir(parents=True)
    for name in ("soffice", *files):
        (program / name).touch(mode=0o755)
    link = folder / "soffice"
    link.symlink_to(program / "soffice")
    return str(link)


def test_an_office_with_math_reads_old_files(tmp_path: Path) -> None:
    found = doctor.office(installed(tmp_path, "soffice.bin", "libsmlo.so"))

    assert found == Finding(Health.WELL, "LibreOffice", "可以导入旧的 .doc 文件。")


def test_an_office_without_math_is_told_with_what_to_install(tmp_path: Path) -> None:
    found = doctor.office(installed(tmp_path, "soffice.bin"))

    assert found == Finding(
        Health.BAD,
        "LibreOffice",
        "缺少公式组件（Math）：带公式的旧 .doc 文件无法正确导入。请执行：apt install libreoffice-math-nogui"
        "（有桌面的机器：libreoffice-math）。",
    )
    with translation.override("en"):
        assert "apt install libreoffice-math-nogui" in doctor.office(str(tmp_path / "soffice")).sentence


def test_an_office_whose_folder_cannot_be_told_is_not_blamed(tmp_path: Path) -> None:
    assert doctor.office(installed(tmp_path)).health == Health.WELL


def test_without_an_office_old_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "office", lambda: None)

    assert [one for one in doctor.documents() if one.about == "LibreOffice"] == [
        Finding(Health.NOTE, "LibreOffice", "未安装：.docx 可以导入，旧的 .doc 会说明原因并拒绝。")
    ]


def test_the_doctor_looks_for_it_on_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    installed(tmp_path, "soffice.bin")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert [one.health for one in doctor.documents() if one.about == "LibreOffice"] == [Health.BAD]
