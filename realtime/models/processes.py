"""What the server processes tell each other through the database."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class AccessChange(models.Model):
    """A sign that who may see what has changed (权限变更): every server process re-checks its live
    connections.

    Rows are only inserted, so that no transaction waits for another one's; the processes compare how many
    there are and which is the last. Rows older than a day are swept away.
    """

    at = models.DateTimeField(_("at"), db_default=Now(), db_index=True)

    class Meta:
        verbose_name = _("access change")
        verbose_name_plural = _("access changes")

    @override
    def __str__(self) -> str:
        return f"{self.pk}"


class ServerProcess(models.Model):
    """A server process that is alive (服务进程); its beat is renewed every few seconds."""

    id = models.UUIDField(primary_key=True)
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process number"))
    shares_hints = models.BooleanField(_("talks to other processes through Redis"))
    beats = models.PositiveBigIntegerField(_("beats"), default=0)
    started_at = models.DateTimeField(_("started"), db_default=Now())
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        ordering = ["started_at", "pk"]
        verbose_name = _("server process")
        verbose_name_plural = _("server processes")

    @override
    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"
