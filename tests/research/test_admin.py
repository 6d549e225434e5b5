"""The administration pages open for the system administrator alone, and each change there is an audit line."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from research.enums import Role
from research.models import AuditEvent
from tests.factories.research import AppointmentFactory, UnitFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence of mine 7"


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SYSTEM_ADMIN, 200), (Role.SECURITY_ADMIN, 302), (Role.AUDIT_ADMIN, 302), (Role.UNIT_ADMIN, 302)],
)
def test_only_the_system_administrator_comes_in(client: Client, role: Role, status: int) -> None:
    client.force_login(AppointmentFactory.create(role=role).person)

    assert client.get("/admin/research/unit/").status_code == status


def test_it_has_no_sign_in_of_its_own_that_knows_no_second_step(client: Client) -> None:
    admin = AppointmentFactory.create(role=Role.SYSTEM_ADMIN, person__password=make_password(PASSWORD)).person
    page = "/admin/login/?next=/admin/research/unit/"

    assert client.get(page)["Location"] == "/accounts/login/?next=%2Fadmin%2Fresearch%2Funit%2F"
    answer = client.post(page, {"username": admin.staff_number, "password": PASSWORD})

    assert answer["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_who_is_signed_in_and_no_administrator_is_refused_not_sent_around(client: Client) -> None:
    client.force_login(AppointmentFactory.create(role=Role.UNIT_ADMIN).person)

    assert client.get("/admin/", follow=True).status_code == 403


@pytest.mark.parametrize(
    ("page", "ours"), [("logout", "/accounts/logout/"), ("password_change", "/accounts/password/change/")]
)
def test_signing_out_and_passwords_are_our_pages(client: Client, page: str, ours: str) -> None:
    client.force_login(AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person)

    assert client.post(f"/admin/{page}/")["Location"] == ours
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("page", ["person", "appointment", "auditevent", "auditseal", "entrycode"])
def test_accounts_roles_and_the_record_are_not_there(client: Client, page: str) -> None:
    client.force_login(AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person)

    assert client.get(f"/admin/research/{page}/").status_code == 404


def test_a_change_is_written_down(client: Client) -> None:
    admin = AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person
    unit = UnitFactory.create()
    client.force_login(admin)
    data = {
        "name": "示例新名",
        "kind": unit.kind,
        "county": unit.county_id,
        "township": "",
        "stage": unit.stage,
    }

    assert (
        client.post(f"/admin/research/unit/{unit.pk}/change/", data | {"is_active": "on"}).status_code == 302
    )

    event = AuditEvent.objects.get(action="unit.changed")
    assert (event.person_id, event.target, event.detail["columns"]) == (
        admin.pk,
        f"research.unit:{unit.pk}",
        ["name"],
    )
