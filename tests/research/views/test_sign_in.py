"""Signing in: one answer for known and unknown accounts, throttled, nowhere else than here."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from realtime.models import AccessChange
from research.enums import AuditResult
from research.models import AuditEvent, Person
from research.services import codes, letters
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence of mine 7"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _quick_hashes(settings: Settings) -> None:
    """Argon2 is slow on purpose, and these tests try hundreds of passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person() -> Person:
    made: Person = PersonFactory.create(
        password=make_password(PASSWORD), staff_number="300001", mobile="13900001111", email="li@example.com"
    )
    return made


def sign_in(client: Client, login: str = "300001", password: str = PASSWORD, **more: str) -> int:
    return client.post(LOGIN, {"login": login, "password": password, **more}).status_code


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["300001", " 300001 ", "３００００１", "13900001111", "139 0000 1111"])
def test_staff_or_mobile_number_lets_in(client: Client, person: Person, login: str) -> None:
    assert sign_in(client, login) == 302
    assert is_in(client)
    event = AuditEvent.objects.get(action="session.started")
    assert (event.person_id, event.address) == (person.pk, "127.0.0.1")


def answer(client: Client, login: str, password: str) -> str:
    """The page without what differs from request to request."""
    page = client.post(LOGIN, {"login": login, "password": password}).content.decode()
    return re.sub(r'value="[^"]*"', "", page)


def test_unknown_people_and_wrong_passwords_get_one_answer(client: Client, person: Person) -> None:
    waiting = PersonFactory.create()

    pages = {
        answer(client, login, "wrong") for login in (person.staff_number, "999999", waiting.staff_number)
    }

    assert len(pages) == 1
    assert not is_in(client)


def test_what_was_typed_is_not_kept(client: Client, person: Person) -> None:
    sign_in(client, login="my-secret-in-the-wrong-field", password="other-secret")
    sign_in(client, password="third-secret")

    kept = str(list(AuditEvent.objects.values()))
    assert "secret" not in kept
    assert [event.target for event in AuditEvent.objects.order_by("pk")] == [
        "",
        f"research.person:{person.pk}",
    ]


@pytest.mark.parametrize("login", ["300001", "999999"])
def test_after_five_wrong_passwords_an_account_waits(client: Client, person: Person, login: str) -> None:
    for number in range(5):
        sign_in(client, login, f"wrong {number}")

    assert sign_in(Client(REMOTE_ADDR="10.1.1.1"), login) == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert sign_in(Client(), login) == (302 if login == "300001" else 200)


def test_mobile_and_staff_number_count_for_one_account(client: Client, person: Person) -> None:
    for number in range(5):
        sign_in(client, "13900001111" if number % 2 else "300001", "wrong")

    assert sign_in(client) == 200
    assert not is_in(client)


def test_an_address_that_tries_many_accounts_waits(client: Client, person: Person) -> None:
    for number in range(60):
        sign_in(client, f"4{number:05d}", "wrong")

    sign_in(client)

    assert not is_in(client)
    assert sign_in(Client(REMOTE_ADDR="10.1.1.1")) == 302


def test_a_session_from_before_is_not_taken_over(client: Client, person: Person) -> None:
    client.get(LOGIN)
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
        "/\\evil.example",
    ],
)
def test_next_leads_nowhere_else(client: Client, person: Person, target: str) -> None:
    response = client.post(LOGIN, {"login": "300001", "password": PASSWORD, "next": target})

    assert response["Location"] == "/"


def test_next_leads_within_the_site(client: Client, person: Person) -> None:
    response = client.post(LOGIN, {"login": "300001", "password": PASSWORD, "next": "/research/groups/"})

    assert response["Location"] == "/research/groups/"


def test_a_disabled_account_does_not_get_in_and_its_sessions_end(client: Client, person: Person) -> None:
    sign_in(client)
    Person.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/research/me/").status_code == 302
    assert not is_in(Client()) or sign_in(Client()) != 302


def test_signing_out_is_noticed(client: Client, person: Person) -> None:
    sign_in(client)
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)

    client.post("/accounts/logout/")

    assert not is_in(client)
    assert AccessChange.objects.exists()
    assert AuditEvent.objects.filter(action="session.ended", person=person).count() == 1


def test_another_password_ends_the_other_sessions(client: Client, person: Person) -> None:
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "another sentence of mine 8"

    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert client.get("/research/me/").status_code == 200
    assert other.get("/research/me/").status_code == 302
    assert AccessChange.objects.exists()
    assert AuditEvent.objects.filter(action="password.changed", person=person).count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "signup/",
        "email/",
        "confirm-email/",
        "password/set/",
        "3rdparty/",
        "login/code/",
        "sessions/",
        "2fa/webauthn/",
    ],
)
def test_pages_that_we_do_not_offer_are_not_there(client: Client, person: Person, path: str) -> None:
    sign_in(client)

    assert client.get(f"/accounts/{path}").status_code == 404


def test_the_first_sign_in(client: Client) -> None:
    person = PersonFactory.create()
    slip = codes.issue(by=None, people=[person])[0]
    data = {
        "staff_number": person.staff_number,
        "code": slip.code,
        "password1": PASSWORD,
        "password2": PASSWORD,
    }

    assert client.post("/research/first/", data | {"password2": "other"}).status_code == 422
    assert (
        client.post("/research/first/", data | {"password1": "12345", "password2": "12345"}).status_code
        == 422
    )
    assert client.post("/research/first/", data)["Location"] == "/"

    assert is_in(client)
    assert sign_in(Client(), person.staff_number) == 302
    assert Client().post("/research/first/", data).status_code == 422


@pytest.mark.parametrize(
    ("first", "second"), [("12345", "12345"), ("a sentence of mine", "another one of mine")]
)
def test_a_password_that_will_not_do_costs_none_of_the_tries(client: Client, first: str, second: str) -> None:
    person = PersonFactory.create()
    slip = codes.issue(by=None, people=[person])[0]
    data = {"staff_number": person.staff_number.lower(), "code": slip.code}

    for _try in range(8):
        answer = client.post("/research/first/", data | {"password1": first, "password2": second})
    done = client.post("/research/first/", data | {"password1": PASSWORD, "password2": PASSWORD})

    assert (answer.status_code, done.status_code) == (422, 302)
    assert not AuditEvent.objects.filter(action="entry_code.tried").exists()


def test_sentences_about_a_wrong_try_are_ours_and_chinese(client: Client, person: Person) -> None:
    slip = codes.issue(by=None, people=[PersonFactory.create(staff_number="300002")])[0]
    short = {"staff_number": "300002", "code": slip.code, "password1": "short", "password2": "short"}

    assert "密码太短，至少要十个字符" in client.post("/research/first/", short).content.decode()
    assert "账号与密码不符。" in client.post(LOGIN, {"login": "300001", "password": "x"}).content.decode()


def test_the_second_step_stands_behind_password_and_entry_code(client: Client, person: Person) -> None:
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    recovery = RecoveryCodes.activate(person).get_unused_codes()[0]

    assert (
        client.post(LOGIN, {"login": "300001", "password": PASSWORD})["Location"]
        == "/accounts/2fa/authenticate/"
    )
    assert not is_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert AuditEvent.objects.filter(action="second_step.tried", result=AuditResult.REFUSED).count() == 1
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    assert client.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert is_in(client)

    other = Client()
    slip = codes.issue(by=None, people=[person])[0]
    data = {"staff_number": "300001", "code": slip.code, "password1": PASSWORD, "password2": PASSWORD}
    assert other.post("/research/first/", data)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(other)
    assert other.post("/accounts/2fa/authenticate/", {"code": recovery}).status_code == 302
    assert is_in(other)


def test_a_forgotten_password(client: Client, person: Person, settings: Settings) -> None:
    settings.SITE_URL = "https://jiaoyan.example"
    answers = {
        client.post("/accounts/password/reset/", {"email": email})["Location"]
        for email in ("LI@example.com", "no@example.com")
    }
    assert answers == {"/accounts/password/reset/done/"}
    assert mail.outbox == []  # the worker sends

    assert [letters.send_reset_letter("li@example.com"), letters.send_reset_letter("no@example.com")] == [
        True,
        False,
    ]

    link = re.search(r"https://jiaoyan\.example(/\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert mail.outbox[0].to == ["li@example.com"]
    page = client.get(link[1], follow=True)
    new = "another sentence of mine 8"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert sign_in(Client(), password=new) == 302
    assert "已" in Client().get(link[1]).content.decode()


def test_nobody_who_forgot_is_led_to_a_forged_host(person: Person) -> None:
    Client(HTTP_HOST="testserver").post(
        "/accounts/password/reset/", {"email": "li@example.com"}, HTTP_X_FORWARDED_HOST="evil.example"
    )
    letters.send_reset_letter("li@example.com")

    assert "evil.example" not in mail.outbox[0].body
