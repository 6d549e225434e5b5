"""The sample people are the same everywhere, and are not put among real ones."""

import pytest
from django.contrib.auth.hashers import check_password

from research import demo
from research.enums import ADMINISTRATORS, Role, UnitKind
from research.errors import DemoRefusedError
from research.models import Appointment, County, Group, Membership, Person, Unit
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


def test_install_makes_the_prefecture() -> None:
    demo.install()

    teachers = Person.objects.filter(unit__kind=UnitKind.SCHOOL, appointments=None)
    assert County.objects.count() == 13
    assert Unit.objects.filter(kind=UnitKind.SCHOOL).count() == 60
    assert not Unit.objects.exclude(name__contains="示例").exists()
    assert Appointment.objects.filter(role=Role.OFFICER).count() == 100
    assert teachers.count() == 300
    assert not Person.objects.filter(is_demo=False).exists()
    assert Appointment.objects.filter(role__in=ADMINISTRATORS).count() == 3


def test_install_makes_the_named_accounts() -> None:
    demo.install()

    names = dict(Person.objects.filter(staff_number__lt="100009").values_list("staff_number", "name"))
    assert names["100001"] == "刘秀兰"
    assert names["100002"] == "薛海峰"
    assert names["100003"] == "张志强"
    assert names["100004"] == "高雅琴"
    group = Group.objects.get(name=demo.HOME_GROUP)
    members = group.memberships.order_by("person__staff_number").values_list("person__staff_number", "role")
    assert list(members) == [("100001", "leader"), ("100002", "member"), ("100003", "member")]


def test_everybody_shares_one_hash_of_the_printed_password() -> None:
    demo.install()

    hashes = set(Person.objects.values_list("password", flat=True))
    assert len(hashes) == 1
    assert check_password("lvliang-demo", hashes.pop())


def test_install_again_changes_nothing() -> None:
    demo.install()
    people = list(Person.objects.order_by("pk").values())
    memberships = Membership.objects.count()

    demo.install()

    assert list(Person.objects.order_by("pk").values()) == people
    assert Membership.objects.count() == memberships


def test_install_gives_the_same_people_again() -> None:
    demo.install()
    first = list(Person.objects.order_by("staff_number").values_list("staff_number", "name", "unit__name"))
    Membership.objects.all().delete()
    Group.objects.all().delete()
    Appointment.objects.all().delete()
    Person.objects.all().delete()

    demo.install()

    second = list(Person.objects.order_by("staff_number").values_list("staff_number", "name", "unit__name"))
    assert second == first


def test_install_shows_rare_characters_somewhere() -> None:
    demo.install()

    assert Person.objects.filter(name__in=["张𠮷", "李䶮", "王𬭊", "赵𰻝"]).count() == 4


def test_install_is_refused_among_real_people_unless_forced() -> None:
    PersonFactory.create()

    with pytest.raises(DemoRefusedError):
        demo.install()
    assert Person.objects.count() == 1

    demo.install(force=True)
    assert Person.objects.count() > 400
