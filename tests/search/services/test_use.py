"""What people do with the search: suggestions, kept searches and their news, hot searches, the log."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from research.models import Person
from search import kinds
from search.errors import EngineUnavailableError, SavedSearchError
from search.models import HotSearch, OutboxRow, QueryClick, QueryLog, RecentSearch, SavedSearch
from search.services import hot, recording, remembering, reporting, saving, similar, suggesting
from search.services.searching import Wanted
from tests.factories.research import PersonFactory
from tests.search.desk import Desk
from tests.search.leaves import Leaves

pytestmark = pytest.mark.django_db


def texts(person: Person | AnonymousUser, typed: str) -> list[str]:
    return [one.text for one in suggesting.suggestions(person, typed)]


@pytest.mark.parametrize("typed", ["内角", "neijiao", "sjxnj"])
def test_titles_are_suggested_by_characters_pinyin_and_first_letters(
    person: Person, leaves: Leaves, typed: str
) -> None:
    leaves.add("1", "三角形内角和")
    leaves.add("2", "荷塘月色")

    assert texts(person, typed) == ["三角形内角和"]


def test_authors_and_themes_are_suggested_with_what_they_are(person: Person, leaves: Leaves) -> None:
    leaves.add(
        "1", "家国情怀", people=("国秀兰",), tags=("家国情怀教育",), facets={"theme": "德育›家国情怀教育"}
    )

    found = [(one.text, str(one.label)) for one in suggesting.suggestions(person, "国")]

    assert found == [("国秀兰", "作者"), ("家国情怀教育", "主题"), ("家国情怀", "叶子")]


def test_nothing_is_suggested_that_one_may_not_find(person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形", readers=frozenset({"p:0"}))
    leaves.add("2", "三角形的高")
    leaves.hidden.add("2")
    leaves.add("3", "三角形的中线")
    OutboxRow.objects.create(kind="leaf", key="3", narrows=True)
    leaves.add("4", "三角形内角和")

    assert texts(person, "三角形") == ["三角形内角和"]


def test_suggestions_are_few_each_once_and_none_without_an_engine(
    person: Person, leaves: Leaves, desk: Desk
) -> None:
    for number in range(30):
        leaves.add(str(number), f"三角形 {number % 12}")

    found = texts(person, "三角形")
    desk.fault = EngineUnavailableError("away")

    assert (len(found), len(set(found))) == (8, 8)
    assert texts(person, "三角形") == []


def test_last_searches_are_twenty_the_newest_first_and_each_persons_own(person: Person) -> None:
    other = PersonFactory.create()
    remembering.remember(query="别人的", by=other)
    for number in range(25):
        remembering.remember(query=f"词  {number}", by=person)
    remembering.remember(query="词 10", by=person)
    for nothing in ("", "？！ ……", "+++"):
        remembering.remember(query=nothing, by=person)

    assert remembering.recent(person)[:2] == ["词 10", "词 24"]
    assert RecentSearch.objects.filter(person=person).count() == 20
    assert remembering.forget(by=person, query="词 24") == 1
    assert remembering.forget(by=person) == 19
    assert remembering.recent(other) == ["别人的"]


def test_suggestions_ask_the_database_no_more_for_many_than_for_one(person: Person, leaves: Leaves) -> None:
    leaves.add("0", "三角形", people=("三木",), facets={"theme": "三观"})
    with CaptureQueriesContext(connection) as one:
        texts(person, "三")
    for number in range(1, 30):
        leaves.add(str(number), f"三角形 {number}", people=(f"三木{number}",))
    with CaptureQueriesContext(connection) as many:
        texts(person, "三")

    assert len(many) == len(one)


def test_authors_and_themes_of_what_one_may_not_find_are_not_suggested(
    person: Person, leaves: Leaves
) -> None:
    own: dict[str, Any] = {"people": ("三木",), "facets": {"theme": "三观"}}
    leaves.add("1", "三角形", readers=frozenset({"p:0"}), **own)
    leaves.add("2", "三角形的高", **own)
    leaves.hidden.add("2")

    assert texts(person, "三") == []


def test_person_who_may_not_sign_in_is_suggested_nothing(leaves: Leaves) -> None:
    leaves.add("1", "三角形")
    person = PersonFactory.create(is_active=False)

    assert texts(person, "三角") == []
    assert [similar.similar(person, "leaf", "1"), texts(AnonymousUser(), "三角")] == [(), []]


def likes(person: Person, key: str) -> list[str]:
    return sorted(card.hit.key for card in similar.similar(person, "leaf", key))


def test_similar_are_others_that_one_may_find_now(person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形内角和", "拼图")
    leaves.add("2", "三角形的外角", "拼图")
    leaves.add("3", "三角形内角和", "拼图", readers=frozenset({"p:0"}))
    leaves.add("4", "三角形内角和", "拼图")
    leaves.hidden.add("4")
    leaves.add("5", "三角形内角和", "拼图")
    OutboxRow.objects.create(kind="leaf", key="5", narrows=True)

    assert likes(person, "1") == ["2"]
    assert likes(person, "unknown") == []


def test_what_a_book_is_like_is_said_by_its_beginning(person: Person, leaves: Leaves) -> None:
    """Else whoever asks often what is like the largest file there is keeps the site busy."""
    leaves.add("1", "课件", "光合作用。" * 4_000 + "荷塘月色。" * 4_000)
    leaves.add("2", "荷塘月色")
    leaves.add("3", "光合作用")

    assert likes(person, "1") == ["3"]


def test_nothing_is_similar_while_the_engine_is_away(person: Person, leaves: Leaves, desk: Desk) -> None:
    leaves.add("1", "三角形内角和")
    leaves.add("2", "三角形内角和")
    desk.fault = EngineUnavailableError("away")

    assert likes(person, "1") == []


def test_similar_ones_ask_the_database_no_more_for_many_than_for_one(person: Person, leaves: Leaves) -> None:
    leaves.add("0", "三角形内角和")
    leaves.add("1", "三角形内角和")
    with CaptureQueriesContext(connection) as one:
        assert len(likes(person, "0")) == 1
    for number in range(2, 20):
        leaves.add(str(number), "三角形内角和")
    with CaptureQueriesContext(connection) as many:
        assert len(likes(person, "0")) == similar.SHOWN

    assert len(many) == len(one)


def saved(person: Person, query: str, looked_ago: timedelta) -> tuple[int, tuple[Wanted, Any]]:
    one = saving.save_search(name=query, params=f"q={query}", by=person)
    return one.pk, (Wanted(query=query), timezone.now() - looked_ago)


def test_new_is_what_was_made_or_changed_since_the_last_look_and_may_be_found_now(
    person: Person, leaves: Leaves
) -> None:
    now = timezone.now()
    leaves.add("1", "三角形", created_at=now - timedelta(days=9), changed_at=now - timedelta(days=9))
    leaves.add("2", "三角形的高", created_at=now - timedelta(days=9), changed_at=now - timedelta(hours=1))
    leaves.add("3", "三角形的中线", created_at=now, changed_at=now)
    leaves.hidden.add("3")
    leaves.add("4", "三角形内角和", readers=frozenset({"p:0"}), changed_at=now)
    key, asked = saved(person, "三角形", timedelta(days=1))

    assert saving.new_in(person, {key: asked}) == {key: 1}


def test_news_of_many_searches_ask_the_database_no_more_than_of_one(person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形", changed_at=timezone.now())
    asked = dict(saved(person, query, timedelta(days=1)) for query in ("三角形", "三角", "角形", "三"))
    first = dict(list(asked.items())[:1])
    with CaptureQueriesContext(connection) as one:
        saving.new_in(person, first)
    with CaptureQueriesContext(connection) as many:
        saving.new_in(person, asked)

    assert len(many) == len(one)


def test_news_are_of_what_the_person_is_now(
    person: Person, leaves: Leaves, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaves.add("1", "三角形", readers=frozenset({"group:1"}), changed_at=timezone.now())
    key, asked = saved(person, "三角形", timedelta(days=1))
    tokens: set[str] = {"group:1"}
    monkeypatch.setattr(kinds, "_principals", [lambda _person: frozenset(tokens)])
    assert saving.new_in(person, {key: asked}) == {key: 1}

    tokens.clear()

    assert saving.new_in(person, {key: asked}) == {key: 0}


def test_news_are_unknown_while_the_engine_is_away(person: Person, leaves: Leaves, desk: Desk) -> None:
    desk.fault = EngineUnavailableError("away")
    key, asked = saved(person, "三角形", timedelta(days=1))

    assert saving.new_in(person, {key: asked}) == {key: None}


def test_fifty_searches_are_kept_and_one_of_them_may_get_another_name(person: Person) -> None:
    for number in range(saving.MOST):
        saving.save_search(name="名", params=f"q={number}", by=person)

    with pytest.raises(SavedSearchError):
        saving.save_search(name="名", params="q=one-more", by=person)
    saving.save_search(name="新名", params="q=0", by=person)

    assert SavedSearch.objects.get(params="q=0").name == "新名"
    with pytest.raises(SavedSearchError):
        saving.save_search(name="名", params="q=" + "长" * 1000, by=person)


def asked(query: str, *, days: int, total: int = 3, ago: int = 0) -> None:
    """Asked once on each of so many days."""
    for day in range(days):
        log = QueryLog.objects.create(query=query, total=total, took_ms=1)
        QueryLog.objects.filter(pk=log.pk).update(at=timezone.now() - timedelta(days=ago + day))


def test_hot_is_what_found_something_on_three_days_and_nobody_sees_it_before_review() -> None:
    asked("家国情怀", days=4)
    asked("只问两天", days=2)
    asked("找不到的", days=5, total=0)
    asked("太久以前", days=5, ago=40)
    HotSearch.objects.create(query="不再有人问", count=9)
    HotSearch.objects.create(query="看过的", count=9, is_shown=True, reviewed_at=timezone.now())

    hot.count()

    assert dict(HotSearch.objects.values_list("query", "count")) == {"家国情怀": 4, "看过的": 0}
    assert hot.shown() == ["看过的"]
    with pytest.raises(IntegrityError), transaction.atomic():
        HotSearch.objects.filter(query="家国情怀").update(is_shown=True)


def test_log_is_kept_180_days() -> None:
    asked("三角形", days=1, ago=179)
    asked("旧的", days=1, ago=181)
    QueryClick.objects.create(log=QueryLog.objects.get(query="旧的"), kind="leaf", rank=1)

    recording.purge()

    assert list(QueryLog.objects.values_list("query", flat=True)) == ["三角形"]


def test_click_on_an_old_or_unknown_page_is_not_counted() -> None:
    asked("三角形", days=1, ago=1)

    old = recording.record_opened(token=QueryLog.objects.get().token, kind="leaf", rank=1)
    unknown = recording.record_opened(token=uuid.uuid4(), kind="leaf", rank=1)

    assert (old, unknown, QueryClick.objects.count()) == (False, False, 0)


def test_report_says_of_how_many_and_how_surely() -> None:
    assert reporting.report().without_results == reporting.Share(0, 0)
    assert reporting.report().without_results.value is None
    asked("三角形", days=3)
    asked("找不到", days=1, total=0)
    log = QueryLog.objects.filter(query="三角形")[0]
    for rank in (4, 2):
        QueryClick.objects.create(log=log, kind="leaf", rank=rank)

    report = reporting.report()

    low, high = report.without_results.interval or (0, 0)
    assert (report.without_results.count, report.without_results.of) == (1, 4)
    assert (round(low, 3), round(high, 3)) == (0.046, 0.699)
    assert (report.opened.count, report.opened.of, report.mean_reciprocal_rank) == (1, 3, 0.5)
    assert [(row["query"], row["times"]) for row in report.unfound] == [("找不到", 1)]


def test_words_that_found_nothing_under_a_filter_or_a_tab_are_not_reported() -> None:
    for narrowing in ({"filters": "subject=%E9%9F%B3%E4%B9%90"}, {"kind": "file"}, {}):
        QueryLog.objects.create(query="三角形" if narrowing else "找不到", total=0, took_ms=1, **narrowing)

    report = reporting.report()

    assert report.without_results.count == 3
    assert [row["query"] for row in report.unfound] == ["找不到"]
