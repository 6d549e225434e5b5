"""The record of who did what, and the chain that shows whether somebody tampered with it."""

from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research.audit_actions import label_of
from research.enums import AuditResult
from research.errors import AppendOnlyError

Row = TypeVar("Row", bound=models.Model)


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Rows that are written once: there is no update and no delete. The database's triggers say the same."""

    @override
    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model._meta.label)

    @override
    def delete(self) -> NoReturn:
        raise AppendOnlyError(self.model._meta.label)

    @override
    def bulk_update(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self.model._meta.label)


class AppendOnly(models.Model):
    """A row that is written once."""

    class Meta:
        abstract = True

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError(self._meta.label)
        super().save(*args, **kwargs | {"force_insert": True})

    @override
    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnlyError(self._meta.label)


class AuditEvent(AppendOnly):
    """审计事件: somebody did something, or tried what they may not.

    ``action`` is ``<noun>.<verb in the past tense>``, ``target`` names the row, ``<app>.<model>:<pk>``,
    ``detail`` holds facts, never a text that somebody wrote. ``person`` is empty where nobody was signed in.
    """

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("person"),
    )
    address = models.GenericIPAddressField(_("network address"), null=True)
    action = models.CharField(_("action"), max_length=60, db_index=True)
    target = models.CharField(_("target"), max_length=120, blank=True, db_index=True)
    result = models.CharField(_("result"), max_length=10, choices=AuditResult, default=AuditResult.DONE)
    detail = models.JSONField(_("detail"), default=dict)

    objects = AppendOnlyQuerySet["AuditEvent"].as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")

    @override
    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.target}"

    def get_action_label(self) -> str:
        """The act in words."""
        return label_of(self.action)


class AuditSeal(AppendOnly):
    """封存: one link of the hash chain over the audit events, in the order of sealing.

    ``digest`` is SHA-256 over the link before it and the event in canonical form. Links outlive
    events, so that the chain can be followed past what the retention let go.
    """

    event_id = models.BigIntegerField(_("audit event"), unique=True)
    digest = models.CharField(_("digest"), max_length=64)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AppendOnlyQuerySet["AuditSeal"].as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("audit seal")
        verbose_name_plural = _("audit seals")

    @override
    def __str__(self) -> str:
        return f"{self.pk} · {self.digest[:12]}"
