"""Make a plan: from a template, or from another plan."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lessons import queries
from lessons.access import Action
from lessons.enums import GRADES, LESSON_TYPES, Visibility
from lessons.errors import LessonsError
from lessons.forms import PlanForm
from lessons.http import allowed_plan, person_of
from lessons.services import plans
from research.models import Person


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
    return {
        "form": form,
        "templates": queries.offered_templates(),
        "books": books,
        "suggestions": {
            **queries.suggestions(books),
            "grade": [grade for grades in GRADES.values() for grade in grades],
            "lesson_type": list(LESSON_TYPES),
        },
    }


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
