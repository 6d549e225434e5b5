"""Entry codes: given out by whoever manages an account, used once to set a first password."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from research.errors import CodeRefusedError, TooManyTriesError
from research.models import EntryCode, Person
from research.services import access, audit, throttle

# Without 0/O, 1/I/L, 2/Z, 5/S, 8/B: what people misread on paper.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
LENGTH = 8
VALID = timedelta(days=30)
# So many people in a transaction: each is a line in the record too.
_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed for one person; the code stands nowhere else."""

    person: Person
    code: str
    expires_at: datetime


def invent() -> str:
    """A code, 37 bits: «ACDE-FGHJ»."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def tidy(code: str) -> str:
    """The code as it was meant: capitals, without hyphens and spaces."""
    return "".join(character for character in code.upper() if character.isalnum())


def digest(person_id: int, code: str) -> str:
    """The keyed hash that is kept: of no use without the site's secret key."""
    return salted_hmac("research.EntryCode", f"{person_id}:{tidy(code)}", algorithm="sha256").hexdigest()


def issue(*, by: Person | None, people: Sequence[Person]) -> list[Slip]:
    """New codes for these people (发放首次登录码). Their old codes and passwords end; a few people in a transaction."""
    slips = []
    for start in range(0, len(people), _AT_ONCE):
        slips += _issue(by=by, people=people[start : start + _AT_ONCE])
    return slips


@transaction.atomic
def _issue(*, by: Person | None, people: Sequence[Person]) -> list[Slip]:
    expires_at = timezone.now() + VALID
    slips = [Slip(person, invent(), expires_at) for person in people]
    EntryCode.objects.filter(person__in=people).delete()
    EntryCode.objects.bulk_create(
        [
            EntryCode(
                person=slip.person,
                digest=digest(slip.person.pk, slip.code),
                expires_at=expires_at,
                created_by=by,
            )
            for slip in slips
        ]
    )
    end_passwords(people)
    for person in people:
        audit.record("entry_code.issued", by=by, target=person)
    return slips


def end_passwords(people: Iterable[Person]) -> None:
    """No password lets these people in any more, and whoever is signed in is signed out."""
    usable = [person for person in people if person.has_usable_password()]
    for person in usable:
        person.set_unusable_password()
        person.save(update_fields=["password"])
    if usable:
        access.changed()


def verify(*, staff_number: str, code: str, address: str) -> Person:
    """Whose code this is. The answer for a wrong code is that for an unknown person.

    Raises TooManyTriesError, or CodeRefusedError for a wrong, used or expired code.
    """
    account = throttle.allows("entry", staff_number.lower(), limit=5, seconds=300)
    place = throttle.allows("entry", address, limit=60, seconds=300)
    if not (account and place):
        raise TooManyTriesError(_("Too many tries. Please wait five minutes and try again."))
    person = Person.objects.numbered(staff_number).filter(is_active=True).first()
    kept = EntryCode.objects.filter(person=person, expires_at__gt=timezone.now()).first() if person else None
    given = digest(person.pk if person else 0, code)
    if not constant_time_compare(given, kept.digest if kept else "-" * 64) or person is None:
        audit.record_refusal("entry_code.tried", by=None, target=person or "")
        raise CodeRefusedError(
            _("This staff number and code do not fit together, or the code was used or has expired.")
        )
    return person


@transaction.atomic
def redeem(*, person: Person, code: str, password: str) -> None:
    """Set the first password and use the code up (首次设置密码). Of two at once one wins."""
    used = EntryCode.objects.filter(
        person=person, digest=digest(person.pk, code), expires_at__gt=timezone.now()
    )
    if not used.delete()[0]:
        raise CodeRefusedError(
            _("This staff number and code do not fit together, or the code was used or has expired.")
        )
    person.set_password(password)
    person.save(update_fields=["password"])
    access.changed()
    audit.record("entry_code.used", by=person, target=person)
