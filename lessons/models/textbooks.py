"""The catalogue of textbooks that plans follow."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research.enums import Stage


class Textbook(models.Model):
    """教材: one volume (册) of one edition (教材版本) of a subject. Administrators edit the catalogue."""

    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    subject = models.CharField(_("subject"), max_length=40)
    edition = models.CharField(_("edition"), max_length=60)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    volume = models.CharField(_("volume"), max_length=60)
    position = models.PositiveIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("textbook")
        verbose_name_plural = _("textbooks")
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "subject", "edition", "grade", "volume"],
                name="textbook_once_in_the_catalogue",
            )
        ]

    @override
    def __str__(self) -> str:
        return " · ".join(part for part in (self.subject, self.edition, self.grade, self.volume) if part)


class TextbookUnit(models.Model):
    """单元 of a textbook, or a lesson (课) below one; ``parent`` is empty for a unit."""

    textbook = models.ForeignKey(
        Textbook, on_delete=models.CASCADE, related_name="units", verbose_name=_("textbook")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="lessons",
        verbose_name=_("unit"),
    )
    title = models.CharField(_("title"), max_length=120)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["textbook", "position", "pk"]
        verbose_name = _("textbook unit")
        verbose_name_plural = _("textbook units")
        constraints = [
            models.CheckConstraint(
                name="textbook_unit_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("pk"))
            )
        ]

    @override
    def __str__(self) -> str:
        return self.title
