"""The trash."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lessons import queries
from lessons.access import Action
from lessons.errors import TrashError
from lessons.http import allowed_plan, person_of
from lessons.models import LessonPlan
from lessons.services import trash as service


@require_GET
@login_required
def trash(request: HttpRequest) -> HttpResponse:
    """回收站: what this person may take out again."""
    found = queries.trashed_plans(person_of(request))
    page = Paginator(found, queries.PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "lessons/plan_trash.html", {"page": page, "kept_days": service.KEPT_DAYS})


@require_POST
@login_required
def move_to_trash(request: HttpRequest, pk: int) -> HttpResponse:
    """移到回收站."""
    plan = allowed_plan(request, pk, Action.DELETE)
    try:
        service.trash_plan(plan_id=pk, by=person_of(request))
    except TrashError as error:
        messages.warning(request, str(error))
    else:
        told = _("«%(title)s» is in the trash. You can restore it for %(days)s days.")
        messages.success(request, told % {"title": plan.title, "days": service.KEPT_DAYS})
    return redirect("lessons:plans")


@require_POST
@login_required
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """恢复."""
    person = person_of(request)
    plan = get_object_or_404(LessonPlan.objects.restorable_by(person), pk=pk)
    try:
        service.restore_plan(plan_id=pk, by=person)
    except TrashError as error:
        messages.warning(request, str(error))
        return redirect("lessons:trash")
    messages.success(request, _("«%(title)s» is back.") % {"title": plan.title})
    return redirect("lessons:plan", pk=pk)
