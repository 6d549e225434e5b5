"""后台任务: workers, regular jobs, given-up tasks, for the system administrator."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from research import policies
from research.background import beats, queue
from research.http import PersonRequest
from research.models import PeriodicRun, WorkerBeat
from research.services import audit

PAGE_SIZE = 20


@login_required
@require_GET
def index(request: PersonRequest) -> HttpResponse:
    """What runs, what waits, what was given up."""
    if not policies.can_run_machines(request.user):
        raise PermissionDenied
    context = {
        "workers": WorkerBeat.objects.filter(worker__in=beats.living()),
        "jobs": PeriodicRun.objects.all(),
        "letters": Paginator(queue.dead_letters(), PAGE_SIZE).get_page(request.GET.get("page")),
        "waiting": queue.count_waiting(),
    }
    return render(request, "research/machines.html", context)


@login_required
@require_POST
def retry(request: PersonRequest, pk: uuid.UUID) -> HttpResponse:
    """Try a given-up task again."""
    if not policies.can_run_machines(request.user):
        raise PermissionDenied
    path = queue.retry(pk)
    if path is None:
        raise Http404
    audit.record("task.retried", by=request.user, target=f"task:{pk}", path=path)
    messages.success(request, _("The task waits for a worker again."))
    return redirect("research:machines")
