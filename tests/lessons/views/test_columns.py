"""The columns of a plan over HTTP."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lessons.models import LessonPlan
from tests.factories.lessons import LessonPlanFactory
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(client: Client) -> LessonPlan:
    """A plan whose lead is signed in."""
    made: LessonPlan = LessonPlanFactory.create(title="家国情怀", grade="高一")
    client.force_login(made.lead)
    return made


def send(client: Client, plan: LessonPlan, wish: Any) -> tuple[int, dict[str, Any]]:
    body = wish if isinstance(wish, (str, bytes)) else json.dumps(wish)
    response = client.post(f"/lessons/plans/{plan.pk}/columns/", body, content_type="application/json")
    return response.status_code, response.json()


def test_a_column_is_set_and_everything_comes_back(client: Client, plan: LessonPlan) -> None:
    status, answer = send(client, plan, {"field": "periods", "value": "2", "version": 1})

    assert (status, answer["version"], answer["columns"]["periods"]) == (200, 2, 2)
    assert answer["columns"] == {
        "title": "家国情怀", "subject": "道德与法治", "stage": "junior", "grade": "高一", "edition": "",
        "volume": "", "unit": "", "theme": "", "periods": 2, "lesson_type": "",
    }  # fmt: skip
    assert client.get(f"/lessons/plans/{plan.pk}/columns/").json() == answer


def test_a_conflict_is_told_with_what_stands_there(client: Client, plan: LessonPlan) -> None:
    send(client, plan, {"field": "grade", "value": "高二", "version": 1})

    status, answer = send(client, plan, {"field": "grade", "value": "高三", "version": 1})

    assert (status, answer["version"], answer["columns"]["grade"]) == (409, 2, "高二")
    assert answer["error"] == "刚才有人改过这里。请比较两种写法，再保存一次。"
    plan.refresh_from_db()
    assert (plan.grade, plan.version) == ("高二", 2)


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        ({"field": "title", "value": " ", "version": 1}, 422),
        ({"field": "title", "value": "长" * 201, "version": 1}, 422),
        ({"field": "stage", "value": "prison", "version": 1}, 422),
        ({"field": "periods", "value": -1, "version": 1}, 422),
        ({"field": "grade", "value": {"a": 1}, "version": 1}, 422),
        ({"field": "lead_id", "value": "1", "version": 1}, 422),
        ({"field": "visibility", "value": "city", "version": 1}, 422),
        ({"field": "__class__", "value": "x", "version": 1}, 422),
        ({"field": "grade", "value": "高二"}, 400),
        ({"field": "grade", "value": "高二", "version": "1"}, 400),
        ({"field": "grade", "value": "高二", "version": True}, 400),
        ({"field": "grade", "value": "高二", "version": 1, "lead": 2}, 400),
        ({"field": ["grade"], "value": "高二", "version": 1}, 400),
        ([], 400),
        ("null", 400),
        ("{", 400),
        (b"\xff\xfe", 400),
        ("[" * 100_000, 400),
    ],
)
def test_bad_input_gets_a_sentence_and_changes_nothing(
    client: Client, plan: LessonPlan, wish: Any, status: int
) -> None:
    before = LessonPlan.objects.values().get()

    answered, answer = send(client, plan, wish)

    assert answered == status
    assert answer["error"]
    assert LessonPlan.objects.values().get() == before


def test_a_form_gets_a_sentence_too(plan: LessonPlan) -> None:
    """Its token is read out of the body, which can be read once only."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(plan.lead)
    client.get(f"/lessons/plans/{plan.pk}/members/")
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "field": "grade", "value": "高二"}

    response = client.post(f"/lessons/plans/{plan.pk}/columns/", form)

    assert (response.status_code, bool(response.json()["error"])) == (400, True)


def test_a_plan_in_the_trash_is_not_here(client: Client, plan: LessonPlan) -> None:
    LessonPlan.objects.update(trashed_at=timezone.now(), trashed_by=PersonFactory.create())

    assert client.get(f"/lessons/plans/{plan.pk}/columns/").status_code == 404


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 30])
def test_a_plan_that_never_was_is_not_here(client: Client, plan: LessonPlan, pk: str) -> None:
    assert client.get(f"/lessons/plans/{pk}/").status_code == 404
    assert client.get(f"/lessons/plans/{pk}/columns/").status_code == 404
