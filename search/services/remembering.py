"""A person's own last searches (最近检索). Nobody else sees them."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from search.models import RecentSearch
from search.models.use import MAX_QUERY

KEPT = 20


def recent(person: Any) -> list[str]:
    """What this person asked last, the newest first."""
    return list(RecentSearch.objects.filter(person=person).values_list("query", flat=True)[:KEPT])


@transaction.atomic
def remember(*, query: str, by: Any) -> None:
    """Put a query first among the person's own; the oldest beyond twenty go (记住检索). Nobody asks for signs again."""
    words = " ".join(query.split())[:MAX_QUERY]
    if not any(map(str.isalnum, words)):
        return
    RecentSearch.objects.bulk_create(
        [RecentSearch(person=by, query=words, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["person", "query"],
        update_fields=["at"],
    )
    own = RecentSearch.objects.filter(person=by)
    own.exclude(pk__in=own.values("pk")[:KEPT]).delete()


@transaction.atomic
def forget(*, by: Any, query: str = "") -> int:
    """Forget one of the person's own searches, or all of them; how many."""
    own = RecentSearch.objects.filter(person=by)
    return (own.filter(query=query) if query else own).delete()[0]
