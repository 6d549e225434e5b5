"""Files that belong to a plan."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons.models.plans import LessonPlan


def stored_at(attachment: "Attachment", _name: str) -> str:
    """A place that says nothing of the file's own name."""
    return f"attachments/{attachment.plan_id}/{attachment.token.hex}"


class Attachment(models.Model):
    """附件: a Word, PDF or PowerPoint file or a picture, kept as it came and given out only after a check.

    ``name`` is cleaned for showing and for the download's header; ``media_type`` was read from the bytes.
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(
        LessonPlan, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("plan")
    )
    file = models.FileField(_("file"), upload_to=stored_at, max_length=200)
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.UniqueConstraint(fields=["plan", "sha256"], name="attachment_once_in_a_plan"),
            models.CheckConstraint(name="attachment_not_empty", condition=Q(size_bytes__gt=0)),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class AttachmentText(models.Model):
    """The plain text of an attachment by page (附件文字), read once in the background for the search.

    ``fault`` is the code of a refusal where it could not be read; there are no pages then.
    """

    attachment = models.OneToOneField(
        Attachment,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="read",
        verbose_name=_("attachment"),
    )
    pages = models.JSONField(_("pages"), default=list)
    fault = models.CharField(_("fault"), max_length=40, blank=True)
    read_at = models.DateTimeField(_("read"), auto_now=True)

    class Meta:
        verbose_name = _("text of an attachment")
        verbose_name_plural = _("texts of attachments")
        constraints = [
            models.CheckConstraint(name="attachment_text_or_fault", condition=Q(fault="") | Q(pages=[]))
        ]

    @override
    def __str__(self) -> str:
        return f"{self.attachment_id}: {len(self.pages)}"
