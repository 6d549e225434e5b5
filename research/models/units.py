"""Counties and the units in them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research.enums import Stage, UnitKind


class County(models.Model):
    """One of the prefecture's counties (县市区); ``code`` is its national code, six digits."""

    code = models.CharField(_("code"), max_length=6, primary_key=True)
    name = models.CharField(_("name"), max_length=30, unique=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("county")
        verbose_name_plural = _("counties")

    @override
    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A school (学校), a teaching-research office (教研室) or an education bureau (教育局).

    ``county`` is empty for units of the city; ``stage`` is empty for all but schools, and the highest one of
    a school that has several.
    """

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind)
    county = models.ForeignKey(
        County,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("county"),
    )
    township = models.CharField(_("township"), max_length=40, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["county__code", "kind", "name", "pk"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(
                fields=["county", "name"],
                name="unit_name_once_in_a_county",
                violation_error_message=_("There is a unit of this name already."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(county=None),
                name="unit_name_once_in_the_city_itself",
                violation_error_message=_("There is a unit of this name already."),
            ),
            models.CheckConstraint(
                name="unit_stage_exactly_for_schools",
                condition=(Q(kind=UnitKind.SCHOOL) & ~Q(stage="")) | (~Q(kind=UnitKind.SCHOOL) & Q(stage="")),
                violation_error_message=_("A school has a stage; offices and bureaus have none."),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name
