"""Plans whose lead's account is disabled: their unit's administrator hands them on and reads nothing."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from lessons.enums import PlanRole, Visibility
from lessons.models import LessonPlan
from research.enums import Role
from research.models import Person
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory
from tests.factories.research import AppointmentFactory, PersonFactory

pytestmark = pytest.mark.django_db
LIST = "/lessons/hand-on/"


@pytest.fixture
def admin(client: Client) -> Person:
    """A signed-in administrator of their school."""
    person: Person = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    client.force_login(person)
    return person


def orphan(admin: Person, **other: object) -> LessonPlan:
    gone = PersonFactory.create(unit=admin.unit, is_active=False)
    plan: LessonPlan = LessonPlanFactory.create(lead=gone, **other)
    return plan


def shown(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_list_shows_what_waits_and_nothing_else(client: Client, admin: Person) -> None:
    orphan(admin, title="没有主人的课")
    LessonPlanFactory.create(title="在职老师的课", lead=PersonFactory.create(unit=admin.unit))
    LessonPlanFactory.create(title="别校的课", lead__is_active=False)

    html = shown(client, LIST)

    assert ("没有主人的课" in html, "在职老师的课" in html, "别校的课" in html) == (True, False, False)


def test_list_of_plans_tells_its_administrator_alone(client: Client, admin: Person) -> None:
    orphan(admin)
    told = "有 1 份教案的主备人账号已停用"
    assert told in shown(client, "/lessons/")

    client.force_login(PersonFactory.create(unit=admin.unit))
    assert told not in shown(client, "/lessons/")


def test_lists_ask_the_same_few_questions_however_many_wait(
    client: Client, admin: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    orphan(admin)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    for _ in range(3):
        orphan(admin)
    with django_assert_num_queries(7):
        client.get(LIST)


def test_page_shows_members_and_finds_colleagues_but_no_body(client: Client, admin: Person) -> None:
    plan = orphan(admin)
    PlanMemberFactory.create(plan=plan, person__name="合作老师", role=PlanRole.CO_AUTHOR)
    PersonFactory.create(unit=admin.unit, name="本校老师")
    PersonFactory.create(name="外校老师")
    page = f"/lessons/plans/{plan.pk}/hand-on/"

    assert "合作老师" in shown(client, page)
    assert "本校老师" in shown(client, f"{page}?who=老师")
    assert "外校老师" not in shown(client, f"{page}?who=老师")
    assert [
        client.get(f"/lessons/plans/{plan.pk}/{part}").status_code for part in ("", "files/", "members/")
    ] == [404] * 3


def test_handing_on_names_the_lead_and_the_plan_is_out_of_sight_again(client: Client, admin: Person) -> None:
    plan, colleague = orphan(admin), PersonFactory.create(unit=admin.unit)

    response = client.post(f"/lessons/plans/{plan.pk}/hand-on/", {"person": colleague.pk})

    assert (response.status_code, response["Location"]) == (302, LIST)
    plan.refresh_from_db()
    assert plan.lead == colleague
    assert client.get(f"/lessons/plans/{plan.pk}/hand-on/").status_code == 404
    assert client.get(f"/lessons/plans/{plan.pk}/").status_code == 404


@pytest.mark.parametrize("who", ["admin", "stranger", "nobody"])
def test_handing_on_to_whom_it_may_not_be_says_so_and_changes_nothing(
    client: Client, admin: Person, who: str
) -> None:
    plan = orphan(admin)
    person = {"admin": admin.pk, "stranger": PersonFactory.create().pk, "nobody": ""}[who]

    response = client.post(f"/lessons/plans/{plan.pk}/hand-on/", {"person": person})

    assert response.status_code == 422
    assert "请选择教案的成员，或教案所在单位的同事。" in response.content.decode()
    assert LessonPlan.objects.get().lead == plan.lead


def test_members_read_why_nobody_manages_the_plan(client: Client) -> None:
    plan = LessonPlanFactory.create(lead__is_active=False, visibility=Visibility.CITY)
    client.force_login(PersonFactory.create())

    assert f"可以请{plan.home_unit.name}的管理员" in shown(client, f"/lessons/plans/{plan.pk}/members/")
