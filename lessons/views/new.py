"""Make a plan: from a template, or from another plan."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessons import queries
from lessons.access import Action
from lessons.enums import GRADES, LESSON_TYPES, Visibility
from lessons.errors import LessonsError
from lessons.forms import PlanForm
from lessons.http import allowed_plan, person_of
from lessons.models import Textbook
from lessons.services import plans
from research.models import Person

NARROWING = ("stage", "subject", "grade", "from_edition", "textbook", "catalogue_unit")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_plan(request: HttpRequest) -> HttpResponse:
    """新建教案."""
    person = person_of(request)
    is_sent = request.method == "POST"
    form = PlanForm(request.POST if is_sent else None, person=person, initial=likely(person))
    if is_sent and form.is_valid():
        try:
            plan = plans.create_plan(
                by=person,
                template=form.cleaned_data["template"],
                columns=form.columns(),
                group=form.cleaned_data["group"],
                visibility=Visibility(form.cleaned_data["visibility"]),
            )
        except LessonsError as error:
            form.add_error(None, str(error))
        else:
            return redirect("lessons:plan", pk=plan.pk)
    return render(request, "lessons/plan_new.html", offered(form), status=422 if is_sent else 200)


def likely(person: Person) -> dict[str, object]:
    """What the form begins with: the person's own subject and stage, the first template."""
    template = queries.offered_templates().first()
    return {"subject": person.subject, "stage": person.unit.stage, "template": template and template.pk}


def offered(form: PlanForm) -> dict[str, object]:
    """What the page offers beside the form's own fields."""
    books = list(queries.textbooks())
    said = {name: form[name].value() or "" for name in (*NARROWING, "volume")}
    return {
        "form": form,
        "templates": queries.offered_templates(),
        "suggestions": {
            **queries.suggestions(books, said),
            "grade": [grade for grades in GRADES.values() for grade in grades],
            "lesson_type": list(LESSON_TYPES),
        },
        **choice(books, said),
    }


def choice(books: list[Textbook], said: Mapping[str, Any]) -> dict[str, Any]:
    """教材版本·册·单元 to choose from, each narrowed by what is chosen before it."""
    of_lesson = queries.fitting(books, said, upto="edition")
    editions = list(dict.fromkeys(book.edition for book in of_lesson))
    edition = said.get("from_edition", "")
    volumes = [book for book in of_lesson if edition == book.edition or edition not in editions]
    book = next((book for book in volumes if str(book.pk) == str(said.get("textbook"))), None)
    return {
        "editions": editions,
        "from_edition": edition,
        "books": volumes,
        "book": book,
        "catalogue_units": queries.units_of(book) if book else [],
        "catalogue_unit": said.get("catalogue_unit", ""),
    }


@require_GET
@login_required
def textbook_choice(request: HttpRequest) -> HttpResponse:
    """The three selects anew, after something above them was chosen; a fragment."""
    said = {name: request.GET.get(name, "")[:200] for name in NARROWING}
    return render(request, "lessons/plan_new.html#textbook", choice(list(queries.textbooks()), said))


@require_POST
@login_required
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """复备: a plan of one's own from another."""
    plan = allowed_plan(request, pk, Action.EXPORT)
    copy = plans.duplicate_plan(plan=plan, by=person_of(request))
    messages.success(
        request, _("This is your own copy. Change whatever you like; the original stays as it is.")
    )
    return redirect("lessons:plan", pk=copy.pk)
