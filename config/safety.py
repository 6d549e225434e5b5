"""What must not be served at all: system checks that stop ``serve`` and fail ``check`` (不安全的组合)."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.utils.translation import gettext as _

LOCAL = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver", ".localhost"}
SHORTEST_KEY = 32
KNOWN_KEYS = ("insecure", "changeme", "secret", "django-insecure")


def is_public() -> bool:
    """Whether anybody but this machine could be meant by the hosts."""
    return any(host not in LOCAL for host in settings.ALLOWED_HOSTS)


@checks.register("safety")
def check_safety(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Each unsafe combination, with what to do."""
    faults = []
    if settings.DEBUG and is_public():
        faults.append(
            ("jiaoyan.E001", _("DEBUG is on and HOSTS names more than this machine. Unset DEBUG, or HOSTS."))
        )
    if "*" in settings.ALLOWED_HOSTS:
        faults.append(
            (
                "jiaoyan.E002",
                _("HOSTS must not be «*»: foreign sites could open live connections. Name the hosts."),
            )
        )
    key = settings.SECRET_KEY
    if len(key) < SHORTEST_KEY or len(set(key)) < 5 or key.lower().startswith(KNOWN_KEYS):  # noqa: PLR2004 - few letters
        faults.append(
            (
                "jiaoyan.E003",
                _(
                    "SECRET_KEY is short or well known. Unset it; the site makes a key of its own and keeps it."
                ),
            )
        )
    if not settings.HTTPS and is_public() and settings.SITE_URL.startswith("https:"):
        faults.append(
            (
                "jiaoyan.E004",
                _(
                    "SITE_URL begins with https, but HTTPS is not set: cookies would not be protected. Set HTTPS=1."
                ),
            )
        )
    if settings.AUDIT_DAYS < 180:  # noqa: PLR2004 - the law's number
        faults.append(
            ("jiaoyan.E005", _("AUDIT_DAYS is below 180, the shortest time that audit events must be kept."))
        )
    return [checks.Error(text, id=name) for name, text in faults]
