"""Unsurprising people, units and groups."""

import factory
from factory.django import DjangoModelFactory

from research.enums import GroupKind, Role, Stage, UnitKind
from research.models import Appointment, County, Group, Membership, Person, Unit


class CountyFactory(DjangoModelFactory[County]):
    """A county."""

    class Meta:
        model = County

    code = factory.Sequence(lambda n: f"{149000 + n:06d}")
    name = factory.Sequence(lambda n: f"示例{n}县")


class UnitFactory(DjangoModelFactory[Unit]):
    """A junior high school in a county of its own."""

    class Meta:
        model = Unit

    name = factory.Sequence(lambda n: f"示例第 {n} 中学")
    kind = UnitKind.SCHOOL
    stage = Stage.JUNIOR
    county = factory.SubFactory(CountyFactory)


class OfficeFactory(UnitFactory):
    """A teaching-research office."""

    kind = UnitKind.OFFICE
    stage = ""
    name = factory.Sequence(lambda n: f"示例教研室 {n}")


class PersonFactory(DjangoModelFactory[Person]):
    """A teacher at a school of their own, without a usable password."""

    class Meta:
        model = Person

    staff_number = factory.Sequence(lambda n: f"{200000 + n}")
    name = factory.Sequence(lambda n: f"示例教师{n}")
    unit = factory.SubFactory(UnitFactory)
    password = "!"


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """An officer of their own unit."""

    class Meta:
        model = Appointment

    person = factory.SubFactory(PersonFactory)
    role = Role.OFFICER
    unit = factory.SelfAttribute("person.unit")


class GroupFactory(DjangoModelFactory[Group]):
    """A preparation group without members."""

    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"示例备课组 {n}")
    kind = GroupKind.PREPARATION
    unit = factory.SubFactory(UnitFactory)


class MembershipFactory(DjangoModelFactory[Membership]):
    """A member of a group."""

    class Meta:
        model = Membership

    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(PersonFactory)
