"""The body of a plan as a shared document: who may join, and what follows an edit."""

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lessons import policies, searchables
from lessons.body import KIND, SCHEMA
from lessons.models import LessonPlan
from realtime import kinds
from realtime.kinds import Access, RoomKind

LONGEST_KEY = 18  # digits that a database row id may have


def pk_of(key: str) -> int | None:
    """The plan that a document's key names; only the canonical spelling counts."""
    return (
        int(key)
        if key.isascii() and key.isdecimal() and len(key) <= LONGEST_KEY and str(int(key)) == key
        else None
    )


def plans_of(keys: Collection[str]) -> QuerySet[LessonPlan]:
    return LessonPlan.objects.filter(pk__in={pk for key in keys if (pk := pk_of(key)) is not None})


def access(pairs: Sequence[tuple[int, str]]) -> list[Access]:
    """The access of each (person id, key) pair, with five queries however many there are."""
    plans = {
        str(plan.pk): plan for plan in plans_of({key for _person_id, key in pairs}).select_related("lead")
    }
    known = [(person_id, plans[key]) for person_id, key in pairs if key in plans]
    found = iter(policies.abilities_of_many(known))
    return [policies.level(next(found)) if key in plans else Access.NONE for _person_id, key in pairs]


def touched(keys: Collection[str]) -> None:
    """New content was committed: lists show the plan as edited now, and it is read for the search anew."""
    with transaction.atomic():
        plans_of(keys).update(edited_at=timezone.now())
        searchables.plans_changed(sorted({pk for key in keys if (pk := pk_of(key)) is not None}))


def register() -> None:
    kinds.register(RoomKind(name=KIND, schema=SCHEMA, access=access, touched=touched))
