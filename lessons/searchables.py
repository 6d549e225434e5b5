"""What of this app can be found (可检索): plans by field and step, and the files that belong to them.

Who may find a plan is said by the table of ``access``; ``readers`` is that table as readers' tokens, as
``LessonPlan.objects.visible_to`` is it as conditions on rows. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

from django.conf import settings
from django.db.models import Count, Prefetch
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons import media
from lessons.access import TABLE, TRASHED, Action, Standing
from lessons.body import KIND, PlanBody, Step, read_body
from lessons.enums import GRADES, PlanRole, SectionKind
from lessons.models import Attachment, LessonPlan, PlanMember, Textbook
from realtime import documents
from realtime.prose.plain import to_text, without_directions
from realtime.prose.tree import Node
from research.enums import Stage
from research.models import Person
from research.searchables import (
    CITY,
    EVERYBODY,
    PERSON,
    UNIT,
    in_county,
    in_group,
    in_unit,
    officer_of,
    one_person,
)
from search import kinds
from search.kinds import Kind, row_ids
from search.services import outbox
from search.types import PATH_MARK, Entry, Part

FILE: Final = "file"
AIMS: Final = "objectives"
_READ_AT_ONCE: Final = 50
_CELLS: Final = ("teacher", "student", "intent")


# --- who may find a plan ----------------------------------------------------------------------------------


def _members(role: PlanRole) -> Callable[[LessonPlan], list[str]]:
    return lambda plan: [one_person(one.person_id) for one in plan.memberships.all() if one.role == role]


HOLDERS: Final[dict[Standing, Callable[[LessonPlan], list[str]]]] = {
    Standing.LEAD: lambda plan: [one_person(plan.lead_id)],
    Standing.CO_AUTHOR: _members(PlanRole.CO_AUTHOR),
    Standing.COMMENTER: _members(PlanRole.COMMENTER),
    Standing.READER: _members(PlanRole.READER),
    Standing.GROUP_MEMBER: lambda plan: [in_group(plan.group_id)] if plan.group_id else [],
    Standing.UNIT_COLLEAGUE: lambda plan: [in_unit(plan.home_unit_id)],
    Standing.AREA_OFFICER: lambda plan: [officer_of(plan.county_id)],
    Standing.AREA_COLLEAGUE: lambda plan: [in_county(plan.county_id)],
    Standing.CITY_OFFICER: lambda _plan: [officer_of(None)],
    Standing.ANYONE: lambda _plan: [EVERYBODY],
    # Nobody finds a plan by keeping it; no token says that a lead is disabled.
    Standing.KEEPER: lambda _plan: [],
}


def readers(plan: LessonPlan) -> frozenset[str]:
    """The tokens of whoever may find the plan; its memberships are read once where they are not at hand."""
    situation = TRASHED if plan.trashed_at else plan.visibility
    holds = (HOLDERS[standing](plan) for standing in Standing if Action.FIND in TABLE[standing][situation])
    return frozenset().union(*holds)


# --- saying that something changed ------------------------------------------------------------------------


def plans_changed(ids: Iterable[int]) -> None:
    """Their text, columns or uses are others. Inside the transaction of the change."""
    outbox.queue(kind=KIND, keys=ids)


def columns_changed(plan: LessonPlan) -> None:
    """What is said about a plan is said of its files too. Inside the transaction of the change."""
    plans_changed([plan.pk])
    outbox.queue(kind=FILE, keys=plan.attachments.values_list("pk", flat=True))


@contextmanager
def circle_changing(plan: LessonPlan) -> Iterator[None]:
    """Around a change of who may find a plan whose row is held: if it leaves somebody out, they find it no more
    from the commit on, whatever the index says yet.
    """
    plan_id = plan.pk
    before, files = _readers_now(plan_id), list(plan.attachments.values_list("pk", flat=True))
    yield
    narrows = not before <= _readers_now(plan_id)
    outbox.queue(kind=KIND, keys=[plan_id], narrows=narrows)
    outbox.queue(kind=FILE, keys=files, narrows=narrows)


def _readers_now(plan_id: int) -> frozenset[str]:
    """What the database says within this transaction, not what an object remembers."""
    found = LessonPlan.objects.filter(pk=plan_id).prefetch_related("memberships").first()
    return readers(found) if found else frozenset()


def file_changed(attachment_id: int, *, narrows: bool = False) -> None:
    """A file came, went, or its text was read. Inside the transaction of the change."""
    outbox.queue(kind=FILE, keys=[attachment_id], narrows=narrows)


# --- reading a plan ---------------------------------------------------------------------------------------


def read_plans(keys: Sequence[str]) -> Iterator[Entry]:
    """The entries of these plans; those in the trash are in no index. Six queries for fifty."""
    ids = row_ids(keys)
    for start in range(0, len(ids), _READ_AT_ONCE):
        plans = list(_plans().filter(pk__in=ids[start : start + _READ_AT_ONCE], trashed_at=None))
        loaded = documents.load_many([plan.document_id for plan in plans])
        for plan in plans:
            body = read_body(loaded[plan.document_id]) if plan.document_id in loaded else PlanBody()
            yield entry_of(plan, body)


def _plans() -> Any:
    members = Prefetch("memberships", PlanMember.objects.select_related("person"))
    found = LessonPlan.objects.select_related("template", "lead", "home_unit", "county")
    return found.prefetch_related(members)


def entry_of(plan: LessonPlan, body: PlanBody) -> Entry:
    """A plan with its text as an entry."""
    parts = tuple(_parts(plan, body))
    makers = [one.person.name for one in plan.memberships.all() if one.role == PlanRole.CO_AUTHOR]
    return Entry(
        kind=KIND, key=str(plan.pk), version=0, title=plan.title, readers=readers(plan), parts=parts,
        people=(plan.lead.name, *makers), unit=plan.home_unit.name, tags=tuple(tags_of(plan)),
        facets=_facets(plan), uses=plan.use_count, completeness=_completeness(plan, parts),
        created_at=plan.created_at, changed_at=plan.edited_at,
    )  # fmt: skip


def _parts(plan: LessonPlan, body: PlanBody) -> Iterator[Part]:
    """Fields and steps in the order of the template; what the template does not know stands at the end."""
    known = {section.key: section.label for section in plan.template.sections()}
    for section in plan.template.sections():
        if section.kind == SectionKind.STEPS:
            yield from _steps(section.label, body.steps)
        elif section.key in body.fields:
            yield from _part(section.key, section.label, body.fields[section.key])
    if "steps" not in known:
        yield from _steps(_("Teaching process"), body.steps)
    for key in sorted(body.fields.keys() - known.keys()):
        yield from _part(key, _("Other"), body.fields[key])


def _part(key: str, label: str, node: Node) -> Iterator[Part]:
    text = _plain(node)
    if text:
        yield Part(key, label, text, "aims" if key == AIMS else "")


def _steps(label: str, steps: Sequence[Step]) -> Iterator[Part]:
    for number, step in enumerate(steps, start=1):
        lines = (step.phase, *(_plain(getattr(step, cell)) for cell in _CELLS))
        text = "\n".join(line for line in lines if line.strip())
        if text:
            told = _("%(process)s, step %(number)s") % {"process": label, "number": number}
            yield Part(f"step:{step.id}", told, text)


def _plain(node: Node) -> str:
    return without_directions(to_text(node)).replace("\0", "").strip()


def tags_of(plan: LessonPlan) -> Iterator[str]:
    """What a plan is about, and how teachers say it: 七年级 · 上册 is 七上 as well."""
    stage = str(plan.get_stage_display()) if plan.stage else ""
    said = (
        plan.subject,
        stage,
        plan.grade,
        plan.edition,
        plan.volume,
        plan.unit,
        plan.theme,
        plan.lesson_type,
    )
    yield from dict.fromkeys(value for value in said if value)
    half = next((sign for sign in "上下" if f"{sign}册" in plan.volume), "")
    if half and plan.grade.endswith("年级"):
        yield f"{plan.grade.removesuffix('年级')}{half}"


def _facets(plan: LessonPlan) -> dict[str, str]:
    """A textbook is a path; a step of it that nobody named ends it."""
    book = (plan.edition, plan.volume, plan.unit)
    named = book[: next((nth for nth, step in enumerate(book) if not step), len(book))]
    values = {
        "stage": str(plan.get_stage_display()) if plan.stage else "",
        "grade": plan.grade,
        "subject": plan.subject,
        "textbook": PATH_MARK.join(step.replace(PATH_MARK, " ") for step in named),
        "lesson_type": plan.lesson_type,
        "county": plan.county.name if plan.county else str(CITY),
        "theme": plan.theme,
        "year": str(timezone.localtime(plan.edited_at).year),
    }
    return {name: value for name, value in values.items() if value}


def _completeness(plan: LessonPlan, parts: Sequence[Part]) -> float:
    """From 0 to 1: how many of the template's required sections and of the main columns are filled in."""
    filled = {"steps" if part.key.startswith("step:") else part.key for part in parts}
    required = {section.key for section in plan.template.sections() if section.required}
    columns = (plan.stage, plan.subject, plan.grade, plan.edition)
    done = len(required & filled) + sum(map(bool, columns))
    return round(done / (len(required) + len(columns)), 3)


# --- reading files ----------------------------------------------------------------------------------------


def read_files(keys: Sequence[str]) -> Iterator[Entry]:
    """The entries of these files, found by whoever finds their plan; three queries."""
    found = Attachment.objects.filter(pk__in=row_ids(keys), plan__trashed_at=None).select_related("read")
    for file in found.prefetch_related(Prefetch("plan", _plans())):
        plan = file.plan
        yield Entry(
            kind=FILE, key=str(file.pk), version=0, title=file.name, readers=readers(plan), parts=tuple(_pages(file)),
            people=(plan.lead.name,), unit=plan.home_unit.name, tags=(plan.title, *tags_of(plan)),
            facets=_facets(plan), completeness=1.0, created_at=file.added_at, changed_at=file.added_at,
        )  # fmt: skip


def _pages(file: Attachment) -> Iterator[Part]:
    """The pages of a file with text; Word's has no pages."""
    pages = file.read.pages if hasattr(file, "read") else []
    is_one = file.media_type == media.DOCX.media_type
    for number, text in enumerate(pages, start=1):
        if text:
            label = _("In the file") if is_one else _("page %(number)s") % {"number": number}
            yield Part(f"page:{number}", label, without_directions(text))


# --- who may see them, and how they are shown -----------------------------------------------------------------


def _plans_seen(person: Person, keys: Collection[str]) -> set[str]:
    ids = row_ids(keys)
    found = LessonPlan.objects.visible_to(person).filter(pk__in=ids)
    return set(map(str, found.values_list("pk", flat=True)))


def _files_seen(person: Person, keys: Collection[str]) -> set[str]:
    ids = row_ids(keys)
    found = Attachment.objects.filter(pk__in=ids, plan__in=LessonPlan.objects.visible_to(person).values("pk"))
    return set(map(str, found.values_list("pk", flat=True)))


def _plan_cards(_person: Person, keys: Sequence[str]) -> dict[str, Any]:
    found = LessonPlan.objects.filter(pk__in=row_ids(keys))
    return {str(plan.pk): plan for plan in found.select_related("lead", "home_unit", "county")}


def _file_cards(_person: Person, keys: Sequence[str]) -> dict[str, Any]:
    found = Attachment.objects.filter(pk__in=row_ids(keys))
    return {str(file.pk): file for file in found.select_related("plan__lead", "plan__home_unit")}


def _all_plans() -> Iterator[str]:
    rows = LessonPlan.objects.filter(trashed_at=None).order_by("pk").values_list("pk", flat=True)
    return map(str, rows.iterator())


def _all_files() -> Iterator[str]:
    rows = Attachment.objects.filter(plan__trashed_at=None).order_by("pk").values_list("pk", flat=True)
    return map(str, rows.iterator())


def _plans_of_people(people: Collection[str]) -> set[int]:
    ids = list(map(int, people))
    led = LessonPlan.objects.filter(lead__in=ids, trashed_at=None).values_list("pk", flat=True)
    makers = PlanMember.objects.filter(person__in=ids, role=PlanRole.CO_AUTHOR, plan__trashed_at=None)
    return {*led, *makers.values_list("plan", flat=True)}


def _plans_of_units(units: Collection[str]) -> Iterable[int]:
    return LessonPlan.objects.filter(home_unit__in=list(map(int, units)), trashed_at=None).values_list(
        "pk", flat=True
    )


def _files_of(plans: Iterable[int]) -> Iterable[int]:
    return Attachment.objects.filter(plan__in=list(plans)).values_list("pk", flat=True)


def _stages() -> list[str]:
    """As entries say them, whatever language a page is in."""
    with translation.override(settings.LANGUAGE_CODE):
        return [str(label) for label in Stage.labels]


def _subjects() -> Iterable[str]:
    """Those of the catalogue, the ones with most textbooks first."""
    counted = Textbook.objects.order_by().values("subject").annotate(books=Count("pk"))
    return counted.order_by("-books", "subject").values_list("subject", flat=True)


def register() -> None:
    """Called once, when the site starts."""
    kinds.register_values("stage", _stages)
    kinds.register_values("grade", lambda: chain.from_iterable(GRADES.values()))
    kinds.register_values("subject", _subjects)
    kinds.register(
        Kind(
            name=KIND, label=gettext_lazy("lesson plans"), read=read_plans, all_keys=_all_plans,
            visible=_plans_seen, cards=_plan_cards, template="lessons/_found_plan.html",
            follows={PERSON: _plans_of_people, UNIT: _plans_of_units},
        )
    )  # fmt: skip
    kinds.register(
        Kind(
            name=FILE, label=gettext_lazy("Attachments"), read=read_files, all_keys=_all_files,
            visible=_files_seen, cards=_file_cards, template="lessons/_found_file.html",
            follows={
                PERSON: lambda people: _files_of(_plans_of_people(people)),
                UNIT: lambda units: _files_of(_plans_of_units(units)),
            },
        )
    )  # fmt: skip
