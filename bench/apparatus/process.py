"""A server process under measurement: started, watched through ``/proc``, ended."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

_TICK = os.sysconf("SC_CLK_TCK")
_START_SECONDS = 60


def free_port() -> int:
    """A TCP port that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Measured:
    """A process that listens on a port; its CPU time and memory come from the operating system."""

    def __init__(
        self, command: Sequence[str], *, port: int, cwd: Path, environment: Mapping[str, str], log: IO[bytes]
    ) -> None:
        self.command, self.port, self._cwd, self._log = command, port, cwd, log
        self._environment = {**os.environ, **environment}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self.command, cwd=self._cwd, env=self._environment, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def cpu_seconds(self) -> float:
        """CPU time of all its threads and ended ones, in user and system mode (ticks of 10 ms)."""
        fields = self._read("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def running_seconds(self) -> float:
        """Time its living threads were on a CPU, to the nanosecond; for work shorter than a tick."""
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory_bytes(self) -> int:
        """Memory that is its own: private pages that were written. Pages of a library that were only read are private or
        not as other processes come and go that have the same library.
        """
        lines = self._read("smaps_rollup").splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_Dirty"))

    def _read(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="ascii")

    def _wait_until_it_listens(self) -> None:
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.command[0]} ended at once; see {self._log.name}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.1)
        raise RuntimeError(f"{self.command[0]} does not listen; see {self._log.name}")
