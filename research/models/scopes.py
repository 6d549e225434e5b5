"""Which units somebody works with: a unit, a county, the city (范围)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from research.enums import Role, UnitKind

if TYPE_CHECKING:
    from research.models.people import Person
    from research.models.units import Unit


@dataclass(frozen=True, slots=True)
class Scope:
    """A set of units: everything, or some counties and some single units."""

    everything: bool = False
    counties: frozenset[str] = frozenset()
    units: frozenset[int] = frozenset()

    def holds(self, unit: "Unit") -> bool:
        return self.everything or unit.county_id in self.counties or unit.pk in self.units

    def condition(self, unit: str) -> Q:
        """The same as a condition on rows whose unit is at ``unit``; «» for units themselves."""
        to_key = f"{unit}__" if unit else ""
        if self.everything:
            return Q(**{f"{to_key}pk__isnull": False})  # an empty Q would vanish from an «or»
        return Q(**{f"{to_key}pk__in": self.units}) | Q(**{f"{to_key}county__in": self.counties})

    def __bool__(self) -> bool:
        return self.everything or bool(self.counties) or bool(self.units)

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(
            self.everything or other.everything, self.counties | other.counties, self.units | other.units
        )


def area_of(kind: str, county: str | None, unit: int) -> Scope:
    """What belongs to a unit: a school itself; an office or bureau its county, or the whole city."""
    if kind == UnitKind.SCHOOL:
        return Scope(units=frozenset({unit}))
    return Scope(everything=True) if county is None else Scope(counties=frozenset({county}))


def scope_by(person: "Person", *, area_roles: set[Role], city_roles: set[Role]) -> Scope:
    """The areas in which somebody holds one of ``area_roles``; everything for ``city_roles``. One query."""
    scope = Scope()
    if not person.is_active:
        return scope
    held = apps.get_model("research", "Appointment").objects.filter(person=person).order_by()
    for role, kind, county, unit in held.values_list("role", "unit__kind", "unit__county", "unit"):
        if role in city_roles:
            scope |= Scope(everything=True)
        elif role in area_roles:
            scope |= area_of(kind, county, unit)
    return scope


def managed(person: "Person") -> Scope:
    """Units whose people somebody manages: unit administrators their area, the system administrator all."""
    return scope_by(person, area_roles={Role.UNIT_ADMIN}, city_roles={Role.SYSTEM_ADMIN})


def seen(person: "Person") -> Scope:
    """Units whose people somebody sees: their own, what they manage, an officer's area."""
    if not person.is_active:
        return Scope()
    wider = scope_by(
        person,
        area_roles={Role.UNIT_ADMIN, Role.OFFICER},
        city_roles={Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN},
    )
    return wider | Scope(units=frozenset({person.unit_id}))
