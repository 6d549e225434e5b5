"""Pieces that other pages pull in, and what pages tell: similar things, why a result is here, that one was opened."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from search import kinds, policies
from search.engines import engine
from search.errors import EngineUnavailableError
from search.forms import OpenedForm, wanted_of
from search.models import EntryRow
from search.services import recording, reporting, searching, similar
from search.types import Hit

_LONGEST_KEY = 18
"""Digits. No row has a longer number, and no database takes one that is much longer."""


def found_kind(request: HttpRequest, kind: str, key: str) -> kinds.Kind:
    """The kind, if this person may find that thing of it now; else 404."""
    known = kinds.find(kind)
    if known is None or len(key) > _LONGEST_KEY or key not in known.visible(request.user, [key]):
        raise Http404
    return known


@require_GET
@login_required
@never_cache
def alike(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """相似内容, for the page of a thing."""
    known = found_kind(request, kind, key)
    context = {"cards": similar.similar(request.user, known.name, key)}
    return render(request, "search/_similar.html", context)


@require_GET
@login_required
@never_cache
def why(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """为什么在这里, for whoever looks after the search: of things that they may find themselves."""
    if not policies.can_oversee(request.user):
        raise PermissionDenied
    known = found_kind(request, kind, key)
    wanted = wanted_of(request.GET)
    question = searching.request_for(request.user, wanted, searching.tree_of(wanted)[0])
    try:
        reason = engine().explain(question, Hit(known.name, key))
    except EngineUnavailableError:
        reason = None
    row = EntryRow.objects.filter(kind=known.name, key=key).first()
    return render(request, "search/_why.html", {"reason": reason, "row": row})


@require_POST
@login_required
def opened(request: HttpRequest) -> HttpResponse:
    """点击: a page tells, while it is left, which result was opened."""
    form = OpenedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    recording.record_opened(**form.cleaned_data)
    return HttpResponse(status=204)


@require_GET
@login_required
@never_cache
def report(request: HttpRequest) -> HttpResponse:
    """检索报告: what found nothing."""
    if not policies.can_oversee(request.user):
        raise PermissionDenied
    return render(request, "search/report.html", {"report": reporting.report()})
