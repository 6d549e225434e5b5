"""The record of who did what."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from research.enums import AuditResult


class AuditEvent(models.Model):
    """审计事件: somebody did something, or tried what they may not. Written once, never changed, kept ≥ 180 days.

    ``action`` is ``<noun>.<verb in the past tense>``; ``target`` names the row as ``<app>.<model>:<pk>``; ``detail``
    holds facts, never a text that somebody wrote.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    address = models.GenericIPAddressField(_("network address"), null=True)
    action = models.CharField(_("action"), max_length=60, db_index=True)
    target = models.CharField(_("target"), max_length=120, blank=True, db_index=True)
    result = models.CharField(_("result"), max_length=10, choices=AuditResult, default=AuditResult.DONE)
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.target}"
