"""Nobody comes to more power than they were given (越权): by other people's accounts, by one's own, by old codes."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.test import Client
from pytest_django.fixtures import Settings

from research.enums import Role
from research.errors import CodeRefusedError
from research.models import AuditEvent, EntryCode, Person
from research.services import codes, people
from tests.factories.research import AppointmentFactory, OfficeFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence of mine 7"


@pytest.fixture
def admin(client: Client) -> Person:
    """The administrator of one school, signed in."""
    person: Person = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    client.force_login(person)
    return person


def account(person: Person, **other: object) -> dict[str, object]:
    """What the form of an account sends."""
    columns = ("name", "staff_number", "subject", "mobile", "email")
    return {name: getattr(person, name) or "" for name in columns} | {"unit": person.unit_id} | other


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_an_administrator_in_the_school_is_out_of_its_reach(
    client: Client, admin: Person, role: Role
) -> None:
    higher = AppointmentFactory.create(role=role, person__unit=admin.unit).person
    page = f"/research/people/{higher.pk}/"

    answers = [
        client.post(page, account(higher, email="mine@example.com")).status_code,
        client.post(f"{page}code/").status_code,
        client.post(f"{page}active/", {"active": "0"}).status_code,
        client.post(f"{page}second-step/").status_code,
    ]

    assert answers == [403] * 4
    assert Person.objects.get(pk=higher.pk).email == ""
    assert not EntryCode.objects.exists()


def test_nobody_is_moved_out_of_or_into_a_unit_that_one_does_not_manage(
    client: Client, admin: Person
) -> None:
    mine, other = PersonFactory.create(unit=admin.unit), PersonFactory.create()

    away = client.post(f"/research/people/{mine.pk}/", account(mine, unit=other.unit_id))
    here = client.post(f"/research/people/{other.pk}/", account(other, unit=admin.unit_id))
    new = client.post("/research/people/new/", account(mine, staff_number="309999", unit=other.unit_id))

    assert [away.status_code, here.status_code, new.status_code] == [422, 404, 422]
    assert Person.objects.get(pk=mine.pk).unit_id == admin.unit_id
    assert not Person.objects.filter(staff_number="309999").exists()


def test_nobody_gives_or_takes_a_role_by_themselves(client: Client, admin: Person) -> None:
    office = OfficeFactory.create(county=None)
    security = AppointmentFactory.create(role=Role.SECURITY_ADMIN, unit=office).person
    data = {"role": Role.SYSTEM_ADMIN, "unit": office.pk}

    assert client.post(f"/research/people/{admin.pk}/appoint/", data).status_code == 403
    client.force_login(security)
    client.post(f"/research/people/{security.pk}/appoint/", {"role": Role.OFFICER, "unit": office.pk})
    client.post(f"/research/people/appointments/{security.appointments.get().pk}/end/")

    assert [one.role for one in security.appointments.all()] == [Role.SECURITY_ADMIN]
    assert [one.role for one in admin.appointments.all()] == [Role.UNIT_ADMIN]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.UNIT_ADMIN])
def test_a_code_kept_from_before_does_not_open_the_account_of_somebody_with_a_new_role(
    admin: Person, role: Role
) -> None:
    newcomer = PersonFactory.create(unit=admin.unit)
    slip = codes.issue(by=admin, people=[newcomer])[0]
    office = OfficeFactory.create(county=None)

    people.appoint(by=PersonFactory.create(), person=newcomer, role=role, unit=office)

    with pytest.raises(CodeRefusedError):
        codes.verify(staff_number=newcomer.staff_number, code=slip.code, address="10.0.0.1")
    assert AuditEvent.objects.filter(action="entry_code.ended").count() == 1


def test_a_code_stays_good_where_its_giver_still_manages_the_account(admin: Person) -> None:
    newcomer = PersonFactory.create(unit=admin.unit)
    slip = codes.issue(by=admin, people=[newcomer])[0]

    people.appoint(by=PersonFactory.create(), person=newcomer, role=Role.OFFICER, unit=admin.unit)

    assert codes.verify(staff_number=newcomer.staff_number, code=slip.code, address="10.0.0.1") == newcomer


def test_nobody_is_locked_out_by_an_account_whose_number_differs_in_capitals(
    client: Client, admin: Person
) -> None:
    victim = PersonFactory.create(staff_number="T2024", unit=UnitFactory.create())

    answer = client.post("/research/people/new/", account(admin, staff_number="t2024", name="张三"))

    assert answer.status_code == 422
    assert "这个工号已有人使用" in answer.content.decode()
    assert list(Person.objects.numbered("t2024")) == [victim]


def test_who_never_signed_in_is_told_to_managers_alone(client: Client) -> None:
    teacher = PersonFactory.create()
    PersonFactory.create(unit=teacher.unit, is_active=False)
    client.force_login(teacher)

    assert client.get("/research/people/?state=waiting").context["page"].paginator.count == 2
    assert client.get("/research/people/?state=disabled").context["page"].paginator.count == 2


NEW = "another sentence of mine 8"


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("logout", {}),
        ("reauthenticate", {"password": PASSWORD}),
        ("password/change", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}),
    ],
)
@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example/"])
def test_no_page_of_signing_in_leads_to_another_site(
    client: Client, settings: Settings, page: str, data: dict[str, str], target: str
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    client.force_login(PersonFactory.create(password=make_password(PASSWORD)))

    for where in (f"/accounts/{page}/", f"/accounts/{page}/?{urlencode({'next': target})}"):
        answer = client.post(where, data | {"next": target})
        assert answer.status_code == 302
        assert "evil" not in answer["Location"]
        client.force_login(PersonFactory.create(password=make_password(PASSWORD)))


@pytest.mark.parametrize("page", ["/accounts/login/", "/", "/accounts/password/reset/", "/static/x.css"])
def test_a_foreign_host_gets_a_page_that_says_so(page: str) -> None:
    answer = Client(HTTP_HOST="evil.example").get(page)

    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "page"),
    [
        ("post", "/accounts/login/"),
        ("post", "/research/first/"),
        ("post", "/accounts/password/reset/"),
        ("post", "/admin/login/"),
    ],
)
def test_signing_in_needs_a_csrf_token_too(method: str, page: str) -> None:
    client = Client(enforce_csrf_checks=True)

    assert getattr(client, method)(page, {"login": "x", "password": "y"}).status_code == 403


@time_machine.travel(datetime(2026, 11, 25, 8, 0, tzinfo=UTC), tick=False)
def test_tries_are_counted_for_the_real_address_whatever_a_client_says_of_itself(client: Client) -> None:
    """All within one minute, however slow the machine is."""
    for number in range(60):
        client.post(
            "/accounts/login/",
            {"login": f"4{number:05d}", "password": "x"},
            HTTP_X_FORWARDED_FOR=f"10.9.8.{number}",
        )

    answer = client.post(
        "/accounts/login/", {"login": "499999", "password": "x"}, HTTP_X_FORWARDED_FOR="10.9.9.9"
    )

    assert "过多" in answer.content.decode() or "太多" in answer.content.decode()
    assert set(AuditEvent.objects.values_list("address", flat=True)) == {"127.0.0.1"}
