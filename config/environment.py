"""Settings that come from the environment: plain variables, or `NAME_FILE` naming a file with the secret."""

import os
import secrets
from pathlib import Path


def read(name: str, default: str = "") -> str:
    """The value of ``NAME``, or the content of the file that ``NAME_FILE`` names, or ``default``."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def read_flag(name: str, *, default: bool = False) -> bool:
    """``NAME`` as yes or no; «1», «true», «yes», «on» mean yes."""
    value = read(name)
    return default if not value else value.lower() in {"1", "true", "yes", "on"}


def read_list(name: str, default: str = "") -> list[str]:
    """``NAME`` as a comma-separated list without empty parts."""
    return [part.strip() for part in read(name, default).split(",") if part.strip()]


def secret_kept_in(path: Path) -> str:
    """A random key made once and kept in a file only its owner may read."""
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(50)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
        return key
