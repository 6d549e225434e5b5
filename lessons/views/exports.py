"""A plan as a file to take along: Word and PDF."""

from collections.abc import Callable
from typing import Final
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lessons import media
from lessons.access import Action
from lessons.enums import UseKind
from lessons.exports.printed import PrintedPlan, printed
from lessons.exports.typesetting import TypesettingError
from lessons.http import allowed_plan, person_of
from lessons.services.uses import record_use
from research.services import audit, throttle

A_MINUTE: Final = 20  # exports of one person
Write = Callable[[PrintedPlan], bytes]


@require_GET
@login_required
@never_cache
def docx(request: HttpRequest, pk: int) -> HttpResponse:
    """导出 Word."""
    from lessons.exports.word import to_docx  # python-docx is large, and exports are few

    return _export(request, pk, media.DOCX, to_docx)


@require_GET
@login_required
@never_cache
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """导出 PDF."""
    from lessons.exports.pdf import to_pdf  # as its neighbour

    return _export(request, pk, media.PDF, to_pdf)


def _export(request: HttpRequest, pk: int, kind: media.Kind, write: Write) -> HttpResponse:
    plan = allowed_plan(request, pk, Action.EXPORT)
    person = person_of(request)
    if not throttle.allows("export", person.pk, limit=A_MINUTE, seconds=60):
        return _sorry(request, 429, _("Too many exports at once. Wait a minute, then try again."))
    try:
        data = write(printed(plan))
    except TypesettingError:
        return _sorry(request, 503, _("The PDF could not be made. Export the plan to Word instead."))
    with transaction.atomic():
        record_use(plan_id=plan.pk, kind=UseKind.EXPORTED, by=person)
        audit.record("plan.exported", by=person, target=plan, format=kind.extension[1:])
    response = HttpResponse(data, content_type=kind.media_type)
    response.headers["Content-Disposition"] = _disposition(
        media.clean_name(plan.title, kind.extension), plan.pk
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _disposition(name: str, plan_id: int) -> str:
    """The header that names the file: in Chinese, and in ASCII for readers that know no other."""
    extension = name[name.rindex(".") :]
    return f"attachment; filename=\"plan-{plan_id}{extension}\"; filename*=UTF-8''{quote(name, safe='')}"


def _sorry(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    context = {"status": status, "heading": _("This did not work"), "sentence": sentence}
    return render(request, "error.html", context, status=status)
