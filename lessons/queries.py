"""Lists of plans, and what one chooses from while writing one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from lessons.access import Standing
from lessons.models import ImportLesson, LessonPlan, PlanMember, PlanTemplate, Textbook, TextbookUnit
from research.models import Group, Person

PAGE_SIZE = 20
COUNTED_MOST = 1_000
MAX_PAGE = COUNTED_MOST // PAGE_SIZE
PEOPLE_SHOWN = 8
EXACT = ("stage", "subject", "grade", "edition", "volume", "lesson_type", "visibility")
# 教材版本·册·单元: what is said in one of these columns narrows what the next ones offer.
CHAIN = ("stage", "subject", "grade", "edition", "volume")
SORTS = {
    "edited": ("-edited_at", "-pk"),
    "created": ("-created_at", "-pk"),
    "used": ("-use_count", "-edited_at", "-pk"),
    "title": ("title", "-pk"),
}


class Scope(StrEnum):
    """Whose plans a list shows (范围)."""

    MINE = "mine"
    SHARED = "shared"
    GROUP = "group"
    UNIT = "unit"
    COUNTY = "county"
    CITY = "city"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. ``total`` is None where there are more than ``COUNTED_MOST``; those are not
    shown.
    """

    rows: list[LessonPlan]
    number: int
    has_next: bool
    total: int | None

    @property
    def has_previous(self) -> bool:
        return self.number > 1


STANDINGS = {
    Scope.MINE: (Standing.LEAD,),
    Scope.SHARED: (Standing.CO_AUTHOR, Standing.COMMENTER, Standing.READER),
    Scope.GROUP: (Standing.GROUP_MEMBER,),
    Scope.UNIT: (Standing.UNIT_COLLEAGUE,),
    Scope.COUNTY: (Standing.AREA_COLLEAGUE,),
    Scope.CITY: (Standing.ANYONE,),
}


def plans_in(scope: Scope, person: Person) -> QuerySet[LessonPlan]:
    """The plans of that scope which this person may find; of those of the scope «shared», with their part."""
    plans = LessonPlan.objects.visible_as(person, *STANDINGS[scope])
    if scope != Scope.SHARED:
        return plans
    own = PlanMember.objects.filter(person=person, plan=OuterRef("pk")).values("role")
    return plans.annotate(own_role=Subquery(own[:1]))


def narrowed(plans: QuerySet[LessonPlan], wanted: Mapping[str, Any]) -> QuerySet[LessonPlan]:
    """The plans that fit every filter that is set."""
    exact = {name: wanted[name] for name in EXACT if wanted.get(name)}
    plans = plans.filter(**exact)
    if wanted.get("group"):
        plans = plans.filter(group=wanted["group"])
    if wanted.get("days"):
        plans = plans.filter(edited_at__gte=timezone.now() - timedelta(days=wanted["days"]))
    for column, asked in (("title", "q"), ("unit", "unit")):
        for word in (wanted.get(asked) or "").split():
            plans = plans.filter(**{f"{column}__icontains": word})
    if wanted.get("author"):
        plans = plans.filter(lead__in=people_named(wanted["author"]).values("pk"))
    return plans


def page_of(plans: QuerySet[LessonPlan], *, sort: str, number: int) -> Page:
    """One page of the list: two queries and one walk through the plans, however many there are."""
    keys = list(plans.order_by(*SORTS[sort]).values_list("pk", flat=True)[: COUNTED_MOST + 1])
    first = (number - 1) * PAGE_SIZE
    shown = keys[:COUNTED_MOST][first : first + PAGE_SIZE]
    rows = plans.select_related("lead", "home_unit", "group").in_bulk(shown)
    return Page(
        rows=[rows[key] for key in shown if key in rows],
        number=number,
        has_next=first + PAGE_SIZE < min(len(keys), COUNTED_MOST),
        total=len(keys) if len(keys) <= COUNTED_MOST else None,
    )


def recent_plans(person: Person, *, most: int = 5) -> list[LessonPlan]:
    """What this person opened last, newest first, and may still find (最近的教案)."""
    found = LessonPlan.objects.visible_to(person).filter(visits__person=person)
    return list(found.select_related("lead", "group", "home_unit").order_by("-visits__at")[:most])


def newest_shared_with(person: Person, *, most: int = 5) -> list[LessonPlan]:
    """What others share with this person, last edited first."""
    found = plans_in(Scope.SHARED, person).select_related("lead", "group", "home_unit")
    return list(found.order_by("-edited_at", "-pk")[:most])


def trashed_plans(person: Person) -> QuerySet[LessonPlan]:
    """What this person may take out of the trash, what went in last first."""
    plans = LessonPlan.objects.restorable_by(person).select_related("lead", "trashed_by")
    return plans.order_by("-trashed_at", "-pk")


# --- people and groups ----------------------------------------------------------------------------------


def people_named(text: str) -> QuerySet[Person]:
    """People whose name, pinyin or 工号 fits; those who may not sign in are left out."""
    return Person.objects.found_by(text).filter(is_active=True)


def people_to_add(plan: LessonPlan, text: str) -> list[Person]:
    """The first people who fit and have no part in the plan yet, the nearest first."""
    taking_part = [plan.lead_id, *plan.memberships.values_list("person", flat=True)]
    found = people_named(text).exclude(pk__in=taking_part)
    own, near = When(unit=plan.home_unit_id, then=0), When(unit__county=plan.county_id, then=1)
    return list(
        found.select_related("unit").order_by(Case(own, near, default=2), "name_pinyin", "pk")[:PEOPLE_SHOWN]
    )


def plans_to_hand_on(person: Person) -> QuerySet[LessonPlan]:
    """Plans that wait for this administrator to name a new lead, last edited first."""
    plans = LessonPlan.objects.to_hand_on_by(person).select_related("lead", "home_unit")
    return plans.order_by("-edited_at", "-pk")


def may_be_heirs(plan: LessonPlan, by: Person) -> QuerySet[Person]:
    """Whom that administrator may make lead: members of the plan and colleagues of its unit."""
    members = Q(pk__in=plan.memberships.values("person"))
    fitting = Person.objects.filter(members | Q(unit=plan.home_unit_id), is_active=True)
    return fitting.exclude(pk__in=[plan.lead_id, by.pk])


def heirs_found(plan: LessonPlan, text: str, by: Person) -> list[Person]:
    """The first of them who fit a name, pinyin or 工号; those who are no members of the plan."""
    fitting = may_be_heirs(plan, by).exclude(pk__in=plan.memberships.values("person"))
    found = fitting.filter(pk__in=people_named(text).values("pk"))
    return list(found.select_related("unit").order_by("name_pinyin", "pk")[:PEOPLE_SHOWN])


def groups_of(person: Person) -> QuerySet[Group]:
    """The groups this person belongs to."""
    return Group.objects.filter(memberships__person=person).order_by("name", "pk")


def people_in(plan: LessonPlan) -> QuerySet[Person]:
    """Everybody who takes part in the plan, but for its lead."""
    return Person.objects.filter(plan_memberships__plan=plan)


def members_of(plan: LessonPlan) -> QuerySet[PlanMember]:
    return plan.memberships.select_related("person__unit").order_by("added_at", "pk")


# --- what an import left over ---------------------------------------------------------------------------


def leftovers_of(plan: LessonPlan) -> ImportLesson | None:
    """The lesson of a file that the plan was made of, as long as it is kept."""
    return ImportLesson.objects.filter(plan=plan).select_related("item").first()


def left_over(plan: LessonPlan) -> int:
    """How many pieces of that file wait to be placed in the plan."""
    waiting = ImportLesson.objects.filter(plan=plan, left_over__gt=0)
    return sum(waiting.values_list("left_over", flat=True))


# --- templates and textbooks ----------------------------------------------------------------------------


def offered_templates() -> QuerySet[PlanTemplate]:
    return PlanTemplate.objects.current()


def textbooks() -> QuerySet[Textbook]:
    """The catalogue in its order."""
    return Textbook.objects.filter(is_active=True).order_by("position", "pk")


def units_of(textbook: Textbook) -> QuerySet[TextbookUnit]:
    return textbook.units.order_by("position", "pk")


def catalogue() -> list[dict[str, Any]]:
    """The whole catalogue, each textbook with the titles of its units: two queries."""
    books = list(textbooks().prefetch_related("units"))
    return [
        {
            **{name: getattr(book, name) for name in ("stage", "subject", "edition", "grade", "volume")},
            "units": [
                unit.title for unit in sorted(book.units.all(), key=lambda unit: (unit.position, unit.pk))
            ],
        }
        for book in books
    ]


def fitting(books: Iterable[Textbook], said: Mapping[str, Any], *, upto: str = "") -> list[Textbook]:
    """The volumes that agree with what is said in the columns before ``upto``, or in all of ``CHAIN``.

    Schools name grades in many ways: one that none of the volumes knows says nothing. The page narrows by the
    same rule (``client/catalogue.ts``).
    """
    found = list(books)
    for name in CHAIN[: CHAIN.index(upto)] if upto else CHAIN:
        value = said.get(name) or ""
        is_known = name != "grade" or any(book.grade == value for book in found)
        if value and is_known:
            found = [book for book in found if getattr(book, name) in {value, ""}]
    return found


def suggestions(books: Iterable[Textbook], said: Mapping[str, Any]) -> dict[str, list[str]]:
    """What to offer for the columns that are free text, each narrowed by those before it, in the catalogue's
    order.
    """
    known = list(books)
    return {
        name: _once(getattr(book, name) for book in fitting(known, said, upto=name))
        for name in ("subject", "edition", "volume")
    }


def units_for(books: Iterable[Textbook], said: Mapping[str, Any]) -> list[str]:
    """The units of the volume that is named, in its order; none where several volumes might be meant."""
    found = fitting(books, said)
    if not said.get("volume") and len(found) != 1:
        return []
    units = TextbookUnit.objects.filter(textbook__in=found)
    return _once(units.order_by("textbook__position", "position", "pk").values_list("title", flat=True)[:60])


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
