"""«您是不是要找» for a person: from titles that the person may find now, and nothing else has a say."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from research.models import Person
from search.errors import EngineUnavailableError
from search.models import OutboxRow
from search.query.clauses import Clause
from search.services import searching
from search.services.correcting import ENOUGH_HITS
from search.services.searching import Wanted
from search.types import Hit
from tests.search.desk import Desk
from tests.search.leaves import Leaves

pytestmark = pytest.mark.django_db


def offered(person: Person, query: str, kind: str = "") -> str | None:
    return searching.search(person, Wanted(query=query, kind=kind)).correction


def test_what_was_typed_is_kept_but_for_the_mistaken_characters(person: Person, leaves: Leaves) -> None:
    leaves.add("1", "勾股定理")
    leaves.add("2", "荷塘月色")

    assert offered(person, "篇名:“勾骨定理” -复习") == "篇名:“勾股定理” -复习"
    assert offered(person, "荷塘月瑟 ＡＢ 課程") == "荷塘月色 ＡＢ 課程"
    assert offered(person, "荷塘月瑟 勾骨定理") == "荷塘月色 勾股定理"


def test_nothing_is_offered_from_a_title_that_one_may_not_find(person: Person, leaves: Leaves) -> None:
    leaves.add("1", "勾股定理", readers=frozenset({"p:0"}))
    leaves.add("2", "勾股定理")
    leaves.hidden.add("2")
    leaves.add("3", "勾股定理")
    OutboxRow.objects.create(kind="leaf", key="3", narrows=True)

    assert offered(person, "勾骨定理") is None

    leaves.hidden.clear()
    assert offered(person, "勾骨定理") == "勾股定理"


def test_what_stands_in_a_title_as_it_was_typed_is_left_alone_unless_one_may_not_find_it(
    person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "实施方案")
    leaves.add("2", "尊重事实方案")
    assert offered(person, "事实方案") is None

    leaves.hidden.add("2")

    assert offered(person, "事实方案") == "实施方案"


def test_what_is_written_so_in_three_entries_is_left_alone(person: Person, leaves: Leaves) -> None:
    leaves.add("0", "实施方案")
    for number in range(1, ENOUGH_HITS):
        leaves.add(str(number), "记录", "先说事实方案再说别的")
    leaves.add("hidden", "记录", "先说事实方案再说别的")
    leaves.hidden.add("hidden")
    assert offered(person, "事实方案") == "实施方案"

    leaves.hidden.clear()

    assert offered(person, "事实方案") is None


def test_engine_that_goes_away_amid_a_search_costs_the_correction_alone(
    person: Person, leaves: Leaves, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_clause: Clause, **_limits: object) -> list[Hit]:
        raise EngineUnavailableError("away")

    leaves.add("1", "勾股定理")
    monkeypatch.setattr(desk, "matching", gone)

    found = searching.search(person, Wanted(query="勾骨定理"))

    assert (found.correction, found.is_degraded, len(found.cards)) == (None, False, 1)


def test_page_offers_the_search_as_it_was_typed(client: Client, person: Person, leaves: Leaves) -> None:
    leaves.add("1", "勾股定理")

    html = client.get("/search/", {"q": "勾骨定理 -复习", "stage": "初中"}).content.decode()

    assert "勾股定理 -复习" in html


def test_many_titles_ask_the_database_no_more_than_one(person: Person, leaves: Leaves) -> None:
    leaves.add("0", "勾股定理")
    with CaptureQueriesContext(connection) as one:
        offered(person, "勾骨定理")
    for number in range(1, 30):
        leaves.add(str(number), "勾股定理", "勾股定理与三角形")
    with CaptureQueriesContext(connection) as many:
        assert offered(person, "勾骨定理") == "勾股定理"

    assert len(many) == len(one)
