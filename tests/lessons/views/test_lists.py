"""The list of plans: scopes, filters, paging, everything in the address."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from lessons import queries
from lessons.enums import PlanRole, Visibility
from lessons.models import Attachment, LessonPlan
from lessons.services.uses import record_visit
from research.models import Person
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory, TextbookFactory
from tests.factories.research import GroupFactory, MembershipFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
EVERYTHING = ["抗战", "家国情怀：刘胡兰", "100% 的努力"]


@pytest.fixture
def person(client: Client) -> Person:
    """Somebody who is signed in."""
    signed_in = PersonFactory.create()
    client.force_login(signed_in)
    return signed_in


def titles(client: Client, **parameters: Any) -> list[str]:
    response = client.get(f"/lessons/?{urlencode(parameters)}")
    assert response.status_code == 200
    return re.findall(r'<a class="t" href="/lessons/plans/\d+/">([^<]*)</a>', response.content.decode())


def ago(**span: int) -> Any:
    return timezone.now() - timedelta(**span)


def test_each_scope_shows_its_own_plans(client: Client, person: Person) -> None:
    near, far = PersonFactory.create(unit=person.unit), PersonFactory.create()
    neighbour = PersonFactory.create(unit=UnitFactory.create(county=person.unit.county))
    group = MembershipFactory.create(person=person).group
    LessonPlanFactory.create(title="我主备", lead=person)
    PlanMemberFactory.create(plan__title="共享给我", plan__lead=far, person=person, role=PlanRole.READER)
    LessonPlanFactory.create(title="组内", lead=far, group=group, visibility=Visibility.GROUP)
    LessonPlanFactory.create(title="组内未公开", lead=far, group=group)
    LessonPlanFactory.create(title="本校", lead=near, visibility=Visibility.UNIT)
    LessonPlanFactory.create(title="本县", lead=neighbour, visibility=Visibility.COUNTY)
    LessonPlanFactory.create(title="全市", lead=far, visibility=Visibility.CITY)
    LessonPlanFactory.create(title="别人的", lead=far)
    LessonPlanFactory.create(title="别县", lead=far, visibility=Visibility.COUNTY)
    LessonPlanFactory.create(title="扔掉的", lead=person, trashed_at=timezone.now(), trashed_by=person)

    assert {scope.value: titles(client, scope=scope.value) for scope in queries.Scope} == {
        "mine": ["我主备"],
        "shared": ["共享给我"],
        "group": ["组内"],
        "unit": ["本校"],
        "county": ["本县"],
        "city": ["全市"],
    }


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"q": "家国 胡兰"}, ["家国情怀：刘胡兰"]),
        ({"q": "100%"}, ["100% 的努力"]),
        ({"stage": "senior"}, ["家国情怀：刘胡兰"]),
        ({"grade": "七年级"}, ["100% 的努力"]),
        ({"subject": "历史"}, ["抗战"]),
        ({"edition": "统编版"}, ["家国情怀：刘胡兰"]),
        ({"volume": "必修4"}, ["家国情怀：刘胡兰"]),
        ({"unit": "第一单元"}, ["家国情怀：刘胡兰"]),
        ({"unit": "科学精神 第一"}, ["家国情怀：刘胡兰"]),
        ({"unit": "第二单元"}, []),
        ({"lesson_type": "活动课"}, ["抗战"]),
        ({"visibility": "city"}, ["抗战"]),
        ({"days": "7"}, ["抗战"]),
        ({"sort": "title"}, ["100% 的努力", "家国情怀：刘胡兰", "抗战"]),
        ({"sort": "used"}, ["100% 的努力", "抗战", "家国情怀：刘胡兰"]),
        ({"q": "没有"}, []),
        ({"author": "没有这个人"}, []),
        # what makes no sense is left out
        ({"stage": "prison", "days": "x", "sort": "' OR 1", "page": "-1"}, EVERYTHING),
        ({"group": "999999999999999999999"}, EVERYTHING),
        ({"q": "\x00"}, EVERYTHING),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(
    client: Client, person: Person, wanted: dict[str, str], found: list[str]
) -> None:
    made: dict[str, Any] = {"lead": person, "stage": "", "subject": "", "grade": ""}
    LessonPlanFactory.create(
        **made | {"stage": "senior"}, title="家国情怀：刘胡兰", edition="统编版", volume="必修4",
        unit="第一单元 探索世界与科学精神", edited_at=ago(days=10),
    )  # fmt: skip
    LessonPlanFactory.create(
        **made | {"subject": "历史"},
        title="抗战",
        lesson_type="活动课",
        visibility="city",
        edited_at=ago(hours=1),
    )
    LessonPlanFactory.create(
        **made | {"grade": "七年级"}, title="100% 的努力", use_count=3, edited_at=ago(days=20)
    )

    assert titles(client, scope="mine", **wanted) == found


def test_plans_are_found_by_their_leads_name_pinyin_and_number(client: Client, person: Person) -> None:
    lead = PersonFactory.create(name="刘秀兰", staff_number="700001")
    LessonPlanFactory.create(title="她的", lead=lead, visibility=Visibility.CITY)
    LessonPlanFactory.create(title="别人的", visibility=Visibility.CITY)

    for author in ("刘秀兰", "秀兰", "liuxiulan", "lxl", "700001"):
        assert titles(client, scope="city", author=author) == ["她的"]


def test_plans_of_a_group_are_filtered_by_it(client: Client, person: Person) -> None:
    group, other = (MembershipFactory.create(person=person).group for _ in range(2))
    for own in (group, other):
        LessonPlanFactory.create(title=f"组{own.pk}", group=own, visibility=Visibility.GROUP)

    assert titles(client, scope="group", group=group.pk) == [f"组{group.pk}"]
    assert len(titles(client, scope="group", group=GroupFactory.create().pk)) == 2


def test_pages_keep_the_filters(client: Client, person: Person) -> None:
    for number in range(queries.PAGE_SIZE + 3):
        LessonPlanFactory.create(lead=person, title=f"课{number}", grade="高一", edited_at=ago(hours=number))

    first = client.get("/lessons/?grade=高一").content.decode()
    assert 'href="?grade=%E9%AB%98%E4%B8%80&amp;page=2"' in first
    assert "共 23 份" in first
    assert titles(client, grade="高一", page=2) == ["课20", "课21", "课22"]
    assert titles(client, grade="高一", page=queries.MAX_PAGE) == []


def test_a_list_that_is_longer_than_can_be_counted_says_so(
    client: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNTED_MOST", 2)
    for _ in range(3):
        LessonPlanFactory.create(lead=person)

    assert "超过 1000 份" in client.get("/lessons/").content.decode()


@pytest.mark.parametrize("scope", list(queries.Scope))
def test_a_list_asks_as_much_for_thirty_plans_as_for_one(
    client: Client, person: Person, scope: queries.Scope, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    TextbookFactory.create()
    group = MembershipFactory.create(person=person).group

    def make(count: int) -> None:
        for _ in range(count):
            lead = person if scope == queries.Scope.MINE else PersonFactory.create(unit=person.unit)
            plan = LessonPlanFactory.create(lead=lead, group=group, visibility=Visibility.CITY)
            if scope == queries.Scope.SHARED:
                PlanMemberFactory.create(plan=plan, person=person)

    make(1)
    with django_assert_num_queries(9) as first:
        assert len(titles(client, scope=scope.value)) == 1
    make(29)
    with django_assert_num_queries(len(first)):
        assert len(titles(client, scope=scope.value)) == queries.PAGE_SIZE


@pytest.mark.parametrize(
    ("scope", "link"),
    [
        ("mine", "/lessons/new/"),
        ("shared", "?scope=city"),
        ("group", "/lessons/new/"),
        ("city", "/lessons/new/"),
    ],
)
def test_an_empty_list_offers_one_action(client: Client, person: Person, scope: str, link: str) -> None:
    page = client.get(f"/lessons/?scope={scope}").content.decode()
    empty = page[page.index('class="empty"') :]

    assert re.findall(r'<a class="btn1[^"]*" href="([^"]*)"', empty) == [link]


def test_a_title_is_shown_as_text(client: Client, person: Person) -> None:
    LessonPlanFactory.create(lead=person, title="<script>alert(1)</script>")

    assert titles(client) == ["&lt;script&gt;alert(1)&lt;/script&gt;"]


def test_the_fragments_of_the_workbench_show_what_one_may_still_find(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(title="来过一次", visibility=Visibility.CITY)
    assert client.get(f"/lessons/plans/{plan.pk}/").status_code == 200
    assert "来过一次" in client.get("/lessons/recent/").content.decode()

    LessonPlan.objects.filter(pk=plan.pk).update(visibility=Visibility.MEMBERS)
    assert "来过一次" not in client.get("/lessons/recent/").content.decode()
    PlanMemberFactory.create(plan=plan, person=person)
    assert "来过一次" in client.get("/lessons/shared/").content.decode()


def test_the_lists_are_only_for_people_who_are_signed_in(client: Client) -> None:
    for path in ("/lessons/", "/lessons/recent/", "/lessons/shared/", "/lessons/trash/", "/lessons/new/"):
        assert client.get(path).status_code == 302


def trashed(person: Person) -> None:
    LessonPlanFactory.create(lead=person, trashed_at=timezone.now(), trashed_by=PersonFactory.create())


def opened(person: Person) -> None:
    record_visit(plan=LessonPlanFactory.create(lead=person, group=GroupFactory.create()), by=person)


def shared(person: Person) -> None:
    PlanMemberFactory.create(plan__lead=PersonFactory.create(), person=person)


@pytest.mark.parametrize(
    ("path", "add"),
    [("/lessons/trash/", trashed), ("/lessons/recent/", opened), ("/lessons/shared/", shared)],
    ids=["trash", "recent", "shared"],
)
def test_the_other_lists_ask_the_same_few_questions_too(
    client: Client, person: Person, path: str, add: Callable[[Person], None]
) -> None:
    counts = []
    for more in (1, 3):
        for _ in range(more):
            add(person)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_members_and_files_ask_the_same_few_questions_too(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person)
    paths = [f"/lessons/plans/{plan.pk}/{part}/" for part in ("members", "files")]
    counts = []
    for more in (1, 3):
        for number in range(more):
            PlanMemberFactory.create(plan=plan)
            adder = PersonFactory.create()
            Attachment.objects.create(
                plan=plan, name="课件.pdf", media_type="application/pdf", size_bytes=1, added_by=adder,
                sha256=f"{more}{number}",
            )  # fmt: skip
        for path in paths:
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            counts.append(len(asked))

    assert counts[:2] == counts[2:]
