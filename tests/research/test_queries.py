"""Which texts name somebody with an account: the same as if each account were looked at, by indexes alone."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from research import names, queries
from research.models import Person
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db

NAMES = st.text("张三丰王Lié ·'", min_size=1, max_size=4)
TEXTS = st.text("张三丰王lLiIéÉ ·'zhangsf123", max_size=12)


def is_named_by(text: str, person: Person) -> bool:
    """What ``naming`` promises, said of one account."""
    forms = {text.lower(), "".join(text.lower().split())}
    numbers = {names.tidy_number(text).lower()}
    return (
        any(person.name.lower() in form for form in forms)
        or person.name_pinyin.replace(" ", "") in forms
        or person.staff_number.lower() in numbers
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(NAMES, max_size=4), texts=st.sets(TEXTS, max_size=6))
def test_texts_name_somebody_exactly_where_a_look_at_every_account_says_so(
    people: list[str], texts: set[str]
) -> None:
    Person.objects.filter(staff_number__startswith="ZS").delete()
    made = [PersonFactory.create(name=name, staff_number=f"ZS{nth}") for nth, name in enumerate(people)]
    everybody = [*made, *Person.objects.exclude(pk__in=[one.pk for one in made])]

    naming = queries.naming(texts)

    told = {text for text in texts if text.strip()}
    assert naming == {text for text in told if any(is_named_by(text, one) for one in everybody)}


@pytest.mark.parametrize(
    "text",
    ["张三丰", "找张三丰的课", "张 三 丰", "zhangsanfeng", "Zhang San Feng", "jsj9", "JSJ9", "139 0000 1234"],
)
def test_name_syllables_and_numbers_are_told(text: str) -> None:
    PersonFactory.create(name="张三丰", staff_number="JSJ9", mobile="13900001234")

    assert queries.naming({text, "勾股定理", "", " "}) == {text}


def test_many_texts_and_people_are_one_query() -> None:
    for nth in range(5):
        PersonFactory.create(name=f"张三{'一二三四五'[nth]}")

    with CaptureQueriesContext(connection) as asked:
        found = queries.naming({f"张三{'一二三四五六'[nth]}的教案" for nth in range(6)})

    assert len(found) == 5
    assert len(asked) == 1


def test_more_text_than_anybody_types_is_taken_to_name_somebody() -> None:
    endless = "".join(chr(0x4E00 + nth) for nth in range(queries.MOST_BEGINNINGS))

    with CaptureQueriesContext(connection) as asked:
        assert queries.naming({endless, "勾股"}) == {endless, "勾股"}

    assert len(asked) == 0


def test_people_are_looked_up_in_indexes() -> None:
    """With 40,000 people, reading all of them takes longer than the search itself."""
    with CaptureQueriesContext(connection) as asked:
        queries.naming({"张三丰的教案"})

    way = way_to(asked.captured_queries[0]["sql"])

    for index in ("person_name_begins", "person_name_syllables", "person_staff_number_once_in_any_case"):
        assert index in way
    assert "SCAN research_person" not in way
    assert "Seq Scan" not in way


def way_to(sql: str) -> str:
    """How the database finds the rows; PostgreSQL, which would read a table of no rows whole, is not left that way."""
    is_postgres = connection.vendor == "postgresql"
    found: list[Any] = []
    with connection.cursor() as cursor:
        if is_postgres:
            cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {'' if is_postgres else 'QUERY PLAN'} {sql}")
        found = cursor.fetchall()
    return "\n".join(str(row[-1]) for row in found)
