"""What the advanced form offers: what the apps say first, then what one may find, and nothing else."""

import pytest

from research.models import Person
from search import kinds
from search.errors import EngineUnavailableError
from search.services.offering import MOST_OTHERS, offered
from tests.search.desk import Desk
from tests.search.leaves import Leaves

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_values", {})
    kinds.register_values("stage", lambda: ["小学", "初中"])
    kinds.register_values("stage", lambda: ["初中", "大学"])


def test_common_values_come_first_then_the_most_frequent_others(person: Person, leaves: Leaves) -> None:
    for key, stage in [("1", "夜校"), ("2", "小学"), ("3", "特校"), ("4", "特校")]:
        leaves.add(key, "三角形", facets={"stage": stage, "subject": "数学"})

    assert offered(person, ["stage", "subject", "grade"]) == {
        "stage": ["小学", "初中", "大学", "特校", "夜校"], "subject": ["数学"], "grade": [],
    }  # fmt: skip


def test_nothing_is_offered_of_what_one_may_not_find(person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形", facets={"subject": "密码学"}, readers=frozenset({"p:0"}))

    assert offered(person, ["subject"]) == {"subject": []}


def test_others_are_a_few(person: Person, leaves: Leaves) -> None:
    for nth in range(MOST_OTHERS + 5):
        leaves.add(str(nth), "三角形", facets={"subject": f"学科{nth:02}"})

    assert offered(person, ["subject"]) == {"subject": [f"学科{nth:02}" for nth in range(MOST_OTHERS)]}


def test_common_values_are_offered_while_the_engine_is_away(
    person: Person, leaves: Leaves, desk: Desk
) -> None:
    desk.fault = EngineUnavailableError("away")

    assert offered(person, ["stage"]) == {"stage": ["小学", "初中", "大学"]}
