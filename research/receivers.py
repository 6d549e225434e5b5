"""What happens around a sign-in becomes an audit line, and the live documents hear of whoever leaves."""

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from realtime.documents import Refusal
from research.models import Person
from research.services import access, audit

ENDS_SESSIONS = {"password.changed", "password.reset"}


def signed_in(user: Person, **_kwargs: Any) -> None:
    audit.record("session.started", by=user, target=user)


def signed_out(user: Person | None, **_kwargs: Any) -> None:
    if user is not None:
        access.changed()
        audit.record("session.ended", by=user, target=user)


def failed_to_sign_in(credentials: dict[str, Any], **_kwargs: Any) -> None:
    """Whose account was tried; what was typed is not kept, for it may be a password in the wrong field."""
    tried = Person.objects.numbered(credentials.get("username", "")).first()
    audit.record_refusal("session.tried", by=None, target=tried or "")


def changed(action: str) -> Any:
    """A receiver that writes down a change of somebody's own means of signing in."""

    def receive(user: Person, **_kwargs: Any) -> None:
        if action in ENDS_SESSIONS:
            access.changed()
        audit.record(action, by=user, target=user)

    return receive


def failed_second_step(user: Person, **_kwargs: Any) -> None:
    audit.record_refusal("second_step.tried", by=None, target=user)


def refused_by_a_document(refusal: Refusal) -> None:
    """The sink of the shared documents."""
    person = Person.objects.filter(pk=refusal.person_id).first() if refusal.person_id else None
    repeated = {"times": refusal.times} if refusal.times > 1 else {}
    audit.record_refusal(
        f"document.{refusal.act}",
        by=person,
        target=f"{refusal.kind}:{refusal.key}",
        address=refusal.address,
        reason=refusal.detail,
        **repeated,
    )


RECEIVERS = {
    "in": (user_logged_in, signed_in),
    "out": (user_logged_out, signed_out),
    "failed": (user_login_failed, failed_to_sign_in),
    "password.changed": (account.password_changed, changed("password.changed")),
    "password.reset": (account.password_reset, changed("password.reset")),
    "second_step.added": (mfa.authenticator_added, changed("second_step.added")),
    "second_step.removed": (mfa.authenticator_removed, changed("second_step.removed")),
    "second_step.reset": (mfa.authenticator_reset, changed("second_step.reset")),
    "second_step.failed": (mfa.authentication_failed, failed_second_step),
}


def connect() -> None:
    """Called once, from ``registrations``."""
    for name, (signal, receiver) in RECEIVERS.items():
        signal.connect(receiver, weak=False, dispatch_uid=f"research.{name}")
