"""Plans on paper: how long Word and PDF take, of a full plan and of one that is too long.

``python -m bench.documents [--short]``; the PDF is compared with the one that LibreOffice makes of our Word
file, where it is installed.
"""

import argparse
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import pycrdt  # noqa: E402
from PIL import Image  # noqa: E402

from bench.apparatus import results  # noqa: E402
from bench.apparatus.results import Row  # noqa: E402
from lessons.body import PlanBody, Step, read_body, write_body  # noqa: E402
from lessons.demo.installation import body_of, samples  # noqa: E402
from lessons.exports.pdf import to_pdf  # noqa: E402
from lessons.exports.printed import PrintedPlan, PrintedSection  # noqa: E402
from lessons.exports.word import to_docx  # noqa: E402
from realtime.pixels import for_paper  # noqa: E402
from realtime.prose.tree import Node, doc, paragraph  # noqa: E402

BAR_SECONDS = 1.0
LONG = 200


@dataclass(frozen=True, slots=True)
class Case:
    """One plan to be printed."""

    name: str
    body: PlanBody
    pictures: dict[str, bytes]
    bar: float | None


def fullest() -> PlanBody:
    """The longest of the sample plans."""
    return max((body_of(sample) for _name, sample in samples()), key=lambda body: len(str(body)))


def photos(count: int) -> dict[str, bytes]:
    """Photographs as a phone makes them, already kept by us."""
    found = {}
    for number in range(count):
        buffer = io.BytesIO()
        landscape = Image.effect_mandelbrot((4000, 3000), (-2, -1.5, 1, 1.5), 60 + number).convert("RGB")
        Image.blend(landscape, Image.effect_noise((4000, 3000), 60).convert("RGB"), 0.05).save(buffer, "JPEG")
        found[f"00000000-0000-4000-8000-{number:012}"] = buffer.getvalue()
    return found


def with_pictures(body: PlanBody, pictures: dict[str, bytes]) -> PlanBody:
    lines = tuple(paragraph(Node("image", attrs={"picture": name})) for name in pictures)
    return replace(body, fields={**body.fields, "references": doc(lines)})


def with_steps(body: PlanBody, count: int) -> PlanBody:
    steps = [replace(body.steps[n % len(body.steps)], id=f"s{n}", order=f"a{n:04}") for n in range(count)]
    return replace(body, steps=tuple[Step, ...](steps))


def cases() -> list[Case]:
    """The plans that are printed."""
    full, pictures = fullest(), photos(10)
    return [
        Case("a full plan", full, {}, BAR_SECONDS),
        Case("the same with 10 photographs", with_pictures(full, pictures), pictures, BAR_SECONDS),
        Case(f"the same with {LONG} steps", with_steps(full, LONG), {}, None),
    ]


def printed(document: pycrdt.Doc, case: Case) -> PrintedPlan:  # type: ignore[type-arg]
    """From the shared document to what stands on paper, as an export does it after the database."""
    body = read_body(document)
    fields = tuple(PrintedSection(key, node) for key, node in body.fields.items())
    process = PrintedSection("教学过程", steps=body.steps)
    facts = (("学科", "思想政治"), ("年级", "高一"), ("课时", "2 课时"), ("课型", "新授课"))
    names = ("刘秀兰", "薛海峰")
    pictures = {name: for_paper(data) for name, data in case.pictures.items()}
    return PrintedPlan("家书里的家国情怀", "示例市第一中学", names, facts, (*fields, process), pictures)


def seconds(work: Callable[[], object], times: int) -> float:
    """The median of that many runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return round(statistics.median(taken), 3)


def by_libreoffice(data: bytes, times: int) -> float | None:
    """How long LibreOffice takes to make a PDF of our Word file."""
    office = shutil.which("soffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plan.docx").write_bytes(data)
        home = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [
            office,
            home,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            name,
            str(folder / "plan.docx"),
        ]
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True), times)


def rows_of(case: Case, times: int) -> list[Row]:
    document: pycrdt.Doc = pycrdt.Doc()  # type: ignore[type-arg]
    write_body(document, case.body, template_key="general")
    word = to_docx(printed(document, case))
    peer = by_libreoffice(word, min(times, 3))
    in_word = seconds(lambda: to_docx(printed(document, case)), times)
    in_pdf = seconds(lambda: to_pdf(printed(document, case)), times)
    pdf = to_pdf(printed(document, case))
    return [
        Row(case.name, "docx", "s", in_word, bar=case.bar),
        Row(
            case.name, "PDF", "s", in_pdf, peer, "LibreOffice, from our docx" if peer else None, bar=case.bar
        ),
        Row(case.name, "size of the docx", "KB", round(len(word) / 1000, 1)),
        Row(case.name, "size of the PDF", "KB", round(len(pdf) / 1000, 1)),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.documents", description=__doc__)
    parser.add_argument("--short", action="store_true", help="once each, nothing is kept")
    options = parser.parse_args(arguments)
    load_before = results.load()
    rows = [row for case in cases() for row in rows_of(case, 1 if options.short else 7)]
    print(results.table([row.to_json() for row in rows]))
    if not options.short:
        used = {name: version(name) for name in ("python-docx", "typst", "pycrdt")}
        used["Python"] = sys.version.split()[0]
        results.keep("documents", rows, used, load_before=load_before)
        results.show("documents")
    return 0


if __name__ == "__main__":
    sys.exit(main())
