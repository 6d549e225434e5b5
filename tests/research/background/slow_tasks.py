"""Tasks for the worker's tests; they leave their marks in a folder."""

import os
import time
from pathlib import Path

from django.db import OperationalError
from django_tasks import task


def mark(folder: str, word: str) -> None:
    """One line for each beginning and end, with the process that wrote it."""
    with (Path(folder) / "marks").open("a") as file:
        file.write(f"{word} {os.getpid()}\n")


@task()
def wait_for_file(folder: str) -> None:
    """Begin, wait until ``go`` lies in the folder, end."""
    mark(folder, "began")
    while not (Path(folder) / "go").exists():
        time.sleep(0.02)
    mark(folder, "ended")


@task()
def add(first: int, second: int) -> int:
    return first + second


@task()
def fail() -> None:
    raise ValueError("示例")


@task()
def find_no_database() -> None:
    raise OperationalError("the database is locked")
