"""Templates are data, and never change once plans were made from them."""

import json
from typing import Any

import pytest

from lessons.enums import FIELD_LABELS, SectionKind
from lessons.errors import TemplateError
from lessons.models import PlanTemplate
from lessons.services import plan_templates
from tests.factories.lessons import LessonPlanFactory, shipped_template
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


def test_three_templates_are_there_after_migrating() -> None:
    assert list(PlanTemplate.objects.current().values_list("key", "version")) == [
        ("general", 1), ("primary_morality", 1), ("university_politics", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("path", sorted(plan_templates.SHIPPED.glob("*.json")), ids=lambda path: path.stem)
def test_a_shipped_template_is_sound(path: Any) -> None:
    shipped = json.loads(path.read_text(encoding="utf-8"))
    keys = [section["key"] for section in plan_templates.checked(shipped["definition"])["sections"]]

    assert shipped["key"] == path.stem
    assert set(keys) <= set(FIELD_LABELS)
    assert {"objectives", "key_points", "steps", "board", "homework", "reflection"} <= set(keys)


def test_loading_again_changes_nothing() -> None:
    before = list(PlanTemplate.objects.values())

    plan_templates.load_shipped()

    assert list(PlanTemplate.objects.values()) == before


def test_revise_template_makes_a_version_and_plans_keep_theirs() -> None:
    plan, by = LessonPlanFactory.create(), PersonFactory.create()
    first = shipped_template()
    definition = {
        "sections": [
            {"key": "objectives", "label": "学习目标"},
            {"key": "steps", "label": "过程", "kind": "steps"},
        ]
    }

    second = plan_templates.revise_template(
        template=first, title="通用教案", description="改过的", definition=definition, by=by
    )

    plan.refresh_from_db()
    assert (plan.template, second.version, second.created_by) == (first, 2, by)
    assert [(section.label, section.kind) for section in second.sections()] == [
        ("学习目标", SectionKind.RICH), ("过程", SectionKind.STEPS),
    ]  # fmt: skip
    assert second in PlanTemplate.objects.current()
    assert first not in PlanTemplate.objects.current()
    plan_templates.load_shipped()
    assert PlanTemplate.objects.filter(key="general").count() == 2


def test_a_template_that_is_withdrawn_is_offered_no_more() -> None:
    template = shipped_template()

    plan_templates.offer_template(template=template, is_offered=False, by=PersonFactory.create())

    assert "general" not in PlanTemplate.objects.current().values_list("key", flat=True)


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"sections": []},
        {"sections": "x"},
        {"sections": [1]},
        {"sections": [{"key": "a", "label": "甲"}] * 2},
        {"sections": [{"key": "A", "label": "甲"}]},
        {"sections": [{"key": "a/b", "label": "甲"}]},
        {"sections": [{"key": "a", "label": " "}]},
        {"sections": [{"key": "a", "label": "甲", "html": "<b>"}]},
        {"sections": [{"key": "a", "label": "甲", "kind": "steps"}]},
        {"sections": [{"key": "steps", "label": "甲"}]},
        {"sections": [{"key": f"a{n}", "label": "甲"} for n in range(41)]},
    ],
)
def test_a_faulty_definition_is_refused(definition: dict[str, Any]) -> None:
    with pytest.raises(TemplateError, match=r"\w"):
        plan_templates.checked(definition)
