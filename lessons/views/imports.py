"""从 Word 导入: take files in, show how far they are, place what was found, make plans."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessons.enums import ImportState, Visibility
from lessons.errors import ImportRefusedError, InvalidColumnError, LessonsError
from lessons.forms import ImportedPlanForm
from lessons.http import person_of
from lessons.imports import limits
from lessons.models import ImportLesson, PlanImport
from lessons.services import imports, placing
from lessons.views.placing_desk import desk, sentences_of_dropped

PICTURE_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def found_import(request: HttpRequest, pk: UUID) -> PlanImport:
    """The import, if this person uploaded it; else 404."""
    return get_object_or_404(PlanImport.objects.visible_to(person_of(request)), pk=pk)


def found_lesson(request: HttpRequest, pk: UUID, number: int) -> ImportLesson:
    lesson = (
        ImportLesson.objects.filter(item=found_import(request, pk), number=number)
        .select_related("item")
        .first()
    )
    if lesson is None:
        raise Http404
    return lesson


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """What I uploaded, and the place to upload more."""
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        taken, faults = take_in(request)
        if taken and not faults:
            return (
                redirect("lessons:import_show", pk=taken[0].pk)
                if len(taken) == 1
                else redirect("lessons:import")
            )
    items = (
        PlanImport.objects.visible_to(person_of(request)).defer("source", "rest").prefetch_related("lessons")
    )
    shown = [
        {"item": item, "sentence": imports.sentence(item.fault) if item.fault else ""} for item in items[:60]
    ]
    context = {
        "items": shown,
        "faults": faults,
        "most": limits.FILES_AT_ONCE,
        "waiting": any(item.state in {ImportState.WAITING, ImportState.READING} for item in items),
    }
    return render(request, "lessons/import_index.html", context, status=422 if faults else 200)


def take_in(request: HttpRequest) -> tuple[list[PlanImport], list[tuple[str, str]]]:
    """Queue each uploaded file; those refused with the sentence that says why."""
    taken: list[PlanImport] = []
    faults: list[tuple[str, str]] = []
    files: list[UploadedFile[Any]] = request.FILES.getlist("files")
    if not files:
        faults.append(("", _("Please choose a Word file first.")))
    for file in files[: limits.FILES_AT_ONCE]:
        name = file.name or "Word"
        try:
            taken.append(
                imports.begin_import(by=person_of(request), name=name, file=file, size_bytes=file.size or 0)
            )
        except ImportRefusedError as error:
            faults.append((name, str(error)))
    if len(files) > limits.FILES_AT_ONCE:
        faults.append(
            ("", _("At most %(most)s files at once; the rest was left out.") % {"most": limits.FILES_AT_ONCE})
        )
    return taken, faults


@require_GET
@login_required
@never_cache
def show(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One import: on its way, refused, without a lesson, or the desk on which it is placed."""
    item = found_import(request, pk)
    if item.state in {ImportState.WAITING, ImportState.READING, ImportState.FAILED}:
        return render(request, "lessons/import_progress.html", progress_of(item))
    lessons = list(item.lessons.select_related("plan"))
    if not lessons:
        context = {"item": item, "dropped": sentences_of_dropped(item), "is_blank": item.verdict == "blank"}
        return render(request, "lessons/import_nothing.html", context)
    number = request.GET.get("lesson", "")
    chosen = (
        lessons[int(number)] if number.isdecimal() and int(number) < len(lessons) else first_open(lessons)
    )
    return show_desk(request, chosen)


def first_open(lessons: list[ImportLesson]) -> ImportLesson:
    return next((lesson for lesson in lessons if lesson.plan_id is None), lessons[0])


def progress_of(item: PlanImport) -> dict[str, Any]:
    return {"item": item, "sentence": imports.sentence(item.fault) if item.fault else ""}


@require_GET
@login_required
@never_cache
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the reading is, asked for every second; the page is loaded anew when it is over."""
    item = found_import(request, pk)
    if item.state in {ImportState.WAITING, ImportState.READING}:
        return render(request, "lessons/import_progress.html#bar", progress_of(item))
    response = HttpResponse()
    response["HX-Refresh"] = "true"
    return response


def show_desk(
    request: HttpRequest, lesson: ImportLesson, *, form: ImportedPlanForm | None = None, fault: str = ""
) -> HttpResponse:
    """The desk: source beside plan. What htmx asked for is the desk alone."""
    status = 422 if fault or (form is not None and form.errors) else 200
    context = desk(lesson) | {"fault": fault}
    if request.headers.get("HX-Request") and form is None:
        return render(request, "lessons/import_placing.html#desk", context, status=status)
    context["form"] = form or ImportedPlanForm(person=person_of(request), lesson=lesson)
    return render(request, "lessons/import_placing.html", context, status=status)


# --- placing
# --------------------------------------------------------------------------------------------------


def version_of(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0  # noqa: PLR2004 - a row's counter


@require_POST
@login_required
def piece(request: HttpRequest, pk: UUID, number: int, piece: int) -> HttpResponse:
    """Put a piece somewhere, take it apart, or say that it stands right."""
    lesson = found_lesson(request, pk, number)
    common = {"lesson_id": lesson.pk, "piece": piece, "version": version_of(request)}
    fault = ""
    try:
        if "split" in request.POST:
            lesson = placing.split_piece(**common)
        elif "confirm" in request.POST:
            lesson = placing.confirm_piece(**common)
        else:
            lesson = placing.move_piece(**common, place=request.POST.get("place", ""))
    except LessonsError as error:
        fault, lesson = str(error), found_lesson(request, pk, number)
    return answer(request, lesson, fault)


@require_POST
@login_required
def rest(request: HttpRequest, pk: UUID, number: int, para: int, start: int) -> HttpResponse:
    """Put a piece that belongs to none of the file's lessons somewhere in this one."""
    lesson = found_lesson(request, pk, number)
    place, fault = request.POST.get("place", ""), ""
    try:
        lesson = placing.move_rest(
            lesson_id=lesson.pk, para=para, start=start, place=place, version=version_of(request)
        )
    except LessonsError as error:
        fault, lesson = str(error), found_lesson(request, pk, number)
    return answer(request, lesson, fault)


@require_POST
@login_required
def column(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Correct one fact."""
    lesson = found_lesson(request, pk, number)
    name = request.POST.get("column", "")
    fault = ""
    try:
        lesson = placing.set_column(
            lesson_id=lesson.pk, column=name, value=request.POST.get(name, ""), version=version_of(request)
        )
    except LessonsError as error:
        fault, lesson = str(error), found_lesson(request, pk, number)
    return answer(request, lesson, fault)


def answer(request: HttpRequest, lesson: ImportLesson, fault: str) -> HttpResponse:
    """The desk as it is now; without script the page anew."""
    if request.headers.get("HX-Request"):
        return show_desk(request, lesson, fault=fault)
    if fault:
        messages.error(request, fault)
    response = redirect("lessons:import_show", pk=lesson.item_id)
    response["Location"] += f"?lesson={lesson.number}"
    return response


@require_POST
@login_required
def create(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """创建教案: the lesson becomes a plan, and its page opens."""
    lesson = found_lesson(request, pk, number)
    person = person_of(request)
    form = ImportedPlanForm(request.POST, person=person, lesson=lesson)
    if not form.is_valid():
        return show_desk(request, lesson, form=form)
    try:
        plan = placing.create_from_lesson(
            lesson_id=lesson.pk,
            by=person,
            template=form.cleaned_data["template"],
            group=form.cleaned_data["group"],
            visibility=Visibility(form.cleaned_data["visibility"]),
        )
    except InvalidColumnError as error:
        form.add_error(None, f"{form.column_label(error.field)}：{error}")
    except LessonsError as error:
        form.add_error(None, str(error))
    else:
        said_what_waits(request, lesson)
        return redirect("lessons:plan", pk=plan.pk)
    return show_desk(request, lesson, form=form)


def said_what_waits(request: HttpRequest, lesson: ImportLesson) -> None:
    """Further lessons of the file; what has no place is told by the plan's own page."""
    left = lesson.item.lessons.filter(plan=None).count()
    if left:
        text = ngettext(
            "The plan is made. %(left)s more lesson of this file waits under «Import from Word».",
            "The plan is made. %(left)s more lessons of this file wait under «Import from Word».",
            left,
        )
        messages.success(request, text % {"left": left})
    else:
        messages.success(request, _("The plan is made."))


@require_POST
@login_required
def by_hand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file in which no lesson was found as one, everything to be placed by hand."""
    item = found_import(request, pk)
    try:
        placing.place_by_hand(item=item, by=person_of(request))
    except LessonsError as error:
        messages.error(request, str(error))
    return redirect("lessons:import_show", pk=pk)


@require_POST
@login_required
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Delete an import; plans made from it stay."""
    try:
        imports.discard_import(item=found_import(request, pk), by=person_of(request))
    except LessonsError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The import was deleted. Plans made from it stay."))
    return redirect("lessons:import")


# --- files
# ----------------------------------------------------------------------------------------------------


@require_GET
@login_required
def picture(request: HttpRequest, pk: UUID, number: int) -> FileResponse:
    """A picture of the file, to its owner alone."""
    return picture_of(found_import(request, pk), number)


def picture_of(item: PlanImport, number: int) -> FileResponse:
    """A picture of a file; the caller has checked who may see it."""
    found = item.pictures.filter(number=number).first()
    if found is None:
        raise Http404
    kind = PICTURE_TYPES[(found.file.name or "").rpartition(".")[2]]
    return guarded(FileResponse(found.file.open("rb"), content_type=kind))


@require_GET
@login_required
def original(request: HttpRequest, pk: UUID) -> FileResponse:
    """The file as it was uploaded."""
    item = found_import(request, pk)
    if not item.file:
        raise Http404
    return guarded(
        FileResponse(
            item.file.open("rb"),
            as_attachment=True,
            filename=item.name,
            content_type="application/octet-stream",
        )
    )


def guarded(response: FileResponse) -> FileResponse:
    """Bytes from outside: never run, never kept by a shared cache."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response
