"""What was read of a thing, in the database."""

import pytest
from django.db import connection

from search.models import EntryRow
from search.models.entries import values_of
from search.types import Entry, Part

pytestmark = pytest.mark.django_db

PLAN = Entry(
    "plan", "1", 1, "三角形", frozenset({"all"}), parts=(Part("aims", "教学目标", "認識三角😀。", "aims"),),
    people=("王小红",), tags=("数学",), facets={"subject": "数学"},
)  # fmt: skip


def test_entry_comes_back_as_it_was_read() -> None:
    row = EntryRow.objects.create(kind=PLAN.kind, key=PLAN.key, **values_of(PLAN))
    row.refresh_from_db()

    assert row.entry() == PLAN


def test_chinese_stands_there_as_it_is() -> None:
    """Escaped it would take twice the room, and several times the time to read."""
    EntryRow.objects.create(kind=PLAN.kind, key=PLAN.key, **values_of(PLAN))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CAST(parts AS text), CAST(people AS text), CAST(tags AS text), CAST(facets AS text) FROM search_entryrow"
        )
        parts, people, tags, facets = cursor.fetchone()

    assert "認識三角😀。" in parts
    assert ("王小红" in people, "数学" in tags, "数学" in facets) == (True, True, True)
