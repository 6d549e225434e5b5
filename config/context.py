"""What every page of the shell needs to know."""

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:
    """The site's name and the part of the house that the page belongs to, for the navigation."""
    match = request.resolver_match
    return {
        "site_url": settings.SITE_URL,
        "room": (match.app_names[0] if match and match.app_names else match.url_name if match else ""),
    }
