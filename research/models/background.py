"""Who does the background work, and when the regular jobs ran."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class WorkerBeat(models.Model):
    """心跳: a living worker process. One whose ``beat_at`` is old is dead, and its task is handed on."""

    worker = models.CharField(_("worker"), max_length=64, primary_key=True)
    host = models.CharField(_("host and process"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    beat_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        ordering = ["started_at"]
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    @override
    def __str__(self) -> str:
        return self.host


class PeriodicRun(models.Model):
    """定时任务: when a regular job is due, and who holds it now, so that several workers run it once."""

    name = models.CharField(_("name"), max_length=80, primary_key=True)
    due_at = models.DateTimeField(_("due"))
    holder = models.CharField(_("run by"), max_length=64, blank=True)
    leased_until = models.DateTimeField(_("lease ends"), null=True)
    finished_at = models.DateTimeField(_("last finished"), null=True)
    fault = models.TextField(_("last fault"), blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("regular job")
        verbose_name_plural = _("regular jobs")
        constraints = [
            models.CheckConstraint(
                name="periodic_run_held_exactly_while_leased",
                condition=models.Q(holder="", leased_until=None)
                | (~models.Q(holder="") & models.Q(leased_until__isnull=False)),
            )
        ]

    @override
    def __str__(self) -> str:
        return self.name
