"""The sample plans, among the sample people."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

import lessons.demo
import research.demo
from lessons.body import read_body
from lessons.enums import Visibility
from lessons.models import LessonPlan, PlanUse, Textbook
from lessons.services import catalogue
from realtime import documents
from realtime.prose.tree import is_blank
from research.models import Person
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def installed() -> None:
    """The sample people and plans, as the command puts them there."""
    research.demo.install()
    assert lessons.demo.install() == 40


@pytest.mark.usefixtures("installed")
def test_the_tours_plan_has_its_people() -> None:
    plan = LessonPlan.objects.get(title="家国情怀：从刘胡兰到我们")

    assert plan.lead.staff_number == "100001"
    assert dict(plan.memberships.values_list("person__staff_number", "role")) == {
        "100002": "co_author", "100003": "commenter", "100004": "reader",
    }  # fmt: skip
    assert (plan.visibility, plan.group.name if plan.group else "") == ("group", research.demo.HOME_GROUP)
    assert LessonPlan.objects.filter(lead=plan.lead).order_by("-edited_at").first() == plan


@pytest.mark.usefixtures("installed")
def test_the_plans_make_lists_lively() -> None:
    circles = Counter(LessonPlan.objects.values_list("visibility", flat=True))
    counted = {plan.pk: plan.uses.count() for plan in LessonPlan.objects.all()}

    assert set(circles) == set(Visibility.values)
    assert {plan.pk: plan.use_count for plan in LessonPlan.objects.all()} == counted
    assert PlanUse.objects.filter(on__gte=timezone.localdate()).count() == 0
    assert LessonPlan.objects.filter(edited_at__gt=timezone.now() - timedelta(minutes=30)).count() == 0
    for number in ("100001", "100002", "100003", "100004", "100006"):
        assert LessonPlan.objects.visible_to(Person.objects.get(staff_number=number)).count() >= 18


@pytest.mark.usefixtures("installed")
def test_every_sample_has_its_text() -> None:
    for plan in LessonPlan.objects.all():
        body = read_body(documents.load(plan.document_id))
        assert len(body.fields) >= 6
        assert len(body.steps) >= 4
        assert not any(is_blank(node) for step in body.steps for node in (step.teacher, step.student))


@pytest.mark.usefixtures("installed")
def test_installing_again_adds_nothing() -> None:
    before = list(LessonPlan.objects.order_by("pk").values())

    research.demo.install()

    assert lessons.demo.install() == 0
    assert list(LessonPlan.objects.order_by("pk").values()) == before


def test_the_command_refuses_to_mix_samples_with_real_people() -> None:
    PersonFactory.create()

    with pytest.raises(CommandError):
        call_command("demo")

    assert not LessonPlan.objects.exists()


def test_the_catalogue_keeps_what_administrators_edited() -> None:
    new = catalogue.load_shipped()
    book = Textbook.objects.exclude(units=None).first()
    assert book is not None
    book.units.all().delete()
    Textbook.objects.filter(pk=book.pk).update(is_active=False, position=7)

    assert catalogue.load_shipped() == 0

    book.refresh_from_db()
    assert new == Textbook.objects.count() > 100
    assert (book.is_active, book.position, book.units.count()) == (False, 7, 0)
