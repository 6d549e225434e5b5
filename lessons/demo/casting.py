"""Which sample person leads which plan, who takes part, and who may find it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lessons.enums import PlanRole, Visibility
from research.demo import HOME_GROUP
from research.models import Membership, Person

TOUR = "05"  # the plan that the README's tour opens


@dataclass(frozen=True, slots=True)
class Part:
    """What the walk-through needs of one plan; people by staff number."""

    lead: str
    visibility: Visibility
    group: str = ""
    members: dict[str, PlanRole] = field(default_factory=dict)


NAMED = {
    TOUR: Part(
        "100001", Visibility.GROUP, HOME_GROUP,
        {"100002": PlanRole.CO_AUTHOR, "100003": PlanRole.COMMENTER, "100004": PlanRole.READER},
    ),
    "22": Part("100001", Visibility.CITY, members={"100002": PlanRole.CO_AUTHOR}),
    "23": Part("100001", Visibility.MEMBERS),
    "24": Part("100002", Visibility.GROUP, HOME_GROUP, {"100001": PlanRole.CO_AUTHOR}),
    "25": Part("100002", Visibility.UNIT, members={"100001": PlanRole.COMMENTER}),
    "36": Part("100003", Visibility.CITY, HOME_GROUP),
    "32": Part("100003", Visibility.MEMBERS, members={"100001": PlanRole.READER}),
    "07": Part("100006", Visibility.CITY, members={"100001": PlanRole.COMMENTER}),
    "03": Part("100004", Visibility.COUNTY),
}  # fmt: skip
CIRCLES = (
    Visibility.CITY, Visibility.COUNTY, Visibility.CITY, Visibility.UNIT,
    Visibility.CITY, Visibility.GROUP, Visibility.COUNTY, Visibility.CITY,
)  # fmt: skip


def cast(number: str, stage: str, subject: str, people: dict[str, Person]) -> Part:
    """Who plays in that plan: the named people where the walk-through says so, else a teacher whom it
    suits.
    """
    if number in NAMED:
        return NAMED[number]
    lead = fitting(int(number), stage, subject, people)
    visibility = CIRCLES[int(number) % len(CIRCLES)]
    own = Membership.objects.filter(person=lead).order_by("group__name", "group_id").first()
    colleagues = [person for person in people.values() if person.unit_id == lead.unit_id and person != lead]
    members = (
        {} if int(number) % 3 else {person.staff_number: PlanRole.CO_AUTHOR for person in colleagues[:2]}
    )
    if visibility == Visibility.GROUP and own is None:
        visibility = Visibility.UNIT
    return Part(lead.staff_number, visibility, own.group.name if own else "", members)


def fitting(number: int, stage: str, subject: str, people: dict[str, Person]) -> Person:
    """A teacher of that stage and, where there is one, of that subject."""
    of_stage = [person for person in people.values() if person.unit.stage == stage]
    of_subject = [person for person in of_stage if person.subject == subject]
    pool = of_subject or of_stage or list(people.values())
    return pool[number * 7 % len(pool)]


def readers(number: int, people: dict[str, Person]) -> Iterator[Person]:
    """Who took a copy of that plan."""
    everybody = list(people.values())
    for place in range(number * 5 % 13):
        yield everybody[(number * 31 + place * 17) % len(everybody)]
