"""Bad input gets a clear sentence and the right status, never a fault of ours."""

import re

import pytest
from django.test import Client

from research.enums import Role
from research.models import Group, Person
from tests.factories.research import AppointmentFactory, GroupFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client: Client) -> Person:
    """The administrator of one school, signed in."""
    person: Person = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    client.force_login(person)
    return person


def faults(page: bytes) -> list[str]:
    return re.findall(r"<li>([^<]+)</li></ul>", page.decode())


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"staff_number": "T300"}, "这个工号已有人使用。"),
        ({"staff_number": "t300"}, "这个工号已有人使用。"),
        ({"mobile": "139 0000 1111"}, "这个手机号已有人使用。"),
        ({"email": "LI@example.com"}, "这个邮箱已有人使用。"),
        ({"name": "张<三"}, "姓名里有不能用于姓名的字符。"),
        ({"mobile": "123"}, "手机号应为 11 位数字。"),
    ],
)
def test_an_account_with_a_fault_is_not_made(
    client: Client, admin: Person, columns: dict[str, str], sentence: str
) -> None:
    PersonFactory.create(staff_number="T300", mobile="13900001111", email="li@example.com")
    data = {
        "name": "张三",
        "staff_number": "t2024",
        "unit": admin.unit_id,
        "subject": "",
        "mobile": "",
        "email": "",
    }

    answer = client.post("/research/people/new/", data | columns)

    assert (answer.status_code, faults(answer.content)) == (422, [sentence])
    assert not Person.objects.filter(name="张三").exists()


def test_a_group_is_not_renamed_to_another_ones_name(client: Client, admin: Person) -> None:
    GroupFactory.create(unit=admin.unit, name="甲")
    group = GroupFactory.create(unit=admin.unit, name="乙")
    data = {"name": "甲", "kind": "preparation", "unit": admin.unit_id}

    renamed = client.post(f"/research/groups/{group.pk}/edit/", data)
    founded = client.post("/research/groups/new/", data)

    for answer in (renamed, founded):
        assert (answer.status_code, faults(answer.content)) == (422, ["本单位已有同名的小组。"])
    assert sorted(Group.objects.values_list("name", flat=True)) == ["乙", "甲"]


@pytest.mark.parametrize(
    "query",
    ["until=9999-12-31", "since=0001-01-01", "since=abc", "text=%00", "text=1.2", "text=::::", "person=%00"],
)
@pytest.mark.parametrize("page", ["", "audit.xlsx"])
def test_an_odd_filter_of_the_record_is_no_fault(client: Client, page: str, query: str) -> None:
    client.force_login(AppointmentFactory.create(role=Role.AUDIT_ADMIN).person)

    assert client.get(f"/research/audit/{page}?{query}").status_code == 200


def test_a_wrong_day_is_said_and_the_other_filters_hold(client: Client) -> None:
    client.force_login(AppointmentFactory.create(role=Role.AUDIT_ADMIN).person)

    answer = client.get("/research/audit/?since=0001-01-01&text=nothing.such")

    assert "请选择 2000 年以后的日期。" in answer.content.decode()
    assert answer.context["page"].paginator.count == 0


@pytest.mark.parametrize("query", ["%00", "%00a", "%F0%A0%AE%B7", "x" * 500])
def test_an_odd_search_finds_nobody(client: Client, admin: Person, query: str) -> None:
    assert client.get(f"/research/people/find/?q={query}").json() == {"people": []}
