"""Signs of Django's own that somebody may see less from now on."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from realtime.services.access import access_changed

_OF_SIGN_IN = {"password", "is_active"}


@receiver(post_delete, sender=Session)
def session_ended(**_: Any) -> None:
    """Somebody signed out: their pages are closed within two seconds.

    Not ``user_logged_out``, which is sent while the session still stands: a look between the two would miss it.
    """
    access_changed()


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def person_saved(*, created: bool, update_fields: Any = None, **_: Any) -> None:
    """The password or the account's state may have changed; a mere sign-in saves other fields."""
    if not created and (update_fields is None or _OF_SIGN_IN & set(update_fields)):
        access_changed()
