"""Who used a plan, and who opened it last."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons.enums import UseKind
from lessons.models.plans import LessonPlan


class PlanUse(models.Model):
    """使用: another person took the plan for themselves; counted once a person and day, whatever the kind.

    ``on`` is the day in the site's time zone.
    """

    plan = models.ForeignKey(
        LessonPlan, on_delete=models.CASCADE, related_name="uses", verbose_name=_("plan")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=12, choices=UseKind)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("use of a plan")
        verbose_name_plural = _("uses of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "person", "on"], name="plan_use_once_a_person_and_day")
        ]

    @override
    def __str__(self) -> str:
        return f"{self.plan_id} {self.person_id} {self.on}"


class PlanVisit(models.Model):
    """When a person last opened a plan, for «最近的教案»."""

    plan = models.ForeignKey(
        LessonPlan, on_delete=models.CASCADE, related_name="visits", verbose_name=_("plan")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    at = models.DateTimeField(_("opened"))

    class Meta:
        ordering = ["-at"]
        verbose_name = _("visit of a plan")
        verbose_name_plural = _("visits of plans")
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="plan_visit_once_a_person")]
        indexes = [models.Index(fields=["person", "-at"], name="plan_visit_recent")]

    @override
    def __str__(self) -> str:
        return f"{self.plan_id} {self.person_id}"
