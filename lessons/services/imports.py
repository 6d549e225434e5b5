"""Take files in, read them in the background, place what was found, make plans of it."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import tasks
from lessons.enums import ImportState
from lessons.errors import ImportRefusedError, PlacingError
from lessons.imports import limits, prescan, sandbox
from lessons.imports.refusal import Refused
from lessons.models import ImportLesson, ImportPicture, LabelSynonym, PlanImport
from research.enums import AuditResult
from research.models import Person
from research.services import audit

log = logging.getLogger(__name__)
KEPT_FOR = timedelta(days=30)
MOST_OPEN = 30
HOSTILE = {"unsafe", "bomb", "too_deep"}
METAFILES = (".wmf", ".emf")


class Readable(Protocol):
    """What an upload and an open file have in common."""

    def read(self, size: int, /) -> bytes: ...


def sentence(code: str) -> str:
    """What is wrong with a file and what to do, by the code of a refusal."""
    save_as = _("Open it in Word or WPS, choose «Save as», type .docx, and import that file.")
    sentences = {
        "empty": _("The file is empty. Please choose the right one."),
        "too_big": _(
            "The file is larger than 64 MB. Compress its pictures in Word or WPS, save, and try again."
        ),
        "password": _(
            "The file is locked with a password. Remove the password in Word or WPS, save, and try again."
        ),
        "spreadsheet": _("This is a spreadsheet. Please copy the lesson into a Word file and import that."),
        "slides": _("These are slides. Please import the lesson plan as a Word file."),
        "pdf": _(
            "This is a PDF, in which a form cannot be recognised. "
            "Please import the Word file it was made from."
        ),
        "picture": _("This is a picture. Please import the lesson plan as a Word file."),
        "web_page": save_as,
        "no_office": save_as,
        "other_zip": _(
            "This is a packed folder, not a Word file. Unpack it and import the Word files in it."
        ),
        "broken": _("The file is damaged. Open it in Word or WPS, save it anew, and try again."),
        "unknown": _("This is not a Word file that can be read. %(save_as)s") % {"save_as": save_as},
        "unsafe": _("The file holds parts that may do harm, so it was not opened. %(save_as)s")
        % {"save_as": save_as},
        "bomb": _("The file unpacks to far more than a lesson plan can be, so it was not opened. %(save_as)s")
        % {"save_as": save_as},
        "too_many_entries": _("The file is put together of too many parts. %(save_as)s")
        % {"save_as": save_as},
        "too_much_text": _(
            "The file holds too much text for a lesson plan. Split it by lesson and import the parts."
        ),
        "too_many_pieces": _(
            "The file has more than 20,000 paragraphs and cells. "
            "Delete empty ones or split it by lesson, then try again."
        ),
        "too_many_pictures": _(
            "The pictures in the file are too large. Compress them in Word or WPS and try again."
        ),
        "too_deep": _("Tables in the file stand too deep in one another. %(save_as)s") % {"save_as": save_as},
        "too_much_work": _(
            "Reading this file takes too long. Split it by lesson, or save it anew in Word, and try again."
        ),
        "crashed": _("The file could not be read. %(save_as)s If that does not help, tell the administrator.")
        % {"save_as": save_as},
        "no_sandbox": _("Files cannot be read safely on this server. Please tell the administrator."),
        "too_many_imports": _("You have many unfinished imports. Finish or delete some first."),
    }
    return sentences.get(code, sentences["crashed"])


# --- taking in
# ------------------------------------------------------------------------------------------------


def begin_import(*, by: Person, name: str, file: Readable, size_bytes: int) -> PlanImport:
    """Look at an uploaded file and queue its reading (导入). A file that is refused is not kept.

    Raises ImportRefusedError with a sentence that says what to do.
    """
    try:
        if size_bytes > limits.UPLOAD_BYTES:
            raise Refused("too_big")  # noqa: TRY301 - one way out for every refusal
        if PlanImport.objects.filter(owner=by).exclude(state=ImportState.DONE).count() >= MOST_OPEN:
            raise Refused("too_many_imports")  # noqa: TRY301 - the same
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "input"
            _copy(file, path)
            found = prescan.scan(path)
            if found.kind == "office" and sandbox.office() is None:
                raise Refused("no_office")  # noqa: TRY301 - the same
            return _queue(by=by, name=name, path=path, found=found)
    except Refused as refusal:
        _record_refusal(refusal, by=by)
        raise ImportRefusedError(refusal.code, sentence(refusal.code)) from refusal


def _copy(file: Readable, path: Path) -> None:
    """At most the allowed size, whatever was announced."""
    left = limits.UPLOAD_BYTES + 1
    with path.open("wb") as copy:
        while left > 0 and (chunk := file.read(min(limits.MIB, left))):
            copy.write(chunk)
            left -= len(chunk)


def _record_refusal(refusal: Refused, *, by: Person) -> None:
    log.info("import refused: %s %s", refusal.code, refusal.detail)
    if refusal.code in HOSTILE:
        audit.record("import.refused", by=by, result=AuditResult.REFUSED, code=refusal.code)


@transaction.atomic
def _queue(*, by: Person, name: str, path: Path, found: prescan.Found) -> PlanImport:
    item = PlanImport(
        owner=by,
        name=_clean_name(name),
        kind=found.kind,
        size_bytes=path.stat().st_size,
        dropped=[list(entry) for entry in found.dropped],
        expires_at=timezone.now() + KEPT_FOR,
    )
    with path.open("rb") as file:
        item.file.save("source", File(file), save=False)
    try:
        item.save(force_insert=True)
        audit.record("import.begun", by=by, target=item, kind=found.kind, size_bytes=item.size_bytes)
        tasks.read_import.enqueue(str(item.pk))
    except BaseException:
        item.file.delete(save=False)
        raise
    return item


def _clean_name(name: str) -> str:
    plain = "".join(
        character for character in name.replace("\\", "/").rpartition("/")[2] if character.isprintable()
    )
    return plain[-200:] or "Word"


# --- reading
# --------------------------------------------------------------------------------------------------


def read_import(import_id: str) -> None:
    """Read a file in the background. Done twice it changes nothing; a fault leaves a sentence and no half
    result.
    """
    item = PlanImport.objects.filter(
        pk=import_id, state__in=[ImportState.WAITING, ImportState.READING]
    ).first()
    if item is None:
        return
    _progress(item, 10)
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            answer = _read(item, folder)
            _progress(item, 80)
            _convert_metafiles(answer, folder)
            _store(item.pk, answer, folder)
    except Refused as refusal:
        log.warning("import %s refused: %s %s", item.pk, refusal.code, refusal.detail)
        _fail(item, refusal.code)
    except Exception:
        log.exception("import %s failed", item.pk)
        _fail(item, "crashed")
        raise


def _read(item: PlanImport, folder: Path) -> dict[str, Any]:
    source, kind = folder / "input.doc", item.kind
    with item.file.open("rb") as stored, source.open("wb") as copy:
        shutil.copyfileobj(stored, copy)
    if kind == "office":
        converted = sandbox.convert(folder, files=[source.name], to="docx:MS Word 2007 XML")
        if not converted:
            raise Refused("broken", "LibreOffice wrote nothing")
        source, kind = converted[0], prescan.scan(converted[0]).kind
        _progress(item, 50)
    extra = dict(LabelSynonym.objects.values_list("words", "place"))
    return sandbox.read(folder, file=str(source.relative_to(folder)), kind=kind, labels=extra)


def _progress(item: PlanImport, percent: int) -> None:
    item.state, item.progress_percent = ImportState.READING, percent
    PlanImport.objects.filter(pk=item.pk).update(state=item.state, progress_percent=percent)


def _fail(item: PlanImport, code: str) -> None:
    PlanImport.objects.filter(pk=item.pk).update(state=ImportState.FAILED, fault=code)


def _convert_metafiles(answer: dict[str, Any], folder: Path) -> None:
    """Old Windows drawings become PNG where LibreOffice is installed; else they are listed as left out."""
    old = [picture for picture in answer["pictures"] if picture["file"].endswith(METAFILES)]
    made: dict[str, Path] = {}
    if old and sandbox.office() is not None:
        files = [f"pictures/{picture['file']}" for picture in old]
        try:
            made = {path.stem: path for path in sandbox.convert(folder, files=files, to="png")}
        except Refused as refusal:
            log.warning("drawings not converted: %s", refusal)
    for picture in old:
        path = made.get(str(picture["number"]))
        if path is None:
            answer["source"]["dropped"].append(["drawing", picture["file"]])
            answer["pictures"].remove(picture)
        else:
            picture["file"] = f"../converted/{path.name}"


@transaction.atomic
def _store(import_id: Any, answer: Mapping[str, Any], folder: Path) -> None:
    """Write everything of a read file at once."""
    item = PlanImport.objects.select_for_update(no_key=True).get(pk=import_id)
    result = answer["result"]
    item.source = {"blocks": answer["source"]["blocks"], "dropped": []}
    item.dropped = item.dropped + answer["source"]["dropped"]
    item.rest, item.verdict = result["rest"], result["verdict"]
    item.state, item.progress_percent, item.read_at = ImportState.READY, 100, timezone.now()
    item.save()
    item.lessons.all().delete()
    for number, lesson in enumerate(result["lessons"]):
        ImportLesson.objects.create(item=item, number=number, **lesson)
    for picture in answer["pictures"]:
        path = folder / "pictures" / picture["file"]
        row = ImportPicture(
            item=item, number=picture["number"], width=picture["width"], height=picture["height"]
        )
        row.file.save(path.name, ContentFile(path.read_bytes()), save=False)
        row.save(force_insert=True)
    audit.record(
        "import.read", by=item.owner, target=item, lessons=len(result["lessons"]), verdict=item.verdict
    )


# --- ending
# ---------------------------------------------------------------------------------------------------


@transaction.atomic
def discard_import(*, item: PlanImport, by: Person) -> None:
    """Delete an import with everything that was taken out of the file (删除导入).

    Raises PlacingError while something of it waits at a plan to be placed.
    """
    waiting = item.lessons.filter(left_over__gt=0, plan__isnull=False).select_related("plan").first()
    if waiting is not None:
        told = _(
            "Some of this file still waits in the plan «%(title)s». Place it there or leave it out first."
        )
        raise PlacingError(told % {"title": waiting.plan})
    audit.record("import.discarded", by=by, target=item)
    _delete(item)


@transaction.atomic
def purge_imports() -> int:
    """Delete what nobody finished in thirty days, but for what waits at a plan to be placed; how many."""
    waiting = ImportLesson.objects.filter(left_over__gt=0, plan__isnull=False)
    expired = list(
        PlanImport.objects.filter(expires_at__lte=timezone.now()).exclude(pk__in=waiting.values("item"))
    )
    for item in expired:
        _delete(item)
    return len(expired)


def _delete(item: PlanImport) -> None:
    files = [item.file, *(picture.file for picture in item.pictures.all())]
    item.delete()
    for file in files:
        if file.name:
            transaction.on_commit(partial(file.storage.delete, file.name))
