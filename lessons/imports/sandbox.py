"""Read a file, or have LibreOffice convert it, in a process that can do no harm."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lessons.imports import limits
from lessons.imports.refusal import Refused
from research.confined.process import Limits, NotConfinedError, OutOfTimeError, confined

HERE = Path(__file__).resolve().parent
OFFICE_NAMES = ("soffice", "libreoffice")
# LibreOffice's Math, by system; many distributions have it in a package of its own.
MATH_FILES = ("libsmlo.so", "smlo.dll", "../Frameworks/libsmlo.dylib")
# A fresh profile for LibreOffice: no macros, no links followed, nothing fetched.
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def run(
    command: Sequence[str], *, folder: Path, cpu: int, memory: int, wall: float, sockets: str = "none"
) -> int:
    """Run a program within the limits and in a folder of its own; its exit code, negative for a signal.

    Raises Refused ``too_much_work`` when the time is over, ``no_sandbox`` where nothing can be confined.
    """
    allowed = Limits(cpu=cpu, memory=memory, wall=wall, output=limits.OUTPUT_BYTES, sockets=sockets)
    try:
        return confined(command, folder=folder, limits=allowed)
    except OutOfTimeError as error:
        raise Refused("too_much_work", "time") from error
    except NotConfinedError as error:
        raise Refused("no_sandbox") from error


def read(folder: Path, *, file: str, kind: str, labels: Mapping[str, str]) -> dict[str, Any]:
    """Read and recognise a file of the folder; the answer of ``work``. Raises Refused."""
    return _ask(folder, {"file": file, "kind": kind, "labels": dict(labels)})


def texts(folder: Path, *, file: str, kind: str) -> list[str]:
    """The plain text of a file of the folder by page (``texts.texts``). Raises Refused."""
    found: list[str] = _ask(folder, {"file": file, "kind": kind, "wants": "texts"})["texts"]
    return found


def _ask(folder: Path, request: Mapping[str, Any]) -> dict[str, Any]:
    """What the child answers."""
    (folder / "request.json").write_text(json.dumps(request, ensure_ascii=False), encoding="utf-8")
    code = run(
        [sys.executable, "-I", str(HERE / "child.py"), str(folder)],
        folder=folder,
        cpu=limits.CPU_SECONDS,
        memory=limits.MEMORY_BYTES,
        wall=limits.WALL_SECONDS,
    )
    answer = folder / "result.json"
    if code < 0:
        raise Refused("too_much_work", f"signal {-code}")
    if code != 0 or not answer.exists() or answer.stat().st_size > limits.OUTPUT_BYTES:
        raise Refused("crashed", (folder / "log").read_text(errors="replace")[-2000:])
    result: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    if code_ := result.get("refused"):
        raise Refused(code_, result.get("detail", ""))
    return result


def office() -> str | None:
    """LibreOffice's program, or None where it is not installed."""
    return next((path for name in OFFICE_NAMES if (path := shutil.which(name))), None)


def reads_formulas(program: str) -> bool:
    """Whether LibreOffice has its Math (公式), without which it falls over old files with formulas or drops these.

    Told by the folder of the real program; where that cannot be told (a wrapper of snap or flatpak), True.
    """
    folder = Path(program).resolve().parent
    if not any((folder / name).exists() for name in ("soffice.bin", "soffice.exe", "../Frameworks")):
        return True
    return any((folder / name).exists() for name in MATH_FILES)


def convert(folder: Path, *, files: Sequence[str], to: str) -> list[Path]:
    """Convert files of the folder with LibreOffice into ``converted/``; those that came out. Raises
    Refused.
    """
    program = office()
    if program is None:
        raise Refused("no_office")
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    command += [
        "--nolockcheck",
        "--nodefault",
        "--convert-to",
        to,
        "--outdir",
        str(folder / "converted"),
        *files,
    ]
    run(
        command,
        folder=folder,
        cpu=limits.OFFICE_CPU_SECONDS,
        memory=limits.OFFICE_MEMORY_BYTES,
        wall=limits.OFFICE_WALL_SECONDS,
        sockets="unix",
    )
    converted = folder / "converted"
    return sorted(path for path in converted.iterdir() if path.is_file()) if converted.is_dir() else []
