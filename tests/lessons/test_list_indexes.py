"""Filters of the city's list are answered from an index alone, on both databases, whatever the order.

With a hundred thousand plans, looking into the table for each of the city's twenty thousand is what takes long.
"""

from typing import Any

import pytest
from django.db import connection

from lessons.queries import SORTS, Scope, narrowed, plans_in
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
INDEXES = {"edited": "plan_by_visibility", "used": "plan_by_uses", "title": "plan_by_title"}
# PostgreSQL would read a table of no rows from end to end. It is left the one way that is asked about; where there is
# none, it takes one of the others.
LEFT_OUT = ("seqscan", "bitmapscan", "indexscan", "sort")


def way_to(sort: str, wanted: dict[str, Any]) -> str:
    """How the database finds the keys of the city's list, as ``queries.page_of`` asks for them."""
    plans = narrowed(plans_in(Scope.CITY, PersonFactory.create()), wanted)
    sql, values = plans.order_by(*SORTS[sort]).values_list("pk", flat=True)[:1001].query.sql_with_params()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name in LEFT_OUT:
                cursor.execute(f"SET LOCAL enable_{name} = off")
        cursor.execute(f"EXPLAIN {'' if connection.vendor == 'postgresql' else 'QUERY PLAN'} {sql}", values)
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


@pytest.mark.parametrize("sort", list(INDEXES))
@pytest.mark.parametrize(
    "wanted",
    [{}, {"stage": "senior", "subject": "历史"}, {"subject": "历史"}, {"q": "敌后 战场"}],
    ids=["all", "stage and subject", "subject", "title"],
)
def test_the_citys_list_is_read_from_an_index_alone_and_in_its_order(
    sort: str, wanted: dict[str, Any]
) -> None:
    way = way_to(sort, wanted)

    words = "Index Only Scan using" if connection.vendor == "postgresql" else "USING COVERING INDEX"
    assert f"{words} {INDEXES[sort]} " in way
    assert "SORT" not in way.upper()
    assert "TEMP B-TREE" not in way


def test_an_order_without_an_index_is_told_from_one_with_it() -> None:
    """The question above is worth asking: it finds out."""
    way = way_to("created", {"stage": "senior"})

    assert "SORT" in way.upper() or "TEMP B-TREE" in way
