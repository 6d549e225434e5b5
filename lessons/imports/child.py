"""What runs inside the limits: read one file, recognise it, write the answer down. ``python -I child.py
<folder>``.

The folder holds ``request.json`` and the file; ``result.json`` and ``pictures/`` are written beside them.
"""

import json
import sys
from pathlib import Path


def main(folder: Path) -> None:
    """Answer a request; what is wrong with the file is an answer too."""
    from lessons.imports.refusal import Refused
    from lessons.imports.work import work

    request = json.loads((folder / "request.json").read_text(encoding="utf-8"))
    try:
        answer = work(folder, request)
    except Refused as refusal:
        answer = {"refused": refusal.code, "detail": refusal.detail}
    except MemoryError:
        answer = {"refused": "too_much_work", "detail": "memory"}
    except RecursionError:
        answer = {"refused": "too_deep"}
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    (folder / "result.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main(Path(sys.argv[1]))
