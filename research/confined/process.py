"""Run a program where it can do no harm: little time, little memory, no network, no secrets, nothing left running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from research.confined.limited import NOT_CLOSED

_LAUNCHER: Final = Path(__file__).resolve().with_name("limited.py")


class OutOfTimeError(Exception):
    """The program was killed, for its time was over."""


class NotConfinedError(Exception):
    """This machine cannot close the network, so nothing was run."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a program may use: ``cpu`` and ``wall`` in seconds, ``memory`` and each file of ``output`` in bytes.

    ``sockets`` is ``none`` or ``unix``.
    """

    cpu: int
    memory: int
    wall: float
    output: int
    sockets: str = "none"


def confined(command: Sequence[str], *, folder: Path, limits: Limits) -> int:
    """Run a program in a folder of its own, which holds its ``log``; its exit code, negative for a signal.

    Raises OutOfTimeError when the time is over; the whole process group is killed then. Raises NotConfinedError.
    """
    launcher = [sys.executable, "-I", str(_LAUNCHER)]
    launcher += [str(limits.cpu), str(limits.memory), str(limits.output), limits.sockets, "--", *command]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - the command is ours
            launcher,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            close_fds=True,
        )
        try:
            code = process.wait(timeout=limits.wall)
        except subprocess.TimeoutExpired as error:
            raise OutOfTimeError from error
        finally:
            _end(process)
    if code == NOT_CLOSED:
        raise NotConfinedError
    return code


def _environment(folder: Path) -> Mapping[str, str]:
    """Nothing of ours: no keys, no addresses of databases."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever the program has started, and itself."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
