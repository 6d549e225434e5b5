"""Groups of people who work together."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research.enums import GroupKind, GroupRole, Stage
from research.models.people import Person
from research.models.scopes import seen
from research.models.units import Unit


class GroupQuerySet(models.QuerySet["Group"]):
    """Groups, and those that somebody may see."""

    def visible_to(self, person: Person) -> "GroupQuerySet":
        """Those that somebody belongs to, and those of the units that they work with."""
        own = Q(pk__in=Membership.objects.filter(person=person).values("group"))
        return self.filter(own | seen(person).condition("unit")) if person.is_active else self.none()


class Group(models.Model):
    """A teaching-research group (教研组), preparation group (备课组) or studio (工作室) of a unit."""

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=GroupKind)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="groups", verbose_name=_("unit"))
    subject = models.CharField(_("subject"), max_length=40, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, blank=True)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="circles", verbose_name=_("people")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="group_name_once_in_a_unit",
                violation_error_message=_("This unit has a group of this name already."),
            )
        ]

    @override
    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's place in a group."""

    group = models.ForeignKey(
        Group, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("group")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=20, choices=GroupRole, default=GroupRole.MEMBER)
    joined_on = models.DateField(_("joined"), auto_now_add=True)

    class Meta:
        ordering = ["group", "person"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["group", "person"], name="membership_once")]

    @override
    def __str__(self) -> str:
        return f"{self.person} · {self.group}"
