"""The list of plans."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from lessons import queries
from lessons.forms import ListForm
from lessons.http import person_of
from lessons.queries import Scope
from research.enums import Role

TABS = {
    Scope.MINE: _("I lead"),
    Scope.SHARED: _("Shared with me"),
    Scope.GROUP: _("My groups"),
    Scope.UNIT: _("My unit"),
    Scope.COUNTY: _("My county"),
    Scope.CITY: _("Whole city"),
}


@require_GET
@login_required
def plans(request: HttpRequest) -> HttpResponse:
    """备课: one scope of plans, narrowed by filters, everything in the address."""
    person = person_of(request)
    form = ListForm(request.GET, person=person, books=list(queries.textbooks()))
    wanted = form.wanted()
    scope, sort = Scope(wanted.pop("scope", Scope.MINE)), wanted.pop("sort", "edited")
    number = wanted.pop("page", 1)
    found = queries.narrowed(queries.plans_in(scope, person), wanted)
    context = {
        "form": form,
        "scope": scope,
        "tabs": [(tab, label, address(request, scope=tab.value, page=None)) for tab, label in TABS.items()],
        "page": queries.page_of(found, sort=sort, number=number),
        "previous": address(request, page=number - 1),
        "next": address(request, page=number + 1),
        "is_narrowed": bool(wanted),
        "to_hand_on": queries.plans_to_hand_on(person).count() if Role.UNIT_ADMIN in person.roles else 0,
        "plain": f"?{urlencode({'scope': scope.value})}",
    }
    return render(request, "lessons/plan_list.html", context)


def address(request: HttpRequest, **changes: object) -> str:
    """The address of this list with some parameters changed; None takes one out, empty ones go too."""
    kept = {name: value for name, value in request.GET.items() if value and name not in changes}
    return f"?{urlencode(kept | {name: value for name, value in changes.items() if value is not None})}"
