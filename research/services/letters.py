"""Letters by e-mail."""

from urllib.parse import urljoin

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from research.models import Person


def send_reset_letter(email: str) -> bool:
    """A letter with a link to set a new password, if the address is somebody's; whether one was sent.

    The link is made here, in the worker, so that asking takes the same time for everybody, and from the site's own
    address, so that a forged Host header cannot lead it elsewhere.
    """
    person = Person.objects.filter(email=email, is_active=True).exclude(email="").first()
    if person is None:
        return False
    key = default_token_generator.make_token(person)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key}
    )
    body = render_to_string(
        "research/email/password_reset.txt", {"person": person, "link": urljoin(settings.SITE_URL, path)}
    )
    send_mail(_("Set a new password for 吕梁教研"), body, settings.DEFAULT_FROM_EMAIL, [person.email])
    return True
