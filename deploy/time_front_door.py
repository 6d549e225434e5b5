"""Times ``make run`` on this clone: from nothing, and again. Prints both; fails when a start does not answer.

Bars: 3 minutes cold, 5 seconds again. They are printed, not asserted: build machines are noisy.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 900


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether the sign-in page is there, whole."""
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/accounts/login/", timeout=2) as page:
            return page.status == 200 and "吕梁教研" in page.read().decode()
    except (OSError, urllib.error.URLError):
        return False


def timed_start() -> float:
    """Seconds from ``make run`` to the first page; the start is stopped again as Ctrl+C would."""
    port, began = free_port(), time.monotonic()
    process = subprocess.Popen(
        ["make", "run"], cwd=ROOT, env=os.environ | {"PORT": str(port)}, start_new_session=True
    )
    try:
        while not answers(port):
            if process.poll() is not None or time.monotonic() - began > LIMIT_SECONDS:
                sys.exit("make run did not come to answer")
            time.sleep(0.1)
        return time.monotonic() - began
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(timeout=30)


def main() -> None:
    for name, bar in (("cold", 180), ("again", 5)):
        seconds = timed_start()
        print(
            f"front door, {name}: {seconds:.1f} s (bar {bar} s, {'met' if seconds <= bar else 'MISSED'})",
            flush=True,
        )


if __name__ == "__main__":
    main()
