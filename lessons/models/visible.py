"""The table of ``access`` as conditions on rows of plans."""

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_

from django.apps import apps
from django.db.models import Exists, Q

from lessons.access import TABLE, TRASHED, Action, Standing, situations
from lessons.enums import PlanRole, Visibility
from research.enums import Role
from research.models import Appointment, Membership, Person
from research.models.scopes import scope_by


def same_county(person: Person) -> Q:
    """Plans of the person's county; the city's own units (no county) count as one."""
    county = person.unit.county_id
    return Q(county=county) if county else Q(county=None)


def is_member(person: Person, role: PlanRole) -> Q:
    members = apps.get_model("lessons", "PlanMember").objects.filter(person=person, role=role)
    return Q(pk__in=members.values("plan"))


def is_area_officer(person: Person) -> Q:
    offices = Appointment.objects.filter(person=person, role=Role.OFFICER)
    counties = offices.filter(unit__county__isnull=False).values("unit__county")
    return Q(county__in=counties) | Q(Q(county=None), Exists(offices.filter(unit__county=None)))


def is_city_officer(person: Person) -> Q:
    return Q(Exists(Appointment.objects.filter(person=person, role=Role.OFFICER, unit__county=None)))


def keeps(person: Person) -> Q:
    """Plans of the units that the person administers, whose lead's account is disabled."""
    area = scope_by(person, area_roles={Role.UNIT_ADMIN}, city_roles=set())
    of_area = Q() if area.everything else Q(home_unit__in=area.units) | Q(county__in=area.counties)
    return Q(of_area, lead__is_active=False)


HOLDS: dict[Standing, Callable[[Person], Q]] = {
    Standing.LEAD: lambda person: Q(lead=person),
    Standing.CO_AUTHOR: lambda person: is_member(person, PlanRole.CO_AUTHOR),
    Standing.COMMENTER: lambda person: is_member(person, PlanRole.COMMENTER),
    Standing.READER: lambda person: is_member(person, PlanRole.READER),
    Standing.GROUP_MEMBER: lambda person: Q(
        group__in=Membership.objects.filter(person=person).values("group")
    ),
    Standing.UNIT_COLLEAGUE: lambda person: Q(home_unit=person.unit_id),
    Standing.AREA_OFFICER: is_area_officer,
    Standing.AREA_COLLEAGUE: same_county,
    Standing.CITY_OFFICER: is_city_officer,
    Standing.ANYONE: lambda _person: Q(),
    Standing.KEEPER: keeps,
}


def shown(standing: Standing, action: Action) -> Q | None:
    """Plans outside the trash whose visibility allows the action to that standing; None if there are none."""
    allowed = [situation for situation in situations(standing, action) if situation != TRASHED]
    if not allowed:
        return None
    return Q() if len(allowed) == len(Visibility) else Q(visibility__in=allowed)


def may(person: Person, action: Action, standings: Iterable[Standing] = tuple(Standing)) -> Q:
    """Plans outside the trash with which ``TABLE`` lets this person do that, standing to them in one of these
    ways.
    """
    found = []
    for standing in standings:
        condition = shown(standing, action)
        if condition is not None:
            found.append(HOLDS[standing](person) & condition)
    return Q(trashed_at=None) & (reduce(or_, found) if found else Q(pk__in=[]))


def may_restore(person: Person) -> Q:
    """Plans in the trash that ``TABLE`` lets this person take out of it."""
    found = Q(pk__in=[])
    for standing, holds in HOLDS.items():
        if Action.RESTORE in TABLE[standing][TRASHED]:
            found |= holds(person)
    return Q(trashed_at__isnull=False) & found
