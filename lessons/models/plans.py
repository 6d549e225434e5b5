"""Lesson plans and the people who make them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons.access import Action, Standing
from lessons.enums import MEMBER_ROLES, PlanRole, Visibility
from lessons.models.plan_templates import PlanTemplate
from lessons.models.visible import may, may_restore
from realtime.models import Document
from research.enums import Stage
from research.models import County, Group, Person, Unit

# What lists and filters need; everything else is in the shared document.
COLUMNS = (
    "title", "subject", "stage", "grade", "edition", "volume", "unit", "theme", "periods", "lesson_type",
)  # fmt: skip

NEWEST_FIRST = (F("edited_at").desc(), F("id").desc())
NOT_TRASHED = Q(trashed_at=None)
# ``trashed_at`` is empty in all of these indexes; SQLite asks for it all the same, and would look into the table.
FILTERED_MOST = (F("stage"), F("subject"), F("trashed_at"))


class LessonPlanQuerySet(models.QuerySet["LessonPlan"]):
    def visible_to(self, person: Person) -> LessonPlanQuerySet:
        """The plans this person may find: the row-level twin of ``policies.can_find``."""
        return self.filter(may(person, Action.FIND)) if person.is_active else self.none()

    def visible_as(self, person: Person, *standings: Standing) -> LessonPlanQuerySet:
        """The part of ``visible_to`` that the person finds by standing to a plan in one of these ways."""
        return self.filter(may(person, Action.FIND, standings)) if person.is_active else self.none()

    def restorable_by(self, person: Person) -> LessonPlanQuerySet:
        """The plans in the trash that this person may take out of it, as ``policies.can_restore`` says."""
        return self.filter(may_restore(person)) if person.is_active else self.none()

    def to_hand_on_by(self, person: Person) -> LessonPlanQuerySet:
        """The plans for which this person may name a new lead, as ``policies.can_hand_on`` says."""
        return self.filter(may(person, Action.HAND_ON)) if person.is_active else self.none()


class LessonPlan(models.Model):
    """教案.

    The columns of ``COLUMNS`` may be empty except ``title``; they change through
    ``services.plans.update_column`` alone, which raises ``version``. The body is ``document``. ``unit`` is
    the textbook's 单元; ``home_unit`` is the unit (单位) whose colleagues «unit» means, and ``county`` is
    that unit's (empty: the city's own units, 市直), both copied from the lead, so that a list asks one
    table. ``edited_at`` follows columns and body, ``trashed_at`` is empty unless the plan lies in the
    trash.
    """

    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="+", verbose_name=_("document")
    )
    template = models.ForeignKey(
        PlanTemplate, on_delete=models.PROTECT, related_name="plans", verbose_name=_("template")
    )

    title = models.CharField(_("lesson title"), max_length=200)
    subject = models.CharField(_("subject"), max_length=40, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, blank=True)
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    edition = models.CharField(_("edition"), max_length=60, blank=True)
    volume = models.CharField(_("volume"), max_length=60, blank=True)
    unit = models.CharField(_("textbook unit"), max_length=120, blank=True)
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    periods = models.PositiveSmallIntegerField(
        _("periods"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    lesson_type = models.CharField(_("lesson type"), max_length=20, blank=True)
    version = models.PositiveIntegerField(_("version of the columns"), default=1)

    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="led_plans",
        verbose_name=_("lead author"),
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    members: models.ManyToManyField[Person, PlanMember] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="PlanMember", through_fields=("plan", "person"),
        related_name="shared_plans",
        verbose_name=_("members"),
    )  # fmt: skip
    group = models.ForeignKey(
        Group, on_delete=models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("group")
    )
    home_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    county = models.ForeignKey(
        County, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("county")
    )
    visibility = models.CharField(
        _("visibility"), max_length=10, choices=Visibility, default=Visibility.MEMBERS
    )
    source = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="copies",
        verbose_name=_("copied from"),
    )
    use_count = models.PositiveIntegerField(_("times used"), default=0)

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    edited_at = models.DateTimeField(_("edited"))
    trashed_at = models.DateTimeField(_("moved to the trash"), null=True, blank=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LessonPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-edited_at", "-pk"]
        verbose_name = _("lesson plan")
        verbose_name_plural = _("lesson plans")
        constraints = [
            models.CheckConstraint(name="plan_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="plan_visibility_known", condition=Q(visibility__in=Visibility.values)
            ),
            models.CheckConstraint(
                name="plan_shown_to_a_group_has_one",
                condition=~Q(visibility=Visibility.GROUP) | Q(group__isnull=False),
            ),
            models.CheckConstraint(
                name="plan_periods_plausible", condition=Q(periods=None) | Q(periods__gte=1, periods__lte=99)
            ),
            models.CheckConstraint(
                name="plan_trashed_by_somebody_exactly_when_trashed",
                condition=Q(trashed_at=None, trashed_by=None)
                | Q(trashed_at__isnull=False, trashed_by__isnull=False),
            ),
        ]
        indexes = [
            # One for each scope of the list in its usual order, two for the other orders of the whole city. Those of the
            # city hold what is filtered most, too: else a filter walks through tens of thousands of rows of the table.
            models.Index("lead", *NEWEST_FIRST, name="plan_of_lead"),
            models.Index("home_unit", *NEWEST_FIRST, condition=NOT_TRASHED, name="plan_of_unit"),
            models.Index("group", *NEWEST_FIRST, condition=NOT_TRASHED, name="plan_of_group"),
            models.Index("county", *NEWEST_FIRST, condition=NOT_TRASHED, name="plan_of_county"),
            models.Index(
                "visibility",
                *NEWEST_FIRST,
                *FILTERED_MOST,
                F("title"),
                condition=NOT_TRASHED,
                name="plan_by_visibility",
            ),
            models.Index(
                "visibility",
                F("use_count").desc(),
                *NEWEST_FIRST,
                *FILTERED_MOST,
                F("title"),
                condition=NOT_TRASHED,
                name="plan_by_uses",
            ),
            models.Index(
                "visibility",
                F("title"),
                F("id").desc(),
                *FILTERED_MOST,
                condition=NOT_TRASHED,
                name="plan_by_title",
            ),
            models.Index(F("trashed_at"), condition=Q(trashed_at__isnull=False), name="plan_in_trash"),
        ]

    @override
    def __str__(self) -> str:
        return self.title

    def columns(self) -> dict[str, str | int | None]:
        """The columns as the page and the client know them."""
        return {name: getattr(self, name) for name in COLUMNS}


class PlanMember(models.Model):
    """成员: a person's part in a plan, besides its lead."""

    plan = models.ForeignKey(
        LessonPlan, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("plan")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="plan_memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=12, choices=PlanRole)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("member of a plan")
        verbose_name_plural = _("members of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "person"], name="plan_member_once"),
            models.CheckConstraint(
                name="plan_lead_is_a_column_of_the_plan", condition=Q(role__in=MEMBER_ROLES)
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()}"
