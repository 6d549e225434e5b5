"""What stands in the navigation; a part that is not built is not there."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from research.enums import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a URL name, its label and icon.

    ``room`` is the app whose pages light it up; ``role`` who may open it, «staff» for any of the three administrators.
    """

    name: str
    label: str | Promise
    icon: str
    room: str = ""
    below: bool = False
    on_phone: bool = True
    role: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a page shows it."""

    url: str
    label: str | Promise
    icon: str
    current: bool
    below: bool
    on_phone: bool


ENTRIES = [
    Entry("workbench", _("Workbench"), "home", room="workbench"),
    Entry("lessons:plans", _("Lesson plans"), "notebook", room="lessons"),
    Entry("search:results", _("Search"), "search", room="search"),
    Entry("research:groups", _("My groups"), "users", room="research.groups", below=True),
    Entry("research:people", _("People"), "id-badge", room="research.people", below=True),
    Entry(
        "research:audit",
        _("Audit log"),
        "clipboard-list",
        room="research.audit",
        below=True,
        on_phone=True,
        role=Role.AUDIT_ADMIN,
    ),
]

ACCOUNT_ENTRIES = [
    Entry("research:profile", _("My account"), "user-circle"),
    Entry("research:machines", _("Background work"), "server", role=Role.SYSTEM_ADMIN),
    Entry("admin:index", _("Administration"), "settings", role="staff"),
]


def shown(request: HttpRequest, entry: Entry, *, room: str) -> Shown | None:
    """The entry for this request, or None where its page is not built."""
    try:
        url = reverse(entry.name)
    except NoReverseMatch:
        return None
    return Shown(url, entry.label, entry.icon, room == entry.room, entry.below, entry.on_phone)


def room_of(request: HttpRequest) -> str:
    """Which entry the page belongs to: ``research.<first part of the URL name>``, or the app, or the URL name."""
    match = request.resolver_match
    if match is None:
        return ""
    app = match.app_names[0] if match.app_names else ""
    if app == "research":
        return f"research.{(match.url_name or '').split('_')[0]}"
    return app or match.url_name or ""


def navigation(request: HttpRequest) -> list[Shown]:
    """The entries that this person may open (导航)."""
    room = room_of(request)
    found = (shown(request, entry, room=room) for entry in ENTRIES if may_open(request, entry))
    return [entry for entry in found if entry is not None]


def account_entries(request: HttpRequest) -> list[Shown]:
    """What stands in the menu of one's own account."""
    found = (shown(request, entry, room="") for entry in ACCOUNT_ENTRIES if may_open(request, entry))
    return [entry for entry in found if entry is not None]


def may_open(request: HttpRequest, entry: Entry) -> bool:
    """Whether the entry's page would answer this person."""
    if not entry.role or not request.user.is_authenticated:
        return request.user.is_authenticated
    return request.user.is_staff if entry.role == "staff" else entry.role in request.user.roles
