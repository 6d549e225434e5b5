"""The query log holds nothing that says who is looked for, and is thinned out every night."""

import uuid
from urllib.parse import parse_qs, urlencode

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from research.background import periodic
from research.models import Person
from search.models import QueryLog
from search.services import hot, recording, remembering

pytestmark = pytest.mark.django_db

NUMBERS = [
    "13900001234", "139 0000 1234", "139-0000-1234", "１３９００００１２３４", "139\u200b0000\u200b1234",
    "139.0000.1234", "(139)00001234", "139/0000/1234", "+86 139 0000 1234", "电话13900001234的老师", "１３９　００００　１２３４",
    "一三九零零零零一二三四", "幺三九〇〇〇〇幺二三四", "139零零零零1234", "①③⑨⓪⓪⓪⓪①②③④", "١٣٩٠٠٠٠١٢٣٤",
    "14112219900101123X", "１４１１２２１９９００１０１１２３Ｘ", "141122 19900101 123x", "200123", "T-2001 2345", "ｔ２００１２３", "JY_200123",
]  # fmt: skip
"""Mobile numbers, numbers of identity cards and of staff, as people write them."""

HARMLESS = [
    "勾股定理", "2026 年中考", "人教版 七年级 上册 第 3 单元", "一元一次方程", "十二章 二次函数", "100 以内的加减法", "三角形 -复习", "3.14",
]  # fmt: skip


def logged(query: str, filters: str = "") -> QueryLog:
    return recording.described(
        token=uuid.uuid4(), query=query, filters=filters, kind="leaf", total=1, took_ms=1.4, corrected=False
    )


@pytest.mark.parametrize("query", NUMBERS)
def test_numbers_of_people_are_not_logged_however_they_are_written(query: str) -> None:
    assert logged(query).query == ""
    assert logged(f"教案 {query}").query == ""


@pytest.mark.parametrize("query", HARMLESS)
def test_what_a_teacher_looks_for_is_logged_as_it_was_typed(query: str) -> None:
    assert logged(query).query == query


@pytest.mark.parametrize(
    "query",
    [
        "张三丰", "张 三 丰", "张\u200b三丰", "张·三丰", "張三丰", "作者:张三丰", "张三丰老师的教案", "“张三丰”", "张-三丰",
        "zhangsanfeng", "Zhang San Feng", "ｚｈａｎｇｓａｎｆｅｎｇ", "zhang'san'feng", "JSJ9",
    ],
)  # fmt: skip
def test_names_of_accounts_are_not_logged_however_they_are_written(person: Person, query: str) -> None:
    person.name, person.staff_number = "张三丰", "jsj9"
    person.save()

    assert logged(query).query == ""


def test_filters_are_logged_without_what_names_somebody(person: Person) -> None:
    person.name = "张三丰"
    person.save()
    asked = [
        ("stage", "初中"),
        ("textbook", "人教版›七年级上册"),
        ("theme", "１３９ ００００ １２３４"),
        ("county", "张 三丰"),
    ]

    assert parse_qs(logged("勾股", urlencode(asked)).filters) == {
        "stage": ["初中"],
        "textbook": ["人教版›七年级上册"],
    }


def test_filters_are_looked_at_with_the_words_in_one_query(person: Person) -> None:
    with CaptureQueriesContext(connection) as bare:
        logged("勾股")
    with CaptureQueriesContext(connection) as filtered:
        logged("勾股定理", urlencode([("theme", f"主题 {nth}") for nth in range(20)]))

    assert len(bare) == len(filtered) == 1


def test_a_search_is_written_down_for_its_person_and_for_the_log_or_not_at_all(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording.record(logged("勾股定理"), by=person, query="勾股定理")
    unwritten = logged("正弦")
    monkeypatch.setattr(QueryLog, "save", _no_room)
    with pytest.raises(DatabaseError):
        recording.record(unwritten, by=person, query="正弦")

    assert [log.query for log in QueryLog.objects.all()] == ["勾股定理"]
    assert remembering.recent(person) == ["勾股定理"]


def _no_room(*_args: object, **_options: object) -> None:
    raise DatabaseError("disk is full")


def test_log_is_thinned_out_and_hot_searches_are_counted_every_night() -> None:
    jobs = {job.name: (job.every_seconds, job.run) for job in periodic.jobs()}

    assert jobs["search.purge_log"] == (24 * 3600, recording.purge)
    assert jobs["search.count_hot"] == (24 * 3600, hot.count)
