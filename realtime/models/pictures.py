"""Pictures that stand in shared documents."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from realtime.models.documents import Document


def stored_at(picture: "Picture", _name: str) -> str:
    """A place that says nothing of the file's own name."""
    name = picture.uuid.hex
    return f"pictures/{name[:2]}/{name}"


class Picture(models.Model):
    """图片: decoded and written anew when it came, so it carries no EXIF, no name, nothing but its pixels.

    Never changed. ``sha256`` is of the bytes as they are kept. It may be seen by whoever may read a
    document that uses it; without any use it is purged after a time of grace.
    """

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(_("type"), max_length=20)
    width = models.PositiveIntegerField(_("width in pixels"))
    height = models.PositiveIntegerField(_("height in pixels"))
    size_bytes = models.PositiveBigIntegerField(_("size"))
    file = models.FileField(_("file"), upload_to=stored_at, max_length=200)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    added_at = models.DateTimeField(_("added"), db_default=Now(), db_index=True)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        constraints = [
            models.CheckConstraint(
                name="picture_not_empty", condition=Q(size_bytes__gt=0, width__gt=0, height__gt=0)
            )
        ]

    @override
    def __str__(self) -> str:
        return str(self.uuid)


class PictureUse(models.Model):
    """图片的使用: the picture was put into that document. It stays while the document's history holds it.

    ``seen_at`` is set once the picture was found in the document's log; a use that is never seen there is
    dropped after the time of grace.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="picture_uses")
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="uses")
    added_at = models.DateTimeField(_("added"), db_default=Now())
    seen_at = models.DateTimeField(_("found in the log"), null=True, blank=True)

    class Meta:
        ordering = ["document", "pk"]
        verbose_name = _("use of a picture")
        verbose_name_plural = _("uses of pictures")
        constraints = [
            models.UniqueConstraint(fields=["document", "picture"], name="picture_once_in_a_document")
        ]
        indexes = [models.Index(fields=["added_at"], condition=Q(seen_at=None), name="picture_use_not_seen")]

    @override
    def __str__(self) -> str:
        return f"{self.picture_id} · {self.document_id}"
