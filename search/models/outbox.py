"""What changed and is not in the index yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class OutboxQuerySet(models.QuerySet["OutboxRow"]):
    def due(self) -> OutboxQuerySet:
        """What may be tried now, oldest first."""
        now = timezone.now()
        return self.filter(Q(retry_at=None) | Q(retry_at__lte=now), dead_at=None).order_by("pk")

    def waiting(self) -> OutboxQuerySet:
        return self.filter(dead_at=None)

    def dead(self) -> OutboxQuerySet:
        """What was given up; somebody has to look."""
        return self.filter(dead_at__isnull=False)


class OutboxRow(models.Model):
    """A thing that changed and must be read for the index anew (待索引), written with the change itself.

    ``narrows`` marks a change after which fewer people may find it: until the index knows, every search leaves the thing
    out. A row that failed is tried again at ``retry_at``, and given up at ``dead_at``; one that narrows still counts then.
    """

    kind = models.CharField(_("kind"), max_length=30)
    key = models.CharField(_("key"), max_length=100)
    narrows = models.BooleanField(_("narrows who may find it"), default=False)
    at = models.DateTimeField(_("at"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    retry_at = models.DateTimeField(_("tried again at"), null=True, blank=True)
    dead_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    fault = models.CharField(_("fault"), max_length=500, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("waiting for the index")
        verbose_name_plural = _("waiting for the index")
        indexes = [
            models.Index("kind", "key", condition=Q(narrows=True), name="outbox_narrowing"),
            models.Index("dead_at", condition=Q(dead_at__isnull=False), name="outbox_dead"),
        ]
        constraints = [
            models.CheckConstraint(
                name="outbox_given_up_after_tries_with_a_fault",
                condition=Q(dead_at=None) | (Q(tries__gte=1) & ~Q(fault="")),
            )
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class IndexerLease(models.Model):
    """Which process reads the outbox now, so that several workers do it one at a time."""

    name = models.CharField(_("name"), max_length=30, primary_key=True)
    holder = models.CharField(_("held by"), max_length=64, blank=True)
    until = models.DateTimeField(_("lease ends"), default=timezone.now)
    last_pass_at = models.DateTimeField(_("last pass"), null=True, blank=True)
    fault = models.CharField(_("last fault"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("indexer")
        verbose_name_plural = _("indexers")

    @override
    def __str__(self) -> str:
        return f"{self.name}: {self.holder}"
