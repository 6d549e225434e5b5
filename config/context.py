"""What every page of the shell needs to know."""

from django.http import HttpRequest

from config.navigation import account_entries, navigation

THEMES = {"light", "dark"}


def shell(request: HttpRequest) -> dict[str, object]:
    """The navigation, and the theme that the person chose (empty: as the system)."""
    theme = request.COOKIES.get("theme", "")
    return {
        "navigation": navigation(request),
        "account_entries": account_entries(request),
        "theme": theme if theme in THEMES else "",
    }
