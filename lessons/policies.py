"""May this person do that with this plan? Answered from the table of ``access``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import prefetch_related_objects

from lessons.access import NOTHING, TABLE, TRASHED, Abilities, Action, Standing
from lessons.enums import PlanRole
from lessons.models import LessonPlan, PlanMember
from realtime.kinds import Access
from research.enums import Role
from research.models import Appointment, Membership, Person
from research.models.scopes import Scope, area_of

_OF_ROLE = {
    PlanRole.CO_AUTHOR: Standing.CO_AUTHOR,
    PlanRole.COMMENTER: Standing.COMMENTER,
    PlanRole.READER: Standing.READER,
}


@dataclass(slots=True)
class Footing:
    """What decides how a person stands to any plan. A county of None is the city's own units."""

    person_id: int
    is_active: bool
    unit_id: int
    county_id: str | None
    group_ids: set[int] = field(default_factory=set)
    officer_of: set[str | None] = field(default_factory=set)
    keeps: Scope = field(default_factory=Scope)


def footings(person_ids: Iterable[int]) -> dict[int, Footing]:
    """The footing of each of these people, with three queries however many they are."""
    ids = set(person_ids)
    people = Person.objects.filter(pk__in=ids).values_list("pk", "is_active", "unit_id", "unit__county_id")
    found = {row[0]: Footing(*row) for row in people}
    for person_id, group_id in Membership.objects.filter(person__in=ids).values_list("person_id", "group_id"):
        found[person_id].group_ids.add(group_id)
    held = Appointment.objects.filter(person__in=ids, role__in=[Role.OFFICER, Role.UNIT_ADMIN])
    columns = ("person_id", "role", "unit__kind", "unit__county_id", "unit_id")
    for person_id, role, kind, county_id, unit_id in held.values_list(*columns):
        if role == Role.OFFICER:
            found[person_id].officer_of.add(county_id)
        else:
            found[person_id].keeps |= area_of(kind, county_id, unit_id)
    return found


def standings(footing: Footing, plan: LessonPlan, role: str | None) -> set[Standing]:
    """How a person with this footing, and this role among the plan's members, stands to the plan."""
    holds = {
        Standing.LEAD: plan.lead_id == footing.person_id,
        Standing.GROUP_MEMBER: plan.group_id in footing.group_ids,
        Standing.UNIT_COLLEAGUE: plan.home_unit_id == footing.unit_id,
        Standing.AREA_OFFICER: plan.county_id in footing.officer_of,
        Standing.AREA_COLLEAGUE: plan.county_id == footing.county_id,
        Standing.CITY_OFFICER: None in footing.officer_of,
        Standing.ANYONE: True,
        Standing.KEEPER: keeps(footing, plan) and not plan.lead.is_active,
    }
    found = {standing for standing, held in holds.items() if held}
    return found | {_OF_ROLE[PlanRole(role)]} if role else found


def keeps(footing: Footing, plan: LessonPlan) -> bool:
    """Whether the plan is of a unit that this person administers."""
    area = footing.keeps
    return area.everything or plan.county_id in area.counties or plan.home_unit_id in area.units


def allowed(footing: Footing | None, plan: LessonPlan, role: str | None) -> Abilities:
    """Everything that a person with this footing may do with the plan."""
    if footing is None or not footing.is_active:
        return NOTHING
    situation = TRASHED if plan.trashed_at else plan.visibility
    return NOTHING.union(*(TABLE[standing][situation] for standing in standings(footing, plan, role)))


def abilities(person: Person, plan: LessonPlan) -> Abilities:
    """Everything this person may do with this plan; the one set serves the server and the page's buttons."""
    return abilities_of_many([(person.pk, plan)])[0]


def abilities_of_many(pairs: Sequence[tuple[int, LessonPlan]]) -> list[Abilities]:
    """The same for many (person id, plan) pairs, in order, with four queries; one more for unknown leads."""
    prefetch_related_objects([plan for _person_id, plan in pairs], "lead")
    found = footings(person_id for person_id, _plan in pairs)
    members = PlanMember.objects.filter(
        plan__in={plan.pk for _person_id, plan in pairs}, person__in={person_id for person_id, _plan in pairs}
    )
    roles = {(row[0], row[1]): row[2] for row in members.values_list("person_id", "plan_id", "role")}
    return [allowed(found.get(person_id), plan, roles.get((person_id, plan.pk))) for person_id, plan in pairs]


def level(abilities: Abilities) -> Access:
    """What these abilities mean for a document."""
    if Action.WRITE in abilities:
        return Access.WRITE
    if Action.COMMENT in abilities:
        return Access.COMMENT
    return Access.READ if Action.READ in abilities else Access.NONE


def can(person: Person, action: Action, plan: LessonPlan) -> bool:
    return action in abilities(person, plan)


def can_find(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.FIND, plan)


def can_read(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.READ, plan)


def can_export(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.EXPORT, plan)


def can_comment(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.COMMENT, plan)


def can_write(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.WRITE, plan)


def can_manage(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.MANAGE, plan)


def can_delete(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.DELETE, plan)


def can_restore(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.RESTORE, plan)


def can_hand_on(person: Person, plan: LessonPlan) -> bool:
    return can(person, Action.HAND_ON, plan)


def can_create(person: Person) -> bool:
    """Everybody with an account may write a plan."""
    return person.is_active
