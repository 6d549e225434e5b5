"""What people do with the search: saved and recent searches, what is often asked, what found nothing."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

MAX_QUERY = 200


class SavedSearch(models.Model):
    """A search that a person keeps (保存的检索): its address without the page, and when its results were last looked at.

    ``params`` are the parameters of the results page as a query string in a settled order.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="saved_searches",
        verbose_name=_("person"),
    )
    name = models.CharField(_("name"), max_length=80)
    params = models.CharField(_("parameters"), max_length=1000)
    looked_at = models.DateTimeField(_("last looked at"))
    created_at = models.DateTimeField(_("saved"), auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["person", "params"], name="saved_search_once"),
            models.CheckConstraint(name="saved_search_has_a_name", condition=~Q(name="")),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class RecentSearch(models.Model):
    """What a person asked last (最近检索). Only that person sees it, and may empty it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="recent_searches",
        verbose_name=_("person"),
    )
    query = models.CharField(_("query"), max_length=MAX_QUERY)
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("recent search")
        verbose_name_plural = _("recent searches")
        constraints = [
            models.UniqueConstraint(fields=["person", "query"], name="recent_search_once"),
            models.CheckConstraint(name="recent_search_not_empty", condition=~Q(query="")),
        ]

    @override
    def __str__(self) -> str:
        return self.query


class QueryLog(models.Model):
    """One search, without who asked (检索日志): the words, how many results, and how the page answered; kept 180 days.

    ``query`` is empty where it may name a person (a staff or mobile number, a name that is an account's).
    """

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    query = models.CharField(_("query"), max_length=MAX_QUERY, blank=True)
    filters = models.CharField(_("filters"), max_length=300, blank=True)
    kind = models.CharField(_("kind"), max_length=30, blank=True)
    total = models.PositiveIntegerField(_("results"))
    took_ms = models.PositiveIntegerField(_("milliseconds"))
    corrected = models.BooleanField(_("a correction was offered"), default=False)
    at = models.DateTimeField(_("at"), db_default=Now(), db_index=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = _("search log entry")
        verbose_name_plural = _("search log")

    @override
    def __str__(self) -> str:
        return self.query


class QueryClick(models.Model):
    """A result that was opened (点击): its rank on the page."""

    log = models.ForeignKey(
        QueryLog, on_delete=models.CASCADE, related_name="clicks", verbose_name=_("search")
    )
    kind = models.CharField(_("kind"), max_length=30)
    rank = models.PositiveIntegerField(_("rank"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        ordering = ["at"]
        verbose_name = _("opened result")
        verbose_name_plural = _("opened results")
        constraints = [models.CheckConstraint(name="query_click_rank_from_one", condition=Q(rank__gte=1))]

    @override
    def __str__(self) -> str:
        return f"{self.log_id} #{self.rank}"


class HotSearch(models.Model):
    """A search that many ask (热门检索), shown once an administrator agreed."""

    query = models.CharField(_("query"), max_length=40, unique=True)
    count = models.PositiveIntegerField(_("asked in the last thirty days"), default=0)
    is_shown = models.BooleanField(_("shown"), default=False)
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    class Meta:
        ordering = ["position", "-count", "query"]
        verbose_name = _("hot search")
        verbose_name_plural = _("hot searches")
        constraints = [
            models.CheckConstraint(name="hot_search_not_empty", condition=~Q(query="")),
            models.CheckConstraint(
                name="hot_search_shown_only_after_review",
                condition=Q(is_shown=False) | Q(reviewed_at__isnull=False),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.query
