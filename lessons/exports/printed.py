"""What stands on paper, apart from how: the same for Word and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from lessons.body import PlanBody, Step, read_body
from lessons.columns import LABELS
from lessons.enums import FIELD_LABELS, PlanRole, SectionKind
from lessons.models import LessonPlan
from lessons.models.plan_templates import Section
from realtime import documents
from realtime.prose.plain import to_text, without_directions
from realtime.prose.tree import Node, doc
from research.enums import Stage

_SHORT_LINES = 10
_ALWAYS = ("subject", "grade", "periods", "lesson_type")
_ORDER = ("subject", "stage", "grade", "edition", "volume", "unit", "theme", "periods", "lesson_type")


@dataclass(frozen=True, slots=True)
class PrintedSection:
    """One section (栏目): rich text, or the steps of 教学过程."""

    label: str
    text: Node = field(default_factory=doc)
    steps: tuple[Step, ...] | None = None


@dataclass(frozen=True, slots=True)
class PrintedPlan:
    """A plan as it is printed (教案). Holds nothing that is not meant for paper.

    ``facts`` are label and value in the order of the form; ``pictures`` are the bytes by the id that the text
    names.
    """

    title: str
    unit: str
    authors: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[PrintedSection, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def is_short(node: Node, *, at: float) -> bool:
    """Whether a text takes few enough lines, at that width in points, that its row should not be cut.

    A picture is not: several that had to stay together would run out of the page.
    """
    if _holds_picture(node):
        return False
    per_line = max(int(at / 12) - 1, 1)
    return sum(1 + len(line) // per_line for line in to_text(node).split("\n")) <= _SHORT_LINES


def _holds_picture(node: Node) -> bool:
    return node.type == "image" or any(_holds_picture(child) for child in node.content)


def printed(plan: LessonPlan) -> PrintedPlan:
    """The plan as it is saved now."""
    body = read_body(documents.load(plan.document_id))
    co_authors = plan.memberships.filter(role=PlanRole.CO_AUTHOR).order_by("added_at", "pk")
    names = (plan.lead.name, *co_authors.values_list("person__name", flat=True))
    return PrintedPlan(
        title=without_directions(plan.title),
        unit=without_directions(plan.home_unit.name),
        authors=tuple(without_directions(name) for name in names),
        facts=tuple(_facts(plan)),
        sections=tuple(_sections(plan, body)),
        pictures=documents.pictures.on_paper(body.pictures()),
    )


def _facts(plan: LessonPlan) -> Iterator[tuple[str, str]]:
    for name in _ORDER:
        value = _shown(plan, name)
        if value or name in _ALWAYS:
            yield str(LABELS[name]), without_directions(value)


def _shown(plan: LessonPlan, name: str) -> str:
    value = getattr(plan, name)
    if not value:
        return ""
    if name == "stage":
        return str(Stage(value).label)
    return _("%(periods)s periods") % {"periods": value} if name == "periods" else str(value)


def _sections(plan: LessonPlan, body: PlanBody) -> Iterator[PrintedSection]:
    """The template's sections in its order, then what stands in the document under no section of it."""
    known = list(plan.template.sections())
    keys = {section.key for section in known}
    others = [Section(key, str(FIELD_LABELS.get(key, key))) for key in body.fields if key not in keys]
    if body.steps and not any(section.kind == SectionKind.STEPS for section in known):
        others.append(Section("steps", str(FIELD_LABELS["steps"]), kind=SectionKind.STEPS))
    for section in (*known, *others):
        if section.kind == SectionKind.STEPS:
            yield PrintedSection(section.label, steps=body.steps)
        else:
            yield PrintedSection(section.label, body.fields.get(section.key, doc()))
