"""The administration pages open for the system administrator alone, and each change there is an audit line."""

import pytest
from django.test import Client

from research.enums import Role
from research.models import AuditEvent
from tests.factories.research import AppointmentFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SYSTEM_ADMIN, 200), (Role.SECURITY_ADMIN, 302), (Role.AUDIT_ADMIN, 302), (Role.UNIT_ADMIN, 302)],
)
def test_only_the_system_administrator_comes_in(client: Client, role: Role, status: int) -> None:
    client.force_login(AppointmentFactory.create(role=role).person)

    assert client.get("/admin/research/unit/").status_code == status


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
