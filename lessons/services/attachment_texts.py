"""Read the text of files that are kept with plans, so that they are found by what stands in them."""

import logging
import shutil
import tempfile
from pathlib import Path
from typing import Final

from django.db import transaction

from lessons import media, searchables, tasks
from lessons.imports import sandbox
from lessons.imports.refusal import Refused
from lessons.imports.texts import DOCX, PDF, PPTX
from lessons.models import Attachment, AttachmentText

log = logging.getLogger(__name__)
KINDS: Final = {media.DOCX.media_type: DOCX, media.PPTX.media_type: PPTX, media.PDF.media_type: PDF}
AT_ONCE: Final = 50
NOT_ITS_FAULT: Final = {"no_sandbox", "missing"}
"""The machine is at fault, not the file; it is tried again later."""


def read_text(attachment_id: int) -> bool:
    """Read one file's text and have it searched (读取附件文字); whether there was something to read. Done twice it
    changes nothing; a file that cannot be read stays as it is and is found by its name.
    """
    attachment = Attachment.objects.filter(pk=attachment_id, media_type__in=KINDS, read=None).first()
    if attachment is None:
        return False
    try:
        pages, fault = _pages(attachment), ""
    except Refused as refusal:
        log.info("attachment %s has no text: %s %s", attachment_id, refusal.code, refusal.detail)
        if refusal.code in NOT_ITS_FAULT:
            return False
        pages, fault = [], refusal.code
    with transaction.atomic():
        if not Attachment.objects.select_for_update(no_key=True).filter(pk=attachment_id).exists():
            return False  # it was removed while it was read
        AttachmentText.objects.update_or_create(
            attachment=attachment, defaults={"pages": pages, "fault": fault}
        )
        searchables.file_changed(attachment_id)
    return True


def _pages(attachment: Attachment) -> list[str]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            with attachment.file.open("rb") as stored, (folder / "input").open("wb") as copy:
                shutil.copyfileobj(stored, copy)
        except OSError as error:
            raise Refused("missing", str(error)) from error
        return sandbox.texts(folder, file="input", kind=KINDS[attachment.media_type])


def read_missed() -> int:
    """Queue what has not been read: files from before there was a search, and those whose task was lost; how many.

    In no order: fifty that cannot be read here, for their bytes are missing, must not keep all others from their turn.
    """
    waiting = Attachment.objects.filter(media_type__in=KINDS, read=None).order_by("?")
    ids = list(waiting.values_list("pk", flat=True)[:AT_ONCE])
    for attachment_id in ids:
        tasks.read_attachment.enqueue(attachment_id)
    return len(ids)
