"""Templates of plans: their fields are data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons.enums import SectionKind


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a template (栏目). ``tables`` says whether a free table may stand in it."""

    key: str
    label: str
    kind: SectionKind = SectionKind.RICH
    hint: str = ""
    tables: bool = False
    required: bool = False


class PlanTemplateQuerySet(models.QuerySet["PlanTemplate"]):
    def current(self) -> PlanTemplateQuerySet:
        """The newest version of each template that is offered."""
        newer = PlanTemplate.objects.filter(
            key=models.OuterRef("key"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(newer), is_offered=True)


class PlanTemplate(models.Model):
    """教案模板, one version of it. Never changed once made: an edit is a new version, and plans keep
    theirs.

    ``definition`` is ``{"sections": [{"key", "label", "kind", "hint", "tables", "required"}, …]}`` in the
    order of the page. ``is_offered`` is the only column that changes.
    """

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=40)
    description = models.CharField(_("description"), max_length=200, blank=True)
    definition = models.JSONField(_("definition"))
    is_offered = models.BooleanField(_("offered for new plans"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PlanTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["position", "key", "-version"]
        verbose_name = _("plan template")
        verbose_name_plural = _("plan templates")
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="plan_template_version_once"),
            models.CheckConstraint(name="plan_template_version_from_one", condition=Q(version__gte=1)),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    def sections(self) -> Iterator[Section]:
        """The sections in the order of the page."""
        for section in self.definition["sections"]:
            yield Section(**{**section, "kind": SectionKind(section.get("kind", SectionKind.RICH))})
