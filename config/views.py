"""Pages that belong to the house as a whole."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from config.greeting import greeting
from lessons import queries
from lessons.http import person_of

PLANS = 5
GROUPS = 8
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="7" fill="#a8322a"/>'
    '<text x="14" y="20" font-size="16" font-weight="600" text-anchor="middle" fill="#fff" font-family="SimSun,serif">'
    "吕</text></svg>"
)


@login_required
def workbench(request: HttpRequest) -> HttpResponse:
    """工作台: what I worked on last, what others share with me, my groups."""
    person = person_of(request)
    now = timezone.localtime()
    context = {
        "greeting": greeting(person.name, now),
        "today": now,
        "recent": queries.recent_plans(person) or list(queries.plans_in(queries.Scope.MINE, person)[:PLANS]),
        "shared": queries.newest_shared_with(person),
        "groups": queries.groups_of(person)[:GROUPS],
    }
    return render(request, "workbench.html", context)


@cache_control(max_age=86400, public=True)
def icon(_request: HttpRequest) -> HttpResponse:
    """The site's sign for the browser's tab."""
    return HttpResponse(ICON, content_type="image/svg+xml")


def error(request: HttpRequest, *, status: int, heading: str, sentence: str) -> HttpResponse:
    """A page that says in a sentence what went wrong and where to go on.

    A request with a foreign Host was refused before anybody asked who it is from.
    """
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    context = {"status": status, "heading": heading, "sentence": sentence}
    return render(request, "error.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    heading, sentence = (
        _("This request could not be read"),
        _("Please go back, load the page again and try once more."),
    )
    return error(request, status=400, heading=heading, sentence=sentence)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; a domain error's own sentence is shown where there is one."""
    own = str(exception) if exception and str(exception) else ""
    sentence = own or _(
        "Your account may not do this. If you need it, ask the person who leads the work or your unit's administrator."
    )
    return error(request, status=403, heading=_("You may not do this"), sentence=sentence)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    heading = _("This page is not here")
    sentence = _(
        "It may have been moved or deleted, or it is not shared with you. Ask the person who gave you the address."
    )
    return error(request, status=404, heading=heading, sentence=sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    heading = _("This page had been open for too long")
    sentence = _("For your safety nothing was sent. Please go back, load the page again and try once more.")
    return error(request, status=403, heading=heading, sentence=sentence)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: no database and no session may be needed to say it."""
    return HttpResponse(render_to_string("offline.html"), status=500)
