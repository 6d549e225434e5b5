"""The doctor's examination of the search."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from config import doctor
from config.doctor import Finding, Health
from search.engines import using
from search.models import OutboxRow
from tests.search.engines.entries import entry
from tests.search.shelf import Shelf

pytestmark = pytest.mark.django_db
ABOUT = "检索"


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    shelf = Shelf()
    with using(shelf):
        yield shelf


def found() -> list[Finding]:
    return list(doctor.search())


def test_index_that_answers_and_is_current_is_well(shelf: Shelf) -> None:
    with shelf.writing() as batch:
        batch.put(entry("a"))

    assert found() == [Finding(Health.WELL, ABOUT, "索引正常，共 1 个条目。")]


def test_index_that_is_being_made_anew_is_worth_a_note(shelf: Shelf) -> None:
    shelf.is_current = False

    assert found() == [Finding(Health.NOTE, ABOUT, "后台正在重建索引，其间旧索引照常应答。")]


def test_engine_that_does_not_answer_is_bad_and_nothing_more_is_asked(shelf: Shelf) -> None:
    shelf.away = True
    OutboxRow.objects.create(kind="slip", key="a", at=timezone.now() - timedelta(hours=1))

    [one] = found()
    assert (one.health, one.about) == (Health.BAD, ABOUT)
    assert "down" in one.sentence
    assert "SEARCH_URL" in one.sentence


def test_changes_that_wait_too_long_are_bad(shelf: Shelf) -> None:
    row = OutboxRow.objects.create(kind="slip", key="a", at=timezone.now() - timedelta(seconds=50))
    assert [one.health for one in found()] == [Health.WELL]

    OutboxRow.objects.filter(pk=row.pk).update(at=timezone.now() - timedelta(seconds=doctor.LAG_SECONDS + 5))
    assert [one.health for one in found()] == [Health.WELL, Health.BAD]


def test_changes_that_were_given_up_are_bad(shelf: Shelf) -> None:
    OutboxRow.objects.create(kind="slip", key="a", tries=8, fault="too odd", dead_at=timezone.now())

    last = found()[-1]
    assert (last.health, last.sentence) == (
        Health.BAD,
        "有 1 处改动多次未能编入索引，请看：manage.py search status。",
    )
