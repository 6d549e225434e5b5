"""What an import left over, beside the plan that was made of it, until each piece is placed or left out."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from lessons import queries
from lessons.access import Action
from lessons.body import CELLS, read_body
from lessons.columns import LABELS
from lessons.enums import SectionKind
from lessons.errors import LessonsError
from lessons.http import allowed_plan, person_of
from lessons.imports import source as sources
from lessons.imports.building import Builder
from lessons.imports.pieces import ASIDE, UNPLACED
from lessons.models import COLUMNS, ImportLesson, LessonPlan
from lessons.services import leftovers as service
from lessons.views.imports import picture_of, version_of
from lessons.views.placing_desk import REASONS, ROLES, Places
from realtime import documents
from realtime.prose.html import to_html


@require_GET
@login_required
@never_cache
def leftovers(request: HttpRequest, pk: int) -> HttpResponse:
    """待放置: pieces of the Word file that found no place, for whoever writes the plan."""
    return page(request, allowed_plan(request, pk, Action.WRITE))


@require_POST
@login_required
def leftover(request: HttpRequest, pk: int, piece: int) -> HttpResponse:
    """Put a piece into the plan, leave it out, take it back, or take it apart."""
    plan = allowed_plan(request, pk, Action.WRITE)
    if queries.leftovers_of(plan) is None:
        raise Http404
    wish = {"plan_id": pk, "piece": piece, "version": version_of(request)}
    fault = ""
    try:
        if "split" in request.POST:
            service.split_leftover(**wish)
        else:
            service.place_leftover(**wish, place=request.POST.get("place", ""), by=person_of(request))
    except LessonsError as error:
        fault = str(error)
    if request.headers.get("HX-Request"):
        return page(request, plan, fault=fault)
    if fault:
        messages.error(request, fault)
    return redirect("lessons:leftovers", pk=pk)


@require_GET
@login_required
def picture(request: HttpRequest, pk: int, number: int) -> FileResponse:
    """A picture of a piece, to whoever writes the plan."""
    lesson = queries.leftovers_of(allowed_plan(request, pk, Action.WRITE))
    if lesson is None:
        raise Http404
    return picture_of(lesson.item, number)


def page(request: HttpRequest, plan: LessonPlan, *, fault: str = "") -> HttpResponse:
    """The page; what htmx asked for is the list alone."""
    lesson = queries.leftovers_of(plan)
    pieces = pieces_of(plan, lesson) if lesson else []
    context = {
        "plan": plan,
        "lesson": lesson,
        "loose": [piece for piece in pieces if piece["status"] == UNPLACED],
        "aside": [piece for piece in pieces if piece["status"] == ASIDE],
        "places": places_in(plan) if pieces else [],
        "fault": fault,
    }
    is_part = request.headers.get("HX-Request")
    name = "lessons/plan_leftovers.html#pieces" if is_part else "lessons/plan_leftovers.html"
    return render(request, name, context, status=422 if fault else 200)


def pieces_of(plan: LessonPlan, lesson: ImportLesson) -> list[dict[str, Any]]:
    """The pieces that are not in the plan, as they would stand there."""
    pictures = {picture.number: str(picture.pk) for picture in lesson.item.pictures.all()}
    urls = {
        key: reverse("lessons:leftover_picture", args=[plan.pk, number]) for number, key in pictures.items()
    }
    builder = Builder(sources.from_json(lesson.item.source or {"blocks": [], "dropped": []}), pictures)
    return [
        {
            "number": number,
            "status": piece["status"],
            "name": piece.get("name", ""),
            "reason": REASONS.get(piece.get("reason", ""), ""),
            "parts": len(piece["spans"]),
            "html": to_html(builder.node(spans_of(piece)), picture_url=lambda key: urls.get(key, "")),
        }
        for number, piece in enumerate(lesson.pieces)
        if piece["status"] in {UNPLACED, ASIDE}
    ]


def spans_of(piece: dict[str, Any]) -> list[tuple[int, int, int]]:
    return [(para, start, end) for para, start, end in piece["spans"]]


def places_in(plan: LessonPlan) -> Places:
    """Where a piece may be put in this plan: its fields, its empty columns, its steps, a new step."""
    sections = list(plan.template.sections())
    fields = [(one.key, one.label) for one in sections if one.kind == SectionKind.RICH]
    facts = [(name, str(LABELS[name])) for name in COLUMNS if getattr(plan, name) in {"", None}]
    processes = [(one.label, steps_in(plan)) for one in sections if one.kind == SectionKind.STEPS]
    groups = [(_("Fields"), fields), (_("Facts"), facts), *processes]
    return [group for group in groups if group[1]]


def steps_in(plan: LessonPlan) -> list[tuple[str, str]]:
    steps = read_body(documents.load(plan.document_id)).steps
    places = []
    for number, step in enumerate(steps, start=1):
        name = step.phase[:20] or _("Step %(number)s") % {"number": number}
        places += [(f"step/{step.id}/{role}", f"{name}：{ROLES[role]}") for role in CELLS]
    return [
        *places,
        *((f"step/new/{role}", _("New step: %(role)s") % {"role": label}) for role, label in ROLES.items()),
    ]
