"""Unsurprising plans."""

from typing import Any

from django.utils import timezone
from factory.declarations import LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from lessons.enums import PlanRole, Visibility
from lessons.models import LessonPlan, PlanMember, PlanTemplate, Textbook, TextbookUnit
from realtime.models import Document
from research.enums import Stage
from tests.factories.research import PersonFactory


def shipped_template(key: str = "general") -> PlanTemplate:
    """A template that comes with the platform; every database has it."""
    return PlanTemplate.objects.get(key=key, version=1)


class DocumentFactory(DjangoModelFactory[Document]):
    """The empty document of a plan."""

    class Meta:
        model = Document

    kind = "plan"
    key = Sequence(lambda n: f"made:{n}")
    schema = 1


class LessonPlanFactory(DjangoModelFactory[LessonPlan]):
    """A plan of its lead, in their unit and county, for members only, with an empty document."""

    class Meta:
        model = LessonPlan
        skip_postgeneration_save = True

    document = SubFactory(DocumentFactory)
    template = LazyFunction(shipped_template)
    title = Sequence(lambda n: f"第 {n} 课 家国情怀")
    subject = "道德与法治"
    stage = Stage.JUNIOR
    grade = "八年级"
    lead = SubFactory(PersonFactory)
    created_by = SelfAttribute("lead")
    home_unit = SelfAttribute("lead.unit")
    county = SelfAttribute("lead.unit.county")
    visibility = Visibility.MEMBERS
    edited_at = LazyFunction(timezone.now)

    @post_generation  # type: ignore[untyped-decorator]  # factory_boy has no types here
    def name_document(self: Any, create: bool, *_args: Any, **_kwargs: Any) -> None:  # noqa: FBT001 - factory_boy's
        if create:
            self.document.key = str(self.pk)
            self.document.save(update_fields=["key"])


class PlanMemberFactory(DjangoModelFactory[PlanMember]):
    """A co-author of a plan."""

    class Meta:
        model = PlanMember

    plan = SubFactory(LessonPlanFactory)
    person = SubFactory(PersonFactory)
    role = PlanRole.CO_AUTHOR
    added_by = SelfAttribute("plan.lead")


class TextbookFactory(DjangoModelFactory[Textbook]):
    """A textbook of the catalogue."""

    class Meta:
        model = Textbook

    stage = Stage.JUNIOR
    subject = "道德与法治"
    edition = "统编版"
    grade = "八年级"
    volume = Sequence(lambda n: f"第 {n} 册")
    position = Sequence(lambda n: n)


class TextbookUnitFactory(DjangoModelFactory[TextbookUnit]):
    """A unit of a textbook."""

    class Meta:
        model = TextbookUnit

    textbook = SubFactory(TextbookFactory)
    title = Sequence(lambda n: f"第 {n} 单元")
    position = Sequence(lambda n: n)
