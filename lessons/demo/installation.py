"""Put the sample plans into the database; what is there already stays."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from lessons import searchables
from lessons.body import PlanBody, Step, in_order
from lessons.demo.casting import NAMED, TOUR, cast, readers
from lessons.enums import PlanRole, UseKind, Visibility
from lessons.models import LessonPlan, PlanTemplate, PlanUse, PlanVisit
from lessons.services import catalogue, plans
from lessons.services.members import add_member
from realtime.prose.html import from_html
from research.models import Group, Person

PLANS = Path(__file__).resolve().parent / "plans"
VISITORS = ("100001", "100002", "100003", "100004", "100006")


def install() -> int:
    """Add the catalogue and the sample plans; how many plans were new. The sample people must be there."""
    catalogue.load_shipped()
    people = sample_people()
    templates = {template.key: template for template in PlanTemplate.objects.current()}
    kept = set(LessonPlan.objects.filter(created_by__is_demo=True).values_list("title", flat=True))
    fresh = [(number, sample) for number, sample in samples() if sample["columns"]["title"] not in kept]
    with transaction.atomic():
        added = {number: add_plan(number, sample, people, templates) for number, sample in fresh}
    with transaction.atomic():  # a plan counts as edited now when its text has been committed
        for number, plan in added.items():
            age(plan, int(number), people)
    return len(added)


def sample_people() -> dict[str, Person]:
    """The sample teachers and officers by staff number, in that order."""
    people = Person.objects.filter(is_demo=True, is_active=True).select_related("unit__county")
    return {person.staff_number: person for person in people.order_by("staff_number")}


def samples() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(PLANS.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


def add_plan(
    number: str, sample: Mapping[str, Any], people: dict[str, Person], templates: Mapping[str, PlanTemplate]
) -> LessonPlan:
    """One plan with its members."""
    columns = sample["columns"]
    part = cast(number, columns["stage"], columns["subject"], people)
    lead = people[part.lead]
    plan = plans.create_plan(
        by=lead,
        template=templates[sample["template"]],
        columns=columns,
        body=body_of(sample),
        group=Group.objects.get(name=part.group, memberships__person=lead) if part.group else None,
        visibility=Visibility(part.visibility),
    )
    for staff_number, role in part.members.items():
        add_member(plan_id=plan.pk, person=people[staff_number], role=PlanRole(role), by=lead)
    return plan


def body_of(sample: Mapping[str, Any]) -> PlanBody:
    """The text of a sample, its HTML read as any other."""
    steps = (
        Step(
            "",
            "",
            phase=step["phase"],
            minutes=step["minutes"],
            teacher=from_html(step["teacher"]),
            student=from_html(step["student"]),
            intent=from_html(step["intent"]),
        )
        for step in sample["steps"]
    )
    fields = {key: from_html(html) for key, html in sample["fields"].items()}
    return PlanBody(fields=fields, steps=in_order(*steps))


def age(plan: LessonPlan, number: int, people: dict[str, Person]) -> None:
    """Edited some time ago, copied by some, and opened last by the people of the walk-through."""
    hours = 1 if f"{number:02}" == TOUR else 2 + 9 * (number * 11 % 41)
    edited_at = timezone.now() - timedelta(hours=hours)
    members = plan.memberships.values_list("person__staff_number", flat=True)
    makers = {plan.lead.staff_number, *members}
    users = [person for person in readers(number, people) if person.staff_number not in makers]
    today = timezone.localdate()
    uses = [
        PlanUse(plan=plan, person=person, on=today - timedelta(days=1 + place), kind=UseKind.DUPLICATED)
        for place, person in enumerate(dict.fromkeys(users if plan.visibility == Visibility.CITY else []))
    ]
    PlanUse.objects.bulk_create(uses)
    LessonPlan.objects.filter(pk=plan.pk).update(edited_at=edited_at, use_count=len(uses))
    searchables.plans_changed([plan.pk])
    if f"{number:02}" in NAMED:
        visitors = [people[staff_number] for staff_number in VISITORS if staff_number in makers]
        PlanVisit.objects.bulk_create(
            [PlanVisit(plan=plan, person=person, at=edited_at) for person in visitors]
        )
