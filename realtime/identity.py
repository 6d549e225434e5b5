"""From the session cookie to a person, and whether that still holds (身份)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.contrib.sessions.models import Session
from django.http.cookie import parse_cookie  # noqa: TID251 -- the handshake, read as the pages' views read it
from django.utils import timezone
from django.utils.crypto import constant_time_compare

# Dark enough on paper and light enough at night to be read as a name's background under white text.
PALETTE = (
    "#a63a2b", "#1f6f8b", "#4f7a28", "#8a5a00", "#6b4fa0", "#b0386b",
    "#2c6e5d", "#935116", "#3b5ba5", "#7d5260", "#566b10", "#00707a",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is at the other end of a connection."""

    person_id: int
    name: str

    def user(self) -> dict[str, Any]:
        """What others see of this person in a document."""
        return {"id": self.person_id, "name": self.name, "color": PALETTE[self.person_id % len(PALETTE)]}


def session_key_of(headers: Collection[tuple[bytes, bytes]]) -> str:
    """The session key in the handshake's cookie, or an empty string."""
    raw = b"; ".join(value for name, value in headers if name == b"cookie").decode("latin-1")
    return parse_cookie(raw).get(
        settings.SESSION_COOKIE_NAME, ""
    )  # as the site's pages read it, other cookies aside


def identify(session_keys: Collection[str]) -> Mapping[str, Identity]:
    """Who is signed in by these sessions; who ended the session or may not sign in is left out."""
    live = Session.objects.filter(
        session_key__in={key for key in session_keys if key}, expire_date__gt=timezone.now()
    )
    contents = {session.session_key: session.get_decoded() for session in live}
    person_ids = {content.get(SESSION_KEY) for content in contents.values()} - {None}
    people = get_user_model()._default_manager.in_bulk([int(pk) for pk in person_ids if pk])  # noqa: SLF001
    found = {}
    for key, content in contents.items():
        person = people.get(int(content.get(SESSION_KEY, 0)))
        if (
            person is not None
            and person.is_active
            and _same_password(person, content.get(HASH_SESSION_KEY, ""))
        ):
            found[key] = Identity(person.pk, str(person))
    return found


def _same_password(person: Any, session_hash: str) -> bool:
    """Whether the person's password is still the one this session was opened with."""
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(session_hash, known) for known in hashes)
