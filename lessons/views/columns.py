"""The columns of a plan, one at a time, as JSON."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lessons.access import Action
from lessons.errors import ColumnConflictError, InvalidColumnError, TrashError
from lessons.http import allowed_plan, found_plan, person_of
from lessons.models import LessonPlan
from lessons.services import plans
from realtime.http import sent_json

EXPECTED = {"field", "value", "version"}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def columns(request: HttpRequest, pk: int) -> JsonResponse:
    """``GET`` what stands there; ``POST {"field", "value", "version"}`` sets one column.

    200 with the new version and all columns; 409 with the same where somebody was faster, nothing
    overwritten; 422 with a sentence where the value does not fit; 400 where the body is not what it should
    be.
    """
    if request.method != "POST":
        return answer(found_plan(request, pk))
    allowed_plan(request, pk, Action.WRITE)
    wish = wish_of(request)
    if wish is None:
        return JsonResponse({"error": _("This request could not be read.")}, status=400)
    try:
        return answer(plans.update_column(plan_id=pk, by=person_of(request), **wish))
    except ColumnConflictError as error:
        told = {"error": str(error), "version": error.version, "columns": error.columns}
        return JsonResponse(told, status=409)
    except InvalidColumnError as error:
        return JsonResponse({"error": str(error), "field": error.field}, status=422)
    except TrashError as error:
        return JsonResponse({"error": str(error)}, status=404)


def answer(plan: LessonPlan) -> JsonResponse:
    return JsonResponse({"version": plan.version, "columns": plan.columns()})


def wish_of(request: HttpRequest) -> dict[str, Any] | None:
    """The three parts of the wish; None if it is no JSON of exactly these, a form among others."""
    try:
        wish = sent_json(request)
    except ValueError:
        return None
    if not isinstance(wish, dict) or set(wish) != EXPECTED:
        return None
    is_version = isinstance(wish["version"], int) and not isinstance(wish["version"], bool)
    return wish if is_version and isinstance(wish["field"], str) else None
