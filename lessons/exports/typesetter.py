"""The process that runs Typst (``typesetting.py`` starts it). Knows nothing of the site."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def limit(order: dict[str, Any]) -> None:
    """Bounds that hold whatever the document does."""
    if sys.platform == "win32":
        return
    import resource  # there is none on Windows

    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"] + 1))
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 * 2**20, 256 * 2**20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    order = json.load(sys.stdin)
    limit(order)
    import typst  # within the bounds

    folder = Path(order["folder"])
    typst.compile(
        str(folder / "main.typ"),
        output=str(folder / "main.pdf"),
        root=str(folder),
        font_paths=order["fonts"],
        ignore_system_fonts=True,
        package_path=str(folder),
        package_cache_path=str(folder),
    )


if __name__ == "__main__":
    main()
