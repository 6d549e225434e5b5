"""Put the sample people into the database; what is there already stays."""

from django.contrib.auth.hashers import make_password
from django.db import transaction

from research import searchables
from research.demo import people, schools
from research.enums import GroupKind, GroupRole, Stage, UnitKind
from research.errors import DemoRefusedError
from research.models import Appointment, County, Group, Membership, Person, Unit

PASSWORD = "lvliang-demo"  # noqa: S105 - it is printed on the first page
HOME_GROUP = "示例 高中思政备课组"
STUDIO = "示例 大中小学思政课一体化名师工作室"


def install(*, force: bool = False) -> None:
    """Add counties, units, people and groups.

    Raises DemoRefusedError among real people, unless forced.
    """
    if not force and Person.objects.filter(is_demo=False).exists():
        raise DemoRefusedError
    with transaction.atomic():
        units = add_units()
        found = add_people(units)
        add_groups(units, found)
        searchables.everything_changed()


def add_units() -> dict[str, Unit]:
    """Every unit by its name."""
    County.objects.bulk_create(schools.counties(), ignore_conflicts=True)
    wanted = schools.units()
    known = set(Unit.objects.values_list("county_id", "name"))
    Unit.objects.bulk_create([unit for unit in wanted if (unit.county_id, unit.name) not in known])
    return {unit.name: unit for unit in Unit.objects.filter(name__in=[unit.name for unit in wanted])}


def add_people(units: dict[str, Unit]) -> dict[str, Person]:
    """Everybody by staff number; all share one password hash, for argon2 is slow on purpose."""
    samples = people.everybody(schools.units())
    known = set(Person.objects.values_list("staff_number", flat=True))
    fresh = [person_of(sample, units) for sample in samples if sample.staff_number not in known]
    password = make_password(PASSWORD) if fresh else ""
    for person in fresh:
        person.password = password
    Person.objects.bulk_create(fresh)
    found = {
        person.staff_number: person
        for person in Person.objects.filter(staff_number__in=[sample.staff_number for sample in samples])
    }
    Appointment.objects.bulk_create(
        [
            Appointment(person=found[sample.staff_number], role=sample.role, unit=units[sample.unit])
            for sample in samples
            if sample.role and sample.staff_number not in known
        ]
    )
    return found


def person_of(sample: people.Sample, units: dict[str, Unit]) -> Person:
    person = Person(
        staff_number=sample.staff_number,
        name=sample.name,
        unit=units[sample.unit],
        subject=sample.subject,
        is_demo=True,
    )
    person.read_name()
    return person


def add_groups(units: dict[str, Unit], found: dict[str, Person]) -> None:
    """The named preparation group, the city's studio, and a teaching-research group a school."""
    home, office = units[schools.HOME_SCHOOL], units[schools.CITY_OFFICE]
    add_group(
        Group(name=HOME_GROUP, kind=GroupKind.PREPARATION, unit=home, subject="思想政治", stage=Stage.SENIOR),
        [found[number] for number in ("100001", "100002", "100003")],
    )
    of_unit: dict[int, list[Person]] = {}
    for person in sorted(found.values(), key=lambda person: person.staff_number):
        of_unit.setdefault(person.unit_id, []).append(person)
    everywhere = [of_unit[unit.pk][-1] for unit in units.values() if unit.pk in of_unit and in_reach(unit)]
    studio = Group(name=STUDIO, kind=GroupKind.STUDIO, unit=office, subject="思想政治")
    add_group(studio, [found["100006"], found["100001"], *everywhere])
    for unit in units.values():
        if unit.kind == UnitKind.SCHOOL:
            group = Group(name="示例 教研组", kind=GroupKind.RESEARCH, unit=unit, stage=unit.stage)
            add_group(group, of_unit[unit.pk])


def in_reach(unit: Unit) -> bool:
    """The city's own units and those of 离石区, where it has its seat."""
    return unit.county_id in {None, "141102"}


def add_group(group: Group, members: list[Person]) -> None:
    """A group with its leader first; nothing where it is there already."""
    if Group.objects.filter(unit=group.unit, name=group.name).exists():
        return
    group.save()
    Membership.objects.bulk_create(
        [
            Membership(group=group, person=person, role=GroupRole.MEMBER if place else GroupRole.LEADER)
            for place, person in enumerate(dict.fromkeys(members))
        ]
    )
