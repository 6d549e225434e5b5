"""Plans whose lead's account is disabled, handed on by the administrator of their unit; the body stays closed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lessons import queries
from lessons.errors import LessonsError
from lessons.forms import LeadForm
from lessons.http import person_of, plan_to_hand_on
from lessons.models import LessonPlan
from lessons.services import members as service


@require_GET
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """待移交: what this person may hand on."""
    found = queries.plans_to_hand_on(person_of(request))
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "lessons/plans_to_hand_on.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def hand_on(request: HttpRequest, pk: int) -> HttpResponse:
    """代为移交: who takes part, colleagues of the unit, and a button beside each."""
    plan = plan_to_hand_on(request, pk)
    if request.method != "POST":
        return page(request, plan)
    form = LeadForm(request.POST, people=queries.may_be_heirs(plan, person_of(request)))
    if not form.is_valid():
        return page(request, plan, fault=_("Choose a member of the plan or a colleague of its unit."))
    to = form.cleaned_data["person"]
    try:
        service.hand_on(plan_id=pk, to=to, by=person_of(request))
    except LessonsError as error:
        return page(request, plan, fault=str(error))
    told = _("«%(title)s» is led by %(name)s now.")
    messages.success(request, told % {"title": plan.title, "name": to.name})
    return redirect("lessons:to_hand_on")


def page(request: HttpRequest, plan: LessonPlan, *, fault: str = "") -> HttpResponse:
    """The page, or what the search found as a fragment."""
    by, who = person_of(request), request.GET.get("who", "")[:60]
    context = {
        "plan": plan,
        "members": [
            one for one in queries.members_of(plan) if one.person.is_active and one.person_id != by.pk
        ],
        "who": who,
        "people": queries.heirs_found(plan, who, by),
        "fault": fault,
    }
    is_part = bool(request.headers.get("HX-Request")) and not fault
    name = "lessons/plan_hand_on.html#people" if is_part else "lessons/plan_hand_on.html"
    return render(request, name, context, status=422 if fault else 200)
