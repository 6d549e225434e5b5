"""Plans on paper: how long Word and PDF take, of a full plan and of one that is too long.

``python -m bench.documents [--short]``, in a database and a folder of its own; the PDF is compared with the one
that LibreOffice makes of our Word file, where it is installed. *First* is an export of pictures that have no copy
for paper yet: those of an older installation, or whose copies were lost.
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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import django

_HOME = tempfile.TemporaryDirectory(prefix="bench-documents-")
os.environ |= {"VAR_DIR": _HOME.name, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
for _elsewhere in ("DATABASE_URL", "REDIS_URL"):
    os.environ.pop(_elsewhere, None)
django.setup()

import pycrdt  # noqa: E402
from django.core.management import call_command  # noqa: E402
from PIL import Image  # noqa: E402

from bench.apparatus import results  # noqa: E402
from bench.apparatus.results import Row  # noqa: E402
from lessons.body import PlanBody, Step, read_body, write_body  # noqa: E402
from lessons.demo.installation import body_of, samples  # noqa: E402
from lessons.exports.pdf import to_pdf  # noqa: E402
from lessons.exports.printed import PrintedPlan, PrintedSection  # noqa: E402
from lessons.exports.word import to_docx  # noqa: E402
from realtime.documents import pictures as kept  # noqa: E402
from realtime.models import Picture  # noqa: E402
from realtime.prose.tree import Node, doc, paragraph  # noqa: E402
from realtime.services import renditions  # noqa: E402

BAR_SECONDS = 1.0
LONG = 200


@dataclass(frozen=True, slots=True)
class Case:
    """One plan to be printed."""

    name: str
    body: PlanBody
    bar: float | None
    pictures: tuple[str, ...] = ()


def fullest() -> PlanBody:
    """The longest of the sample plans."""
    return max((body_of(sample) for _name, sample in samples()), key=lambda body: len(str(body)))


def photos(count: int) -> Iterator[bytes]:
    """Photographs as a phone makes them."""
    for number in range(count):
        buffer = io.BytesIO()
        landscape = Image.effect_mandelbrot((4000, 3000), (-2, -1.5, 1, 1.5), 60 + number).convert("RGB")
        Image.blend(landscape, Image.effect_noise((4000, 3000), 60).convert("RGB"), 0.05).save(buffer, "JPEG")
        yield buffer.getvalue()


def with_pictures(body: PlanBody, pictures: Sequence[str]) -> PlanBody:
    lines = tuple(paragraph(Node("image", attrs={"picture": name})) for name in pictures)
    return replace(body, fields={**body.fields, "references": doc(lines)})


def with_steps(body: PlanBody, count: int) -> PlanBody:
    steps = [replace(body.steps[n % len(body.steps)], id=f"s{n}", order=f"a{n:04}") for n in range(count)]
    return replace(body, steps=tuple[Step, ...](steps))


def cases(pictures: tuple[str, ...]) -> list[Case]:
    """The plans that are printed."""
    full = fullest()
    return [
        Case("a full plan", full, BAR_SECONDS),
        Case("the same with 10 photographs", with_pictures(full, pictures), BAR_SECONDS, pictures),
        Case(f"the same with {LONG} steps", with_steps(full, LONG), None),
    ]


def printed(document: pycrdt.Doc, case: Case) -> PrintedPlan:  # type: ignore[type-arg]
    """From the shared document and the pictures that are kept to what stands on paper, as an export does it."""
    body = read_body(document)
    fields = tuple(PrintedSection(key, node) for key, node in body.fields.items())
    process = PrintedSection("教学过程", steps=body.steps)
    facts = (("学科", "思想政治"), ("年级", "高一"), ("课时", "2 课时"), ("课型", "新授课"))
    names = ("刘秀兰", "薛海峰")
    pictures = kept.on_paper(body.pictures())
    return PrintedPlan("家书里的家国情怀", "示例市第一中学", names, facts, (*fields, process), pictures)


def forget_copies(pictures: Iterable[str]) -> None:
    """As if nobody had exported the pictures yet."""
    for picture in Picture.objects.filter(pk__in=pictures):
        renditions.forget(picture)


def seconds(work: Callable[[], object], times: int, *, before: Callable[[], object] = lambda: None) -> float:
    """The median of that many runs, after one that warms up; ``before`` each, something that is not counted."""
    work()
    taken = []
    for _ in range(times):
        before()
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
    word, pdf = to_docx(printed(document, case)), to_pdf(printed(document, case))
    peer = by_libreoffice(word, min(times, 3))
    in_word = seconds(lambda: to_docx(printed(document, case)), times)
    in_pdf = seconds(lambda: to_pdf(printed(document, case)), times)
    return [
        Row(case.name, "docx", "s", in_word, bar=case.bar),
        Row(
            case.name, "PDF", "s", in_pdf, peer, "LibreOffice, from our docx" if peer else None, bar=case.bar
        ),
        *(_first(document, case, times) if case.pictures else ()),
        Row(case.name, "size of the docx", "KB", round(len(word) / 1000, 1)),
        Row(case.name, "size of the PDF", "KB", round(len(pdf) / 1000, 1)),
    ]


def _first(document: pycrdt.Doc, case: Case, times: int) -> Iterator[Row]:  # type: ignore[type-arg]
    def unprinted() -> None:
        forget_copies(case.pictures)

    yield Row(
        case.name,
        "docx, the first",
        "s",
        seconds(lambda: to_docx(printed(document, case)), times, before=unprinted),
    )
    yield Row(
        case.name,
        "PDF, the first",
        "s",
        seconds(lambda: to_pdf(printed(document, case)), times, before=unprinted),
    )


def taken_in() -> tuple[list[str], Row]:
    """Ten photographs kept as an upload keeps them, and how long one takes, its copy for paper included."""
    pictures, taken = [], []
    for data in photos(10):
        begun = time.perf_counter()
        pictures.append(str(kept.keep(data, by_id=None).pk))
        taken.append(time.perf_counter() - begun)
    return pictures, Row(
        "one photograph", "kept, as an upload does it", "s", round(statistics.median(taken), 3)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.documents", description=__doc__)
    parser.add_argument("--short", action="store_true", help="once each, nothing is kept")
    options = parser.parse_args(arguments)
    load_before = results.load()
    call_command("migrate", verbosity=0)
    pictures, upload = taken_in()
    rows = [row for case in cases(tuple(pictures)) for row in rows_of(case, 1 if options.short else 7)] + [
        upload
    ]
    print(results.table([row.to_json() for row in rows]))
    if not options.short:
        used = {name: version(name) for name in ("python-docx", "typst", "pycrdt")}
        used["Python"] = sys.version.split()[0]
        results.keep("documents", rows, used, load_before=load_before)
        results.show("documents")
    return 0


if __name__ == "__main__":
    sys.exit(main())
