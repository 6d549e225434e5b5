"""Pieces that other pages pull in, and the catalogue."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from lessons import queries
from lessons.http import person_of


@require_GET
@login_required
def recent(request: HttpRequest) -> HttpResponse:
    """最近的教案, for the workbench."""
    context = {
        "heading": _("Recent plans"),
        "plans": queries.recent_plans(person_of(request)),
        "scope": "mine",
        "empty": _("Plans that you open stand here."),
        "mark": "recent",
    }
    return render(request, "lessons/_plan_card.html", context)


@require_GET
@login_required
def shared(request: HttpRequest) -> HttpResponse:
    """与我共享, for the workbench."""
    context = {
        "heading": _("Shared with me"),
        "plans": queries.newest_shared_with(person_of(request)),
        "scope": "shared",
        "empty": _("Nobody has invited you to a plan yet."),
        "mark": "shared",
    }
    return render(request, "lessons/_plan_card.html", context)


@require_GET
@login_required
@cache_control(private=True, max_age=300)
def textbooks(_request: HttpRequest) -> JsonResponse:
    """The catalogue of 教材版本·册·单元."""
    return JsonResponse({"textbooks": queries.catalogue()})
