"""People who are signed in."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from research.enums import UnitKind
from research.models import Person, Unit


def make_person(name: str = "刘秀兰") -> Person:
    """Somebody who may sign in."""
    unit = Unit.objects.get_or_create(name="示例市教研室", kind=UnitKind.OFFICE)[0]
    return Person.objects.create_user(f"9{Person.objects.count():05}", name=name, unit=unit)


def sign_in(person: Person) -> str:
    """A session of that person; its key."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)
