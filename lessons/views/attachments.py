"""The files of a plan."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessons import media, policies
from lessons.access import Action
from lessons.errors import AttachmentError, TrashError
from lessons.http import allowed_plan, person_of
from lessons.models import LessonPlan
from lessons.services import attachments as service


def panel(request: HttpRequest, plan: LessonPlan, *, fault: str = "") -> HttpResponse:
    """The panel of files: a fragment for a page that has it, else a page of its own."""
    kept = list(plan.attachments.select_related("added_by"))
    context = {
        "plan": plan,
        "files": kept,
        "may_write": Action.WRITE in policies.abilities(person_of(request), plan),
        "fault": fault,
        "accepted": media.ACCEPTED,
        "used_bytes": sum(file.size_bytes for file in kept),
        "most_bytes": service.MAX_PLAN_BYTES,
    }
    name = "lessons/_files.html" if request.headers.get("HX-Request") else "lessons/plan_files.html"
    return render(request, name, context, status=422 if fault else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """附件: the panel; ``POST`` with ``file`` adds one."""
    if request.method != "POST":
        return panel(request, allowed_plan(request, pk, Action.READ))
    plan = allowed_plan(request, pk, Action.WRITE)
    uploaded = request.FILES.get("file")
    if not isinstance(uploaded, UploadedFile):
        return panel(request, plan, fault=_("Choose a file first."))
    try:
        service.attach_file(
            plan_id=pk, file=uploaded, name=uploaded.name or "", size_bytes=uploaded.size or 0,
            by=person_of(request),
        )  # fmt: skip
    except (AttachmentError, TrashError) as error:
        return panel(request, plan, fault=str(error))
    return panel(request, plan)


@require_GET
@login_required
@cache_control(private=True, no_cache=True)
def download(request: HttpRequest, pk: int, token: UUID) -> FileResponse:
    """A file of a plan, never shown as a page of ours whatever its bytes are."""
    plan = allowed_plan(request, pk, Action.READ)
    attachment = get_object_or_404(plan.attachments, token=token)
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content, as_attachment=True, filename=attachment.name, content_type=attachment.media_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, token: UUID) -> HttpResponse:
    """删除附件."""
    plan = allowed_plan(request, pk, Action.WRITE)
    attachment = get_object_or_404(plan.attachments, token=token)
    try:
        service.remove_file(attachment=attachment, by=person_of(request))
    except TrashError as error:
        return panel(request, plan, fault=str(error))
    return panel(request, plan)
