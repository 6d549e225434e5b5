"""Entry codes: once, for a while, hashed, throttled."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from realtime.models import AccessChange
from research.enums import AuditResult
from research.errors import CodeRefusedError, TooManyTriesError
from research.models import AuditEvent, EntryCode, Person
from research.services import codes
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a sentence of mine 7"


def verify(staff_number: str, code: str, address: str = "10.0.0.1") -> Person:
    return codes.verify(staff_number=staff_number, code=code, address=address)


def test_a_code_lets_its_owner_set_a_password_once() -> None:
    person = PersonFactory.create()
    code = codes.issue(by=None, people=[person])[0].code

    found = verify(person.staff_number, code.lower().replace("-", " "))
    codes.redeem(person=found, code=code, password=PASSWORD)

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert not EntryCode.objects.exists()
    with pytest.raises(CodeRefusedError):
        codes.redeem(person=found, code=code, password="another sentence")
    with pytest.raises(CodeRefusedError):
        verify(person.staff_number, code)


def test_only_a_keyed_hash_is_kept() -> None:
    slip = codes.issue(by=None, people=[PersonFactory.create()])[0]

    kept = str(EntryCode.objects.values().get())
    assert codes.tidy(slip.code) not in kept
    assert slip.code not in kept
    assert slip.code not in str(list(AuditEvent.objects.values()))


def test_a_code_is_of_no_use_to_another_person() -> None:
    person, other = PersonFactory.create_batch(2)
    slips = codes.issue(by=None, people=[person, other])

    with pytest.raises(CodeRefusedError):
        verify(other.staff_number, slips[0].code)


def test_a_new_code_ends_the_old_one_the_password_and_the_sessions() -> None:
    person = PersonFactory.create()
    person.set_password(PASSWORD)
    person.save()
    first = codes.issue(by=None, people=[person])[0].code
    codes.issue(by=None, people=[person])

    person.refresh_from_db()
    assert not person.has_usable_password()
    assert AccessChange.objects.exists()
    with pytest.raises(CodeRefusedError):
        verify(person.staff_number, first)


def test_a_code_expires() -> None:
    person = PersonFactory.create()
    code = codes.issue(by=None, people=[person])[0].code

    with (
        time_machine.travel(timezone.now() + codes.VALID + timedelta(minutes=1)),
        pytest.raises(CodeRefusedError),
    ):
        verify(person.staff_number, code)


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "x" * 500, "\x00", "'; --"])
def test_unknown_people_and_wrong_codes_get_one_answer(code: str) -> None:
    person = PersonFactory.create()
    codes.issue(by=None, people=[person])
    answers = set()

    for number in (person.staff_number, "999999"):
        with pytest.raises(CodeRefusedError) as caught:
            verify(number, code)
        answers.add(str(caught.value))

    assert len(answers) == 1
    assert AuditEvent.objects.filter(action="entry_code.tried", result=AuditResult.REFUSED).count() == 2


def test_a_disabled_account_has_no_use_of_its_code() -> None:
    person = PersonFactory.create()
    code = codes.issue(by=None, people=[person])[0].code
    Person.objects.filter(pk=person.pk).update(is_active=False)

    with pytest.raises(CodeRefusedError):
        verify(person.staff_number, code)


def test_after_five_tries_even_the_right_code_waits() -> None:
    person = PersonFactory.create()
    code = codes.issue(by=None, people=[person])[0].code
    for _try in range(5):
        with pytest.raises(CodeRefusedError):
            verify(person.staff_number, "AAAA-AAAA")

    with pytest.raises(TooManyTriesError):
        verify(person.staff_number, code, address="10.0.0.2")

    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert verify(person.staff_number, code) == person


def test_one_address_cannot_spray_over_many_accounts() -> None:
    for number in range(60):
        with pytest.raises(CodeRefusedError):
            verify(f"{number:06d}", "AAAA-AAAA")

    with pytest.raises(TooManyTriesError):
        verify("100001", "AAAA-AAAA")
