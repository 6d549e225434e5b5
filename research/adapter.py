"""How allauth behaves here: nobody signs up, nobody is led to another site."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

QUIET = {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts are made by administrators; letters are sent by ``services.letters`` alone."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("This number and this password do not fit together."),
        "too_many_login_attempts": _(
            "Too many tries. Please wait five minutes, or ask your unit's administrator for an entry code."
        ),
        "incorrect_code": _("This code is wrong. A new one comes every half minute; please try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Only addresses of this very host may stand in ``next``."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *args: Any, **kwargs: Any
    ) -> None:
        """Without the sentences that say what the page shows anyway."""
        if message_template not in QUIET:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Allauth itself sends nothing."""
