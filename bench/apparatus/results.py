"""What a benchmark found: rows of figures, printed, kept as JSON, and shown in ``bench/README.md``."""

import json
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

BENCH = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one case. ``bar`` is the most it, or with ``on_ratio`` its ratio, may be."""

    case: str
    figure: str
    unit: str
    ours: float
    peer: float | None = None
    peer_name: str | None = None
    bar: float | None = None
    on_ratio: bool = False

    @property
    def ratio(self) -> float | None:
        return round(self.ours / self.peer, 3) if self.peer else None

    @property
    def met(self) -> bool | None:
        """Whether the bar is met; None where there is none."""
        found = self.ratio if self.on_ratio else self.ours
        return None if self.bar is None or found is None else found <= self.bar

    def to_json(self) -> dict[str, object]:
        row = asdict(self)
        bar_of = "ratio" if row.pop("on_ratio") else "ours"
        return {**row, "ratio": self.ratio, "met": self.met, "bar_of": bar_of}


def pause(seconds: float) -> None:
    """Let a server do what it does by itself."""
    time.sleep(seconds)


def machine() -> str:
    """What this machine is, in one line."""
    cpu = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            cpu = line.split(":", 1)[1].strip()
            break
    return f"{cpu}, {os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}"


def load() -> float:
    """How many processes wanted a core in the last minute: what disturbs a benchmark that begins now."""
    return round(os.getloadavg()[0], 1)


def keep(name: str, rows: Sequence[Row], versions: Mapping[str, str], *, load_before: float) -> Path:
    """Write ``bench/results/<name>.json``."""
    path = BENCH / "results" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    content = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
        "load_before": load_before,
        "versions": dict(versions),
        "rows": [row.to_json() for row in rows],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """The rows as a Markdown table."""
    lines = ["| case | figure | ours | peer | ratio | bar | met |", "|---|---|---:|---:|---:|---:|---|"]
    for row in rows:
        met = {True: "yes", False: "**no**", None: ""}[row["met"]]  # type: ignore[index]
        bar = "" if row["bar"] is None else f"≤ {row['bar']:g}{' ×' if row['bar_of'] == 'ratio' else ''}"
        figure = f"{row['figure']} ({row['unit']})"
        cells = [
            row["case"],
            figure,
            _number(row["ours"]),
            _number(row["peer"]),
            _number(row["ratio"]),
            bar,
            met,
        ]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(lines)


def show(name: str, instead: str = "") -> None:
    """Put the table of a results file, or another one, where ``bench/README.md`` has its marks."""
    found = json.loads((BENCH / "results" / f"{name}.json").read_text(encoding="utf-8"))
    versions = ", ".join(f"{key} {value}" for key, value in found["versions"].items())
    place = f"{found['at'][:10]} · {found['machine']} · load before the run {found['load_before']}"
    text = f"{place}\n\n{versions}\n\n{instead or table(found['rows'])}"
    path = BENCH / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(f"<!-- {name} -->")
    _, _, after = rest.partition(f"<!-- /{name} -->")
    path.write_text(f"{before}<!-- {name} -->\n\n{text}\n\n<!-- /{name} -->{after}", encoding="utf-8")


def _number(value: object) -> str:
    if not isinstance(value, int | float):
        return ""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
