"""Searches that a person keeps, and those asked last."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from search.errors import SavedSearchError
from search.forms import ForgetForm, RenameForm, SaveForm, wanted_in
from search.http import person_of
from search.models import SavedSearch
from search.services import remembering, saving

ON_THE_CARD = 5
AT_ONCE = 10
"""Each is asked of the engine again for what is new."""


def found_search(request: HttpRequest, pk: int) -> SavedSearch:
    """One of this person's own; else 404."""
    saved = SavedSearch.objects.filter(person=person_of(request), pk=pk).first()
    if saved is None:
        raise Http404
    return saved


def with_news(person: Any, saved: list[SavedSearch]) -> list[dict[str, Any]]:
    """Each with how many of its results are new; None while that cannot be told."""
    asked = {one.pk: (wanted_in(one.params), one.looked_at) for one in saved}
    news = saving.new_in(person, asked)
    most = saving.LOOKED_THROUGH
    return [
        {
            "saved": one,
            "wanted": asked[one.pk][0],
            "new": news[one.pk],
            "is_many": (news[one.pk] or 0) >= most,
            "most": most - 1,
        }
        for one in saved
    ]


@login_required
@never_cache
def searches(request: HttpRequest) -> HttpResponse:
    """我的检索: the kept ones, ten at once with what is new, and the last ones; a POST keeps another."""
    if request.method == "POST":
        return keep(request)
    person = person_of(request)
    page = Paginator(SavedSearch.objects.filter(person=person), AT_ONCE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "searches": with_news(person, list(page)),
        "recent": remembering.recent(person),
    }
    return render(request, "search/saved_list.html", context)


def keep(request: HttpRequest) -> HttpResponse:
    form = SaveForm(request.POST)
    if form.is_valid():
        try:
            saving.save_search(**form.cleaned_data, by=person_of(request))
        except SavedSearchError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The search is kept under «My searches»."))
            return redirect(f"{reverse('search:results')}?{form.cleaned_data['params']}")
    return render(request, "search/saved_refused.html", {"form": form}, status=422)


@require_GET
@login_required
@never_cache
def card(request: HttpRequest) -> HttpResponse:
    """What is new in one's searches, for the workbench."""
    saved = list(SavedSearch.objects.filter(person=person_of(request))[:ON_THE_CARD])
    return render(request, "search/_saved_card.html", {"searches": with_news(person_of(request), saved)})


@require_POST
@login_required
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a kept search; what is there now is no longer new. While the engine is away nobody sees what is new, and it stays so."""
    saved, person = found_search(request, pk), person_of(request)
    if saving.new_in(person, {pk: (wanted_in(saved.params), saved.looked_at)})[pk] is not None:
        saving.look_at(saved_id=pk, by=person)
    return redirect(f"{reverse('search:results')}?{saved.params}")


@require_POST
@login_required
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    saved = found_search(request, pk)
    form = RenameForm(request.POST)
    if not form.is_valid():
        return render(request, "search/saved_refused.html", {"form": form}, status=422)
    saving.rename_search(saved_id=saved.pk, by=person_of(request), **form.cleaned_data)
    return _back(request)


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    saved = found_search(request, pk)
    saving.delete_search(saved_id=saved.pk, by=person_of(request))
    messages.success(request, _("«%(name)s» is deleted.") % {"name": saved.name})
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """To the page of the list that this was asked on."""
    page = request.POST.get("page", "")
    beyond_first = f"?page={page}" if page.isascii() and page.isdecimal() and page != "1" else ""
    return redirect(f"{reverse('search:saved')}{beyond_first}")


@require_POST
@login_required
def forget(request: HttpRequest) -> HttpResponse:
    """Forget one of the last searches, or all."""
    form = ForgetForm(request.POST)
    if form.is_valid():
        remembering.forget(by=person_of(request), **form.cleaned_data)
    return redirect("search:saved")
