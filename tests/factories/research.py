"""Unsurprising people, units and groups."""

from factory.declarations import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from research.enums import GroupKind, Role, Stage, UnitKind
from research.models import Appointment, County, Group, Membership, Person, Unit


class CountyFactory(DjangoModelFactory[County]):
    """A county."""

    class Meta:
        model = County

    code = Sequence(lambda n: f"{149000 + n:06d}")
    name = Sequence(lambda n: f"示例{n}县")


class UnitFactory(DjangoModelFactory[Unit]):
    """A junior high school in a county of its own."""

    class Meta:
        model = Unit

    name = Sequence(lambda n: f"示例第 {n} 中学")
    kind = UnitKind.SCHOOL
    stage: str = Stage.JUNIOR
    county = SubFactory(CountyFactory)


class OfficeFactory(UnitFactory):
    """A teaching-research office."""

    kind = UnitKind.OFFICE
    stage = ""
    name = Sequence(lambda n: f"示例教研室 {n}")


class PersonFactory(DjangoModelFactory[Person]):
    """A teacher at a school of their own, without a usable password."""

    class Meta:
        model = Person

    staff_number = Sequence(lambda n: f"{200000 + n}")
    name = Sequence(lambda n: f"示例教师{n}")
    unit = SubFactory(UnitFactory)
    password = "!"


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """An officer of their own unit."""

    class Meta:
        model = Appointment

    person = SubFactory(PersonFactory)
    role = Role.OFFICER
    unit = SelfAttribute("person.unit")


class GroupFactory(DjangoModelFactory[Group]):
    """A preparation group without members."""

    class Meta:
        model = Group

    name = Sequence(lambda n: f"示例备课组 {n}")
    kind = GroupKind.PREPARATION
    unit = SubFactory(UnitFactory)


class MembershipFactory(DjangoModelFactory[Membership]):
    """A member of a group."""

    class Meta:
        model = Membership

    group = SubFactory(GroupFactory)
    person = SubFactory(PersonFactory)
