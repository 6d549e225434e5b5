"""Every address of a plan, asked by everybody: 404 for what one may not find, 403 for what one may not do."""

import pytest
from django.test import Client

from lessons.access import Action
from lessons.enums import PlanRole, Visibility
from lessons.models import LessonPlan
from lessons.urls import urlpatterns
from research.enums import AuditResult, Role
from research.models import AuditEvent, Person
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory
from tests.factories.research import AppointmentFactory, PersonFactory

pytestmark = pytest.mark.django_db
TOKEN = "00000000-0000-4000-8000-000000000000"
# name: (method, the action it needs). A route of a plan that is not here fails the last test.
ROUTES = {
    "plan": ("get", Action.READ),
    "columns": ("post", Action.WRITE),
    "duplicate": ("post", Action.EXPORT),
    "move_to_trash": ("post", Action.DELETE),
    "members": ("get", Action.READ),
    "member_search": ("get", Action.MANAGE),
    "member_add": ("post", Action.MANAGE),
    "hand_over": ("post", Action.MANAGE),
    "leftovers": ("get", Action.WRITE),
    "leftover": ("post", Action.WRITE),
    "leftover_picture": ("get", Action.WRITE),
    "hand_on": ("post", Action.HAND_ON),
    "visibility": ("post", Action.MANAGE),
    "member_change": ("post", Action.MANAGE),
    "member_remove": ("post", Action.MANAGE),
    "files": ("post", Action.WRITE),
    "file": ("get", Action.READ),
    "file_remove": ("post", Action.WRITE),
    "docx": ("get", Action.EXPORT),
    "pdf": ("get", Action.EXPORT),
    "restore": ("post", Action.RESTORE),
}
MAY: dict[str, set[Action]] = {
    "lead": {Action.READ, Action.EXPORT, Action.WRITE, Action.MANAGE, Action.DELETE},
    "co_author": {Action.READ, Action.EXPORT, Action.WRITE},
    "commenter": {Action.READ, Action.EXPORT},
    "reader": {Action.READ, Action.EXPORT},
    "stranger": set(),
    "system_admin": set(),
}


def path_of(name: str, plan: LessonPlan) -> str:
    pattern = next(str(own.pattern) for own in urlpatterns if own.name == name)
    filled = pattern.replace("<int:pk>", str(plan.pk)).replace("<uuid:token>", TOKEN)
    for number in ("person_id", "piece", "number"):
        filled = filled.replace(f"<int:{number}>", "987654")
    return f"/lessons/{filled}"


def asker(who: str, plan: LessonPlan) -> Person:
    if who == "lead":
        return plan.lead
    if who == "stranger":
        return PersonFactory.create()
    if who == "system_admin":
        admin: Person = AppointmentFactory.create(role=Role.SYSTEM_ADMIN, unit=plan.home_unit).person
        return admin
    member: Person = PlanMemberFactory.create(plan=plan, role=PlanRole(who)).person
    return member


@pytest.mark.parametrize("name", [name for name in ROUTES if name != "restore"])
@pytest.mark.parametrize("who", list(MAY))
def test_each_address_answers_each_role_as_the_table_says(client: Client, who: str, name: str) -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.MEMBERS)
    person = asker(who, plan)
    client.force_login(person)
    method, action = ROUTES[name]

    status = getattr(client, method)(path_of(name, plan)).status_code

    refused = AuditEvent.objects.filter(result=AuditResult.REFUSED, person=person)
    if Action.READ not in MAY[who]:
        assert (status, refused.count()) == (404, 0)
    elif action not in MAY[who]:
        assert (status, refused.count()) == (403, 1)
        assert path_of(name, plan) in str(refused.values().get())
        assert LessonPlan.objects.filter(pk=plan.pk, trashed_at=None, version=1).exists()
    else:
        assert status not in {401, 403, 405}
        assert refused.count() == 0


@pytest.mark.parametrize("who", list(MAY))
def test_only_makers_take_a_plan_out_of_the_trash(client: Client, who: str) -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.CITY)
    person = asker(who, plan)
    client.force_login(person)
    assert client.post(path_of("restore", plan)).status_code == 404
    plan.trashed_at, plan.trashed_by = plan.edited_at, plan.lead
    plan.save()

    status = client.post(path_of("restore", plan)).status_code

    assert status == (302 if who in {"lead", "co_author"} else 404)


@pytest.mark.parametrize("name", [name for name, (method, _action) in ROUTES.items() if method == "post"])
def test_what_changes_something_is_never_asked_by_get(client: Client, name: str) -> None:
    plan = LessonPlanFactory.create()
    client.force_login(plan.lead)

    shows_something = {"columns": 200, "files": 200, "hand_on": 403}
    assert client.get(path_of(name, plan)).status_code == shows_something.get(name, 405)


@pytest.mark.parametrize("name", list(ROUTES))
def test_nobody_gets_anything_without_signing_in(client: Client, name: str) -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.CITY)
    response = getattr(client, ROUTES[name][0])(path_of(name, plan))

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("name", [name for name, (method, _action) in ROUTES.items() if method == "post"])
def test_what_changes_something_needs_the_pages_token(name: str) -> None:
    plan = LessonPlanFactory.create()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(plan.lead)

    assert strict.post(path_of(name, plan)).status_code == 403
    assert LessonPlan.objects.filter(pk=plan.pk, trashed_at=None).exists()


def test_every_address_of_a_plan_has_a_row_here() -> None:
    of_plans = {str(own.name) for own in urlpatterns if str(own.pattern).startswith("plans/<int:pk>")}

    assert of_plans == set(ROUTES)
