"""The plan page: readable without a script, and everything the script needs to write in it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from lessons import policies, queries
from lessons.access import Abilities, Action
from lessons.body import KIND, SCHEMA, PlanBody, Step, read_body
from lessons.columns import LABELS, MAX_LENGTHS
from lessons.enums import FIELD_LABELS, GRADES, LESSON_TYPES, SectionKind
from lessons.http import found_plan, person_of
from lessons.models import LessonPlan
from lessons.models.plan_templates import Section
from lessons.services.uses import record_visit
from realtime import documents
from realtime.identity import Identity
from realtime.prose.html import to_html
from realtime.prose.tree import Node, doc
from research.enums import Stage

FACTS = ("subject", "stage", "grade", "edition", "volume", "unit", "theme", "periods", "lesson_type")
# What a page may do beside reading: the name of its address, and what it takes.
ADDRESSES = {
    "columns": ("lessons:columns", Action.READ),
    "members": ("lessons:members", Action.READ),
    "files": ("lessons:files", Action.READ),
    "docx": ("lessons:docx", Action.EXPORT),
    "pdf": ("lessons:pdf", Action.EXPORT),
    "duplicate": ("lessons:duplicate", Action.EXPORT),
    "trash": ("lessons:move_to_trash", Action.DELETE),
}


@require_GET
@login_required
@never_cache
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """教案: the page on which it is read and written."""
    person = person_of(request)
    found = found_plan(request, pk)
    abilities = policies.abilities(person, found)
    body = read_body(documents.load(found.document_id))
    record_visit(plan=found, by=person)
    context = {
        "plan": found,
        "sections": sections_of(found, body),
        "steps": [step_shown(step) for step in body.steps],
        "facts": [fact(found, name) for name in FACTS],
        "can_write": Action.WRITE in abilities,
        "left_over": queries.left_over(found) if Action.WRITE in abilities else 0,
        "can_export": Action.EXPORT in abilities,
        "can_delete": Action.DELETE in abilities,
        "stages": Stage.choices,
        "suggestions": suggestions(found),
        "grades": {str(stage): list(grades) for stage, grades in GRADES.items()},
        "page": page(request, found, abilities),
    }
    return render(request, "lessons/plan_editor.html", context)


def page(request: HttpRequest, found: LessonPlan, abilities: Abilities) -> dict[str, Any]:
    """What the script is told (``lessons/client/page.ts``)."""
    person = person_of(request)
    return {
        "id": found.pk,
        "kind": KIND,
        "key": str(found.pk),
        "epoch": found.document.epoch,
        "schema": SCHEMA,
        "level": policies.level(abilities).name.lower(),
        "person": Identity(person.pk, person.name).user(),
        "title": found.title,
        "columns": found.columns(),
        "version": found.version,
        "sections": [section_told(section) for section in found.template.sections()],
        "urls": addresses(found, abilities),
    }


def addresses(found: LessonPlan, abilities: Abilities) -> dict[str, str]:
    """The addresses this person may use; the others are empty."""
    own = {
        name: reverse(view, args=[found.pk]) if action in abilities else ""
        for name, (view, action) in ADDRESSES.items()
    }
    return {
        **own,
        "pictures": reverse("realtime:pictures", args=[KIND, found.pk]),
        "adopt": reverse("realtime:adopt_pictures", args=[KIND, found.pk]),
        "pictures_base": picture_url(PROBE).replace(PROBE, ""),
        "textbooks": reverse("lessons:textbooks"),
    }


PROBE = "00000000-0000-0000-0000-000000000000"


def picture_url(picture: str) -> str:
    return reverse("realtime:picture", args=[picture])


# --- what stands on the page ------------------------------------------------------------------------------


def section_told(section: Section) -> dict[str, Any]:
    return {
        "key": section.key,
        "label": section.label,
        "kind": str(section.kind),
        "hint": section.hint,
        "tables": section.tables,
        "required": section.required,
    }


def sections_of(found: LessonPlan, body: PlanBody) -> list[dict[str, Any]]:
    """The template's sections with what stands in them; what stands in none of them comes after them."""
    known = list(found.template.sections())
    keys = {section.key for section in known}
    others = [
        Section(key, str(FIELD_LABELS.get(key, key)), tables=True) for key in body.fields if key not in keys
    ]
    if body.steps and "steps" not in keys:
        others.append(Section("steps", str(FIELD_LABELS["steps"]), kind=SectionKind.STEPS))
    return [
        {**section_told(section), "html": html_of(body.fields.get(section.key, doc()))}
        for section in (*known, *others)
    ]


def step_shown(step: Step) -> dict[str, Any]:
    cells = {"teacher": step.teacher, "student": step.student, "intent": step.intent}
    shown = {name: html_of(node) for name, node in cells.items()}
    return {"id": step.id, "phase": step.phase, "minutes": step.minutes, **shown}


def html_of(node: Node) -> SafeString:
    return to_html(node, picture_url=picture_url)


def fact(found: LessonPlan, name: str) -> dict[str, Any]:
    """One column as the page shows and edits it."""
    value = getattr(found, name)
    shown = Stage(value).label if name == "stage" and value else value
    if name == "periods" and value:
        shown = _("%(periods)s periods") % {"periods": value}
    return {
        "name": name,
        "label": LABELS[name],
        "value": value,
        "shown": shown if shown is not None else "",
        "choices": Stage.choices if name == "stage" else [],
        "number": name == "periods",
        "longest": MAX_LENGTHS.get(name, 0),
    }


def suggestions(found: LessonPlan) -> dict[str, list[str]]:
    """What is offered for the columns that are free text."""
    stages = [Stage(found.stage)] if found.stage else list(Stage)
    books = list(queries.textbooks())
    return {
        **queries.suggestions(books, found.columns()),
        "unit": queries.units_for(books, found.columns()),
        "grade": [grade for stage in stages for grade in GRADES[stage]],
        "lesson_type": list(LESSON_TYPES),
    }
