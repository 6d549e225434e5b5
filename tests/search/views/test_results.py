"""The results page: everything in its address, honest counts, nothing hostile in it, and no query more for many results."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from research.enums import Role
from research.models import Person
from search.errors import EngineUnavailableError
from search.forms import wanted_in
from search.models import QueryLog, RecentSearch, SavedSearch
from search.types import Sort
from tests.factories.research import AppointmentFactory
from tests.search.desk import Desk
from tests.search.leaves import Leaves

pytestmark = pytest.mark.django_db


def page(client: Client, **parameters: object) -> str:
    response = client.get(f"/search/?{urlencode(parameters, doseq=True)}", follow=True)
    assert response.status_code == 200
    return response.content.decode()


def found(html: str) -> list[str]:
    return re.findall(
        r'data-kind="leaf" data-rank="\d+"><h2><a href="/leaves/([^/]+)/">',
        " ".join(html.split()).replace("> <", "><"),
    )


def test_results_show_title_and_where_it_matched(client: Client, person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形内角和", "理解三角形的内角和")
    leaves.add("2", "荷塘月色", "品味语言")

    html = page(client, q="三角形")

    assert found(html) == ["1"]
    assert "<mark>三角形</mark>" in html
    assert '<span class="tag blue">教学目标</span>' in html


def test_what_one_may_not_find_any_more_is_not_shown_whatever_the_index_says(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "三角形内角和")
    leaves.add("2", "三角形的高", readers=frozenset({"p:0"}))
    leaves.add("3", "三角形的中线")
    leaves.hidden.add("3")

    html = page(client, q="三角形")

    assert found(html) == ["1"]
    assert "三角形的高" not in html
    assert "三角形的中线" not in html


def test_filters_of_one_facet_add_up_and_a_path_means_all_below(
    client: Client, person: Person, leaves: Leaves, desk: Desk
) -> None:
    for key, stage, book in [
        ("1", "小学", "人教版›上册›一"),
        ("2", "初中", "人教版›下册›二"),
        ("3", "高中", "北师大版›上册›三"),
    ]:
        leaves.add(key, "三角形", facets={"stage": stage, "textbook": book})

    both = found(page(client, q="三角形", stage=["小学", "初中"]))
    under = found(page(client, q="三角形", textbook="人教版"))

    assert sorted(both) == ["1", "2"]
    assert sorted(under) == ["1", "2"]
    assert desk.asked[0].filters == {"stage": ("小学", "初中")}


def test_address_says_everything_and_a_chip_takes_one_part_out(
    client: Client, person: Person, leaves: Leaves, desk: Desk
) -> None:
    leaves.add("1", "三角形", facets={"stage": "初中"}, changed_at=datetime(2026, 3, 1, tzinfo=UTC))
    asked = {
        "q": "三角形", "in": "三角", "kind": "leaf", "stage": "初中", "from": "2025", "to": "2026",
        "sort": "newest", "all": "1", "exact": "1",
    }  # fmt: skip

    html = page(client, **asked)

    request = desk.asked[0]
    assert (request.kinds, request.years, request.sort) == (("leaf",), (2025, 2026), Sort.NEWEST)
    assert (request.everything, request.synonyms) == (True, False)
    chips = re.findall(r'<a class="chip on" href="\?([^"]+)"', html)
    without = [asked.keys() - parse_qs(chip.replace("&amp;", "&")).keys() for chip in chips]
    assert without == [{"in"}, {"stage"}, {"from"}, {"to"}]


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "\0三角\0"},
        {"q": "三" * 10_000},
        {"q": "\u202e角三"},
        {"q": "<script>alert(1)</script>"},
        {
            "q": "三角形",
            "page": "99999999999999999999",
            "sort": "x",
            "kind": "nothing",
            "from": "²²²²",
            "to": "-1",
        },
        {"q": "三角形", "stage": ["<b>"] * 500},
        {"q": "(((((((((((((((((((((((((((( OR AND -"},
        {"in": "'\" onmouseover=x", "year": "\0"},
    ],
)
def test_hostile_address_is_answered_and_escaped(
    client: Client, person: Person, leaves: Leaves, parameters: dict[str, object]
) -> None:
    leaves.add("1", "三角形<img src=x>")

    html = page(client, **parameters)

    for raw in ("<script>alert", "<img src=x", "<b>", '" onmouseover', "\0"):
        assert raw not in html


def test_many_results_ask_the_database_no_more_than_one(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("0", "三角形")
    page(client, q="三角形")
    with CaptureQueriesContext(connection) as one:
        page(client, q="三角形")
    for number in range(1, 15):
        leaves.add(str(number), f"三角形 {number}")
    with CaptureQueriesContext(connection) as many:
        html = page(client, q="三角形")

    assert len(found(html)) == 15
    assert len(many) == len(one)


def test_counts_are_about_where_weak_matches_are_left_out(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "三角形内角和", "三角形内角和")

    about = page(client, q="三角形")
    exact = [page(client, q="三角形", all="1"), page(client, q="-圆"), page(client, q="NOT 圆", kind="leaf")]

    assert "约 1 条" in about
    assert "显示全部匹配" in about
    for html in exact:
        assert "1 条" in html
        assert "约 1 条" not in html
        assert "显示全部匹配" not in html


def test_engine_that_is_away_is_said_and_titles_still_answer(
    client: Client, person: Person, leaves: Leaves, desk: Desk
) -> None:
    leaves.add("1", "三角形内角和")
    desk.fault = EngineUnavailableError("away")

    html = page(client, q="三角形")

    assert found(html) == ["1"]
    assert "全文检索暂时不可用" in html


def test_what_is_asked_while_the_engine_is_away_is_remembered_and_no_part_of_the_report(
    client: Client, person: Person, leaves: Leaves, desk: Desk
) -> None:
    desk.fault = EngineUnavailableError("away")

    page(client, q="三角形")

    assert [row.query for row in RecentSearch.objects.filter(person=person)] == ["三角形"]
    assert not QueryLog.objects.exists()


def test_where_nothing_is_asked_any_more_the_whole_page_is_exchanged(client: Client, person: Person) -> None:
    """Of the page where one begins, the script that takes out the last filter found nothing to show."""
    boosted = client.get("/search/", headers={"HX-Request": "true"})
    going_back = client.get("/search/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})

    assert (boosted.headers["HX-Redirect"], boosted.content) == ("/search/", b"")
    assert "HX-Redirect" not in going_back.headers
    assert going_back.content.decode().count("<h1>") == 1


def test_of_filters_alone_all_are_taken_out_at_once(client: Client, person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形", facets={"stage": "初中", "subject": "数学"})

    html = page(client, stage="初中", subject="数学")

    assert '<a class="small" href="?">清除全部条件</a>' in html


def test_empty_result_leads_on(client: Client, person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形", facets={"stage": "初中"})

    html = page(client, q="三角形", stage="高中")

    assert found(html) == []
    assert "去掉“学段：高中”再找" in html
    assert "约 0 条" not in html


def test_search_is_remembered_for_its_person_and_logged_without_one(
    client: Client, person: Person, leaves: Leaves
) -> None:
    for nth in range(21):
        leaves.add(str(nth), "三角形")

    page(client, q="三角形", stage="初中")
    page(client, q="三角形", page=2)

    assert list(RecentSearch.objects.values_list("person", "query")) == [(person.pk, "三角形")]
    log = QueryLog.objects.get()
    assert (log.query, parse_qs(log.filters), log.total) == ("三角形", {"stage": ["初中"]}, 0)


@pytest.mark.parametrize("query", ["13900001234", "200123", "T 2001 2345", "张三丰的教案", "zhangsanfeng"])
def test_words_that_may_name_somebody_are_not_logged(
    client: Client, person: Person, leaves: Leaves, query: str
) -> None:
    person.name = "张三丰"
    person.save()

    page(client, q=query)

    assert QueryLog.objects.get().query == ""


def test_opened_result_is_told_with_its_rank_and_only_once(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "三角形")
    page(client, q="三角形")
    told = {"token": str(QueryLog.objects.get().token), "kind": "leaf", "rank": "1"}

    answers = [client.post("/search/opened/", told).status_code for _ in range(2)]
    bad = client.post("/search/opened/", told | {"rank": "0"}).status_code

    assert (answers, bad) == ([204, 204], 422)
    assert list(QueryLog.objects.get().clicks.values_list("kind", "rank")) == [("leaf", 1)]


def test_why_is_for_who_runs_the_machines(client: Client, person: Person, leaves: Leaves) -> None:
    leaves.add("1", "三角形")
    leaves.hidden.add("2")
    assert "为什么在这里" not in page(client, q="三角形")
    assert client.get("/search/why/leaf/1/?q=三角形").status_code == 403

    client.force_login(AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person)

    assert "为什么在这里" in page(client, q="三角形")
    assert "title_w:教案" in client.get("/search/why/leaf/1/?q=三角形").content.decode()
    assert client.get("/search/why/leaf/2/?q=三角形").status_code == 404


def test_similar_ones_leave_out_the_thing_itself_and_what_one_may_not_find(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "三角形内角和", "用拼图说明三角形内角和")
    leaves.add("2", "三角形的外角", "由内角和推出外角")
    leaves.add("3", "三角形内角和复习", readers=frozenset({"p:0"}))
    leaves.add("4", "三角形内角和练习")
    leaves.hidden.add("4")
    leaves.add("5", "荷塘月色", "品味语言")

    html = client.get("/search/similar/leaf/1/").content.decode()

    assert re.findall(r"/leaves/(\d)/", html) == ["2"]
    assert client.get("/search/similar/leaf/4/").status_code == 404
    assert client.get("/search/similar/comet/1/").status_code == 404


@pytest.mark.parametrize(
    ("address", "years"),
    [
        ("from=2026&to=2024", (2024, 2026)),
        ("from=2024&to=2026", (2024, 2026)),
        ("from=2026", (2026, None)),
        ("to=2024", (None, 2024)),
        ("from=soon&to=2024", (None, 2024)),
    ],
)
def test_years_are_taken_in_either_order(address: str, years: tuple[int | None, int | None]) -> None:
    assert wanted_in(address).years == years


@pytest.mark.parametrize("kind", ["file", "group", "person", "plan", "unit"])
@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 90], ids=["long", "longer", "absurd"])
def test_number_that_no_row_can_have_is_not_found(
    client: Client, person: Person, kind: str, number: str
) -> None:
    assert client.get(f"/search/similar/{kind}/{number}/").status_code == 404


def test_advanced_form_builds_what_one_could_have_typed(
    client: Client, person: Person, leaves: Leaves
) -> None:
    lines = {
        "text0": "内角和", "field0": "title", "exact0": "on", "joint1": "not", "text1": "复习", "field1": "any",
        "kind": "leaf", "first": "2025",
    }  # fmt: skip

    answer = client.get("/search/advanced/", lines)

    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query == {"q": ["篇名:“内角和” -复习"], "kind": ["leaf"], "from": ["2025"]}
    assert client.get("/search/advanced/", {"text0": " "}).status_code == 200


def test_advanced_form_narrows_by_stage_grade_and_subject_as_the_results_page_does(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "三角形", facets={"stage": "初中", "subject": "数学"})
    leaves.add("2", "三角形", facets={"stage": "高中", "subject": "数学"})

    form = client.get("/search/advanced/").content.decode()
    answer = client.get(
        "/search/advanced/", {"text0": "三角形", "stage": ["初中", "小学"], "subject": "数学"}
    )
    alone = client.get("/search/advanced/", {"text0": "", "stage": "初中"})

    assert re.findall(r'name="(stage|subject)" value="(数学|高中)"', form) == [
        ("stage", "高中"),
        ("subject", "数学"),
    ]
    query = parse_qs(urlsplit(answer["Location"]).query)
    assert query == {"q": ["三角形"], "stage": ["初中", "小学"], "subject": ["数学"]}
    assert found(client.get(answer["Location"]).content.decode()) == ["1"]
    assert alone["Location"] == f"/search/?{urlencode({'stage': '初中'})}"


def test_help_says_every_way_to_ask(client: Client, person: Person, leaves: Leaves) -> None:
    html = page(client, q="三角形")

    for way in (
        "关键词:",
        "全文:",
        "主题:",
        "篇名:",
        "作者:",
        "目标:",
        "单位:",
        "年份:",
        " NOT ",
        " AND ",
        " OR ",
        "(一元二次",
    ):
        assert re.search(f"<code>[^<]*{re.escape(way)}[^<]*</code>", html), way


def test_kept_search_is_one_however_its_address_is_written(
    client: Client, person: Person, leaves: Leaves
) -> None:
    for params in ("stage=初中&q=三角形&page=3", "q=三角形&stage=初中&sort=relevance"):
        client.post("/search/saved/", {"name": "三角形", "params": params})

    saved = SavedSearch.objects.get()
    assert parse_qs(saved.params) == {"q": ["三角形"], "stage": ["初中"]}
    assert client.post("/search/saved/", {"name": "空", "params": "sort=newest"}).status_code == 422


def test_page_past_the_last_one_leads_to_the_last(client: Client, person: Person, leaves: Leaves) -> None:
    for nth in range(25):
        leaves.add(f"{nth:02}", "三角形内角和")

    answer = client.get("/search/?q=三角形&page=9")

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer["Location"]).query) == {"q": ["三角形"], "page": ["2"]}
    assert len(found(page(client, q="三角形", page=2))) == 5


def test_years_narrow_while_the_engine_is_away(
    client: Client, person: Person, leaves: Leaves, desk: Desk
) -> None:
    leaves.add("1", "三角形内角和", facets={"year": "2024"})
    leaves.add("2", "三角形的高", facets={"year": "2026"})
    leaves.add("3", "三角形的中线")
    desk.fault = EngineUnavailableError("away")

    assert found(page(client, q="三角形 年份:2024")) == ["1"]
    assert sorted(found(page(client, q="三角形 -年份:2024"))) == ["2", "3"]
