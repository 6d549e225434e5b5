"""审计日志: who did what, for the audit administrator."""

import json
from datetime import UTC

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from research import policies, queries
from research.forms.audit import AuditFilter
from research.http import PersonRequest
from research.imports.workbook import XLSX, workbook
from research.models import AuditEvent, AuditSeal
from research.services import audit

PAGE_SIZE = 60
MAX_EXPORTED = 50_000


@login_required
@require_GET
def index(request: PersonRequest) -> HttpResponse:
    """The record, newest first."""
    if not policies.can_read_audit(request.user):
        raise PermissionDenied
    form = AuditFilter(request.GET)
    page = Paginator(queries.events(**form.conditions()), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "head": AuditSeal.objects.order_by("-pk").first()}
    return render(request, "research/audit.html", context)


def row(event: AuditEvent) -> list[str]:
    """One event as a row of the workbook."""
    person = event.person
    return [
        str(event.pk),
        timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"),
        event.at.astimezone(UTC).isoformat(),
        f"{person.name} {person.staff_number}" if person else "",
        event.address or "",
        event.get_action_label(),
        event.action,
        event.target,
        event.get_result_display(),
        json.dumps(event.detail, ensure_ascii=False, sort_keys=True),
    ]


@login_required
@require_GET
def export(request: PersonRequest) -> HttpResponse:
    """The same as a workbook; the export is an event itself."""
    if not policies.can_read_audit(request.user):
        raise PermissionDenied
    found = queries.events(**AuditFilter(request.GET).conditions())[:MAX_EXPORTED]
    headings = [
        _("No."),
        _("Time"),
        "UTC",
        _("Account"),
        _("Address"),
        _("Action"),
        _("Action's name"),
        _("Target"),
        _("Result"),
        _("Detail"),
    ]
    content = workbook(
        headings,
        (row(event) for event in found),
        title="audit",
        widths=(8, 20, 28, 20, 16, 24, 24, 28, 8, 60),
    )
    audit.record("audit.exported", by=request.user)
    return HttpResponse(content, XLSX, headers={"Content-Disposition": 'attachment; filename="audit.xlsx"'})
