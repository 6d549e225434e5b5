"""Keep files with a plan."""

import hashlib
from typing import IO
from uuid import uuid4

from django.core.files import File
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from lessons import media, searchables, tasks
from lessons.errors import AttachmentError
from lessons.models import Attachment
from lessons.services.plans import locked_in_use
from research.models import Person
from research.services import audit

MIB = 2**20
MAX_FILE_BYTES = 50 * MIB
MAX_PLAN_BYTES = 100 * MIB


@transaction.atomic
def attach_file(*, plan_id: int, file: IO[bytes], name: str, size_bytes: int, by: Person) -> Attachment:
    """Keep a file with a plan (添加附件). ``file`` stands at its beginning.

    Raises AttachmentError if it is empty, too large, of a type that is not kept, or there already;
    TrashError.
    """
    plan = locked_in_use(plan_id)
    _check_size(size_bytes, kept=plan.attachments.aggregate(sum=Sum("size_bytes"))["sum"] or 0)
    found = media.recognise(file)
    digest = _digest(file)
    if plan.attachments.filter(sha256=digest).exists():
        raise AttachmentError(_("This file is attached already."))
    attachment = Attachment(
        token=uuid4(), plan=plan, name=media.clean_name(name, found.extension), media_type=found.media_type,
        size_bytes=size_bytes, sha256=digest, added_by=by,
    )  # fmt: skip
    attachment.file.save(attachment.name, File(file), save=False)
    try:
        attachment.save()
        audit.record(
            "plan.file_attached", by=by, target=plan, attachment=attachment.pk, size_bytes=size_bytes
        )
        searchables.file_changed(attachment.pk)
        tasks.read_attachment.enqueue(attachment.pk)
    except BaseException:
        attachment.file.delete(save=False)
        raise
    return attachment


@transaction.atomic
def remove_file(*, attachment: Attachment, by: Person) -> None:
    """Delete a file of a plan (删除附件). Raises TrashError."""
    plan = locked_in_use(attachment.plan_id)
    audit.record("plan.file_removed", by=by, target=plan, attachment=attachment.pk, sha256=attachment.sha256)
    searchables.file_changed(attachment.pk, narrows=True)
    attachment.delete()
    delete_file(attachment)


def delete_file(attachment: Attachment) -> None:
    """Delete the bytes once the running transaction has committed."""
    transaction.on_commit(lambda: attachment.file.delete(save=False))


def _check_size(size_bytes: int, *, kept: int) -> None:
    if size_bytes == 0:
        raise AttachmentError(_("The file is empty."))
    if size_bytes > MAX_FILE_BYTES:
        raise AttachmentError(_("A file may have at most %(most)s MB.") % {"most": MAX_FILE_BYTES // MIB})
    if kept + size_bytes > MAX_PLAN_BYTES:
        raise AttachmentError(
            _("The files of a plan may have %(most)s MB together. Remove one that is no longer needed.")
            % {"most": MAX_PLAN_BYTES // MIB}
        )


def _digest(file: IO[bytes]) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(MIB):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
