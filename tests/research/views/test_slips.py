"""Entry codes on slips: by unit, for whoever waits for a first password, and never for somebody out of reach."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.utils import timezone

from research import queries
from research.enums import Role
from research.models import AuditEvent, EntryCode, Person
from research.services import codes
from tests.factories.research import AppointmentFactory, OfficeFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
PRINT = "/research/people/codes/"


@pytest.fixture
def admin(client: Client) -> Person:
    """The administrator of one school, signed in."""
    person: Person = AppointmentFactory.create(
        role=Role.UNIT_ADMIN, person__password=make_password("a long sentence")
    ).person
    client.force_login(person)
    return person


def printed(client: Client, unit: int, **more: str) -> list[str]:
    """The staff numbers on the slips that come."""
    response = client.post(PRINT, {"unit": unit, **more})
    return sorted(slip.person.staff_number for slip in response.context["slips"])


def test_slips_are_for_those_without_password_and_without_slip(client: Client, admin: Person) -> None:
    unit = admin.unit
    waiting = PersonFactory.create(unit=unit, staff_number="300001")
    coded = PersonFactory.create(unit=unit, staff_number="300002")
    expired = PersonFactory.create(unit=unit, staff_number="300003")
    PersonFactory.create(unit=unit, password=make_password("another sentence"))
    PersonFactory.create(unit=unit, is_active=False)
    PersonFactory.create()
    codes.issue(by=admin, people=[coded, expired])
    EntryCode.objects.filter(person=expired).update(expires_at=timezone.now() - timedelta(days=1))
    kept = coded.entry_code.digest

    found = client.get("/research/people/slips/").context["page"]

    assert [(one.pk, one.waiting, one.coded) for one in found] == [(unit.pk, 3, 1)]
    assert printed(client, unit.pk) == [waiting.staff_number, expired.staff_number]
    assert EntryCode.objects.get(person=coded).digest == kept
    assert printed(client, unit.pk, again="1") == ["300001", "300002", "300003"]
    assert EntryCode.objects.get(person=coded).digest != kept


def test_a_second_press_prints_nobody_twice(client: Client, admin: Person) -> None:
    PersonFactory.create(unit=admin.unit)
    client.post(PRINT, {"unit": admin.unit_id})
    kept = EntryCode.objects.get().digest

    assert client.post(PRINT, {"unit": admin.unit_id})["Location"] == "/research/people/slips/"
    assert EntryCode.objects.get().digest == kept


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OFFICER])
def test_nobody_out_of_reach_is_counted_or_printed(client: Client, admin: Person, role: Role) -> None:
    higher = AppointmentFactory.create(
        role=role, person__unit=admin.unit, unit=OfficeFactory.create(county=None)
    ).person

    assert not queries.units_waiting(admin).exists()
    assert client.post(PRINT, {"unit": admin.unit_id, "again": "1"}).status_code == 302
    assert client.post(f"/research/people/{higher.pk}/code/").status_code == 403
    assert not EntryCode.objects.exists()


@pytest.mark.parametrize("unit", ["", "abc", "0", "9" * 30, "another"])
def test_another_unit_or_none_is_not_found(client: Client, admin: Person, unit: str) -> None:
    other = PersonFactory.create(unit=UnitFactory.create())

    chosen = other.unit_id if unit == "another" else unit

    assert client.post(PRINT, {"unit": chosen}).status_code == 404
    assert not EntryCode.objects.exists()


def test_slips_stand_in_no_cache_and_in_no_record(client: Client, admin: Person) -> None:
    PersonFactory.create(unit=admin.unit)

    response = client.post(PRINT, {"unit": admin.unit_id})

    code = response.context["slips"][0].code
    assert code in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert code not in str(list(AuditEvent.objects.values()))
