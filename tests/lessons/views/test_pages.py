"""Making a plan, its page, its members, its files, the trash."""

import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from lessons.body import PlanBody, Step, in_order
from lessons.enums import PlanRole, Visibility
from lessons.models import Attachment, LessonPlan, PlanUse
from lessons.services.plans import create_plan
from realtime.prose.tree import from_plain
from research.models import Person
from tests.factories.lessons import (
    LessonPlanFactory,
    PlanMemberFactory,
    TextbookFactory,
    TextbookUnitFactory,
    shipped_template,
)
from tests.factories.research import GroupFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client: Client) -> Person:
    """Somebody who is signed in."""
    signed_in: Person = PersonFactory.create()
    client.force_login(signed_in)
    return signed_in


def wishes(**changes: Any) -> dict[str, Any]:
    template = shipped_template().pk
    return {"title": "家国情怀", "template": template, "visibility": "members", **changes}


# --- new ----------------------------------------------------------------------------------------------


def test_a_new_plan_follows_its_textbook_where_nothing_else_is_said(client: Client, person: Person) -> None:
    book = TextbookFactory.create(stage="senior", subject="思想政治", grade="高一", volume="必修1")
    TextbookUnitFactory.create(textbook=book, title="第一课")

    response = client.post(
        "/lessons/new/", wishes(textbook=book.pk, catalogue_unit="第一课", grade="高二", periods="2")
    )

    plan = LessonPlan.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/lessons/plans/{plan.pk}/")
    assert (plan.stage, plan.subject, plan.grade, plan.edition, plan.volume, plan.unit, plan.periods) == (
        "senior", "思想政治", "高二", "统编版", "必修1", "第一课", 2,
    )  # fmt: skip
    assert plan.lead == person


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "课题"),
        ({"title": " \u200b "}, "请填写课题"),
        ({"periods": "很多"}, "请填 1 到 99 的整数"),
        ({"visibility": "group"}, "请选择能看到这份教案的小组"),
        ({"visibility": "everybody"}, "everybody"),
        ({"template": "999"}, "选择"),
        ({"stage": "prison"}, "prison"),
        ({"textbook": "x"}, "选择"),
    ],
)
def test_a_faulty_form_comes_back_and_nothing_is_made(
    client: Client, person: Person, changes: dict[str, Any], sentence: str
) -> None:
    response = client.post("/lessons/new/", wishes(**changes))

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not LessonPlan.objects.exists()


def test_what_the_form_does_not_name_cannot_be_smuggled_in(client: Client, person: Person) -> None:
    other = PersonFactory.create()
    group = GroupFactory.create()

    client.post(
        "/lessons/new/", wishes(lead=other.pk, use_count=99, version=7, home_unit=other.unit_id, source=1)
    )
    refused = client.post("/lessons/new/", wishes(group=group.pk))

    plan = LessonPlan.objects.get()
    assert (plan.lead, plan.use_count, plan.version, plan.home_unit, plan.source) == (
        person, 0, 1, person.unit, None,
    )  # fmt: skip
    assert refused.status_code == 422


def test_the_form_begins_with_ones_own_subject_and_stage(client: Client) -> None:
    client.force_login(PersonFactory.create(subject="地理", unit__stage="senior"))

    page = client.get("/lessons/new/").content.decode()

    assert 'value="地理"' in page
    assert '<option value="senior" selected>' in page


def choice(client: Client, **said: Any) -> dict[str, list[str]]:
    """What each of the three selects offers after a choice above them."""
    html = client.get(f"/lessons/textbooks/choice/?{urlencode(said)}").content.decode()
    selects = re.findall(r'<select name="(\w+)".*?</select>', html, re.DOTALL)
    bodies = re.findall(r"<select.*?</select>", html, re.DOTALL)
    options = (re.findall(r"<option[^>]*>\s*([^<]+?)\s*</option>", body)[1:] for body in bodies)
    return dict(zip(selects, options, strict=True))


def test_each_choice_of_a_textbook_narrows_the_next(client: Client, person: Person) -> None:
    seven = TextbookFactory.create(grade="七年级", edition="新版", volume="上册")
    TextbookFactory.create(grade="七年级", edition="旧版", volume="上册")
    TextbookFactory.create(grade="八年级", edition="新版", volume="上册")
    TextbookFactory.create(stage="senior", subject="思想政治", grade="高一", edition="统编版", volume="必修1")
    TextbookUnitFactory.create(textbook=seven, title="第一单元 <家>")
    moral = {"stage": "junior", "subject": "道德与法治"}

    assert choice(client, stage="senior")["textbook"] == ["思想政治 · 统编版 · 高一 · 必修1"]
    assert choice(client, **moral, grade="七年级")["from_edition"] == ["新版", "旧版"]
    assert choice(client, **moral, grade="初一")["from_edition"] == ["新版", "旧版"]
    assert choice(client, **moral, grade="七年级", from_edition="新版") == {
        "from_edition": ["新版", "旧版"],
        "textbook": ["道德与法治 · 新版 · 七年级 · 上册"],
        "catalogue_unit": [],
    }
    chosen = choice(client, **moral, textbook=seven.pk)
    assert chosen["catalogue_unit"] == ["第一单元 &lt;家&gt;"]
    assert choice(client, **moral, grade="八年级", textbook=seven.pk)["catalogue_unit"] == []
    assert choice(client, subject="体育")["textbook"] == []


@pytest.mark.parametrize("asked", ["", "x", "１", "9" * 40])
def test_a_textbook_that_is_none_offers_no_units(client: Client, person: Person, asked: str) -> None:
    TextbookUnitFactory.create()

    assert choice(client, textbook=asked)["catalogue_unit"] == []


def test_a_faulty_form_comes_back_with_the_chosen_textbook(client: Client, person: Person) -> None:
    unit = TextbookUnitFactory.create(title="第一单元")

    html = client.post(
        "/lessons/new/", wishes(title="", textbook=unit.textbook_id, catalogue_unit="第一单元")
    ).content.decode()

    assert f'<option value="{unit.textbook_id}" selected>' in html
    assert '<option value="第一单元" selected>' in html


def test_an_edition_alone_may_be_chosen(client: Client, person: Person) -> None:
    client.post("/lessons/new/", wishes(from_edition="统编版（2024修订）"))

    assert LessonPlan.objects.get().edition == "统编版（2024修订）"


def test_the_plan_page_offers_what_the_columns_before_allow(client: Client, person: Person) -> None:
    seven = TextbookFactory.create(grade="七年级", edition="新版", volume="上册")
    TextbookFactory.create(grade="八年级", edition="旧版", volume="下册")
    TextbookFactory.create(stage="senior", subject="思想政治", grade="高一", edition="统编版", volume="必修1")
    TextbookUnitFactory.create(textbook=seven, title="第一单元")
    plan = LessonPlanFactory.create(lead=person, grade="七年级")

    html = client.get(f"/lessons/plans/{plan.pk}/").content.decode()

    told = re.search(r'<script id="plan-suggestions"[^>]*>(.*?)</script>', html)
    assert told is not None
    offered = json.loads(told[1])
    assert {name: offered[name] for name in ("subject", "edition", "volume", "unit")} == {
        "subject": ["道德与法治"], "edition": ["新版"], "volume": ["上册"], "unit": ["第一单元"],
    }  # fmt: skip


def test_a_copy_is_ones_own_and_counts_as_a_use(client: Client, person: Person) -> None:
    original = LessonPlanFactory.create(visibility=Visibility.CITY, title="原教案")

    response = client.post(f"/lessons/plans/{original.pk}/duplicate/")

    copy = LessonPlan.objects.get(source=original)
    assert (response["Location"], copy.lead) == (f"/lessons/plans/{copy.pk}/", person)
    assert PlanUse.objects.get().person == person


# --- the plan page ------------------------------------------------------------------------------------


def told(page: str, element: str) -> Any:
    found = re.search(rf'<script id="{element}" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def a_plan(lead: Person, **changes: Any) -> LessonPlan:
    body = PlanBody(
        fields={"objectives": from_plain("说出<家>与国"), "class_notes": from_plain("家国情怀")},
        steps=in_order(Step("", "", phase="导入 & 观察", minutes=5, teacher=from_plain("出示旧影"))),
    )
    wish = {"by": lead, "template": shipped_template(), "columns": {"title": "课题</script>"}, "body": body}
    return create_plan(**{**wish, **changes})


def test_the_page_reads_without_a_script(client: Client, person: Person) -> None:
    plan = a_plan(person)

    page = client.get(f"/lessons/plans/{plan.pk}/").content.decode()

    for text in ("说出&lt;家&gt;与国", "导入 &amp; 观察", "出示旧影", "教学目标", "课题&lt;/script&gt;"):
        assert text in page
    assert "家国情怀" in page  # the template has no such section; what stands there is shown all the same


@pytest.mark.parametrize(
    ("role", "level"),
    [
        (None, "write"),
        (PlanRole.CO_AUTHOR, "write"),
        (PlanRole.COMMENTER, "comment"),
        (PlanRole.READER, "read"),
    ],
)
def test_the_page_tells_its_script_what_this_person_may_do(
    client: Client, person: Person, role: PlanRole | None, level: str
) -> None:
    plan = a_plan(person if role is None else PersonFactory.create())
    if role is not None:
        PlanMemberFactory.create(plan=plan, person=person, role=role)

    page = client.get(f"/lessons/plans/{plan.pk}/").content.decode()

    config = told(page, "plan-page")
    assert (config["level"], config["kind"], config["key"], config["version"]) == (
        level,
        "plan",
        str(plan.pk),
        1,
    )
    assert (config["epoch"], config["schema"], config["person"]["id"]) == (1, 1, person.pk)
    assert config["columns"] == plan.columns()
    assert [section["key"] for section in config["sections"]][:3] == [
        "textbook_analysis", "learner_analysis", "objectives",
    ]  # fmt: skip
    assert config["urls"]["columns"] == f"/lessons/plans/{plan.pk}/columns/"
    assert config["urls"]["pictures"] == f"/documents/plan/{plan.pk}/pictures/"
    assert config["urls"]["pictures_base"] == "/documents/pictures/"
    assert bool(config["urls"]["trash"]) == (role is None)
    assert ('data-column="title"' in page) == (level == "write")


def test_similar_plans_stand_after_the_plan_and_come_to_a_writer_who_gets_there(
    client: Client, person: Person
) -> None:
    own, others = a_plan(person), a_plan(PersonFactory.create(unit=person.unit), visibility=Visibility.UNIT)

    triggers = {}
    for plan in (own, others):
        page = client.get(f"/lessons/plans/{plan.pk}/").content.decode()
        after = page[page.index("</article>") :]
        (triggers[plan.pk],) = re.findall(
            f'hx-get="/search/similar/plan/{plan.pk}/" hx-trigger="([^"]+)"', after
        )

    assert triggers == {
        own.pk: "intersect once, online from:window once",
        others.pk: "load, online from:window once",
    }


def test_the_page_asks_as_much_for_a_long_plan_as_for_a_short_one(
    client: Client, person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    short, long = a_plan(person), a_plan(person)
    for _ in range(9):
        PlanMemberFactory.create(plan=long)
    client.get(f"/lessons/plans/{short.pk}/")
    client.get(f"/lessons/plans/{long.pk}/")

    with django_assert_num_queries(20) as first:
        client.get(f"/lessons/plans/{short.pk}/")
    with django_assert_num_queries(len(first)):
        client.get(f"/lessons/plans/{long.pk}/")


# --- members ------------------------------------------------------------------------------------------


def test_the_lead_finds_adds_changes_and_removes_members(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person)
    colleague = PersonFactory.create(name="薛海峰", unit=person.unit)
    PersonFactory.create(name="薛海峰", is_active=False)
    base = f"/lessons/plans/{plan.pk}/members/"

    found = client.get(f"{base}search/?who=xuehaifeng").content.decode()
    assert re.findall(r'name="person" value="(\d+)"', found) == [str(colleague.pk)]

    added = client.post(f"{base}add/", {"person": colleague.pk, "role": "commenter"}, follow=True)
    assert "已添加" in added.content.decode()
    client.post(f"{base}{colleague.pk}/", {"role": "co_author"})
    assert list(plan.memberships.values_list("person", "role")) == [(colleague.pk, "co_author")]
    assert "已经是成员" in client.get(f"{base}search/?who=xuehaifeng").content.decode()

    client.post(f"{base}{colleague.pk}/remove/")
    assert not plan.memberships.exists()


@pytest.mark.parametrize(
    "wish", [{}, {"person": "x", "role": "reader"}, {"person": "1", "role": "lead"}, {"role": "reader"}]
)
def test_a_member_that_makes_no_sense_is_refused_on_the_page(
    client: Client, person: Person, wish: dict[str, str]
) -> None:
    plan = LessonPlanFactory.create(lead=person)

    response = client.post(f"/lessons/plans/{plan.pk}/members/add/", wish)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not plan.memberships.exists()


def test_a_member_may_leave(client: Client, person: Person) -> None:
    member = PlanMemberFactory.create(person=person, role=PlanRole.READER)

    response = client.post(f"/lessons/plans/{member.plan_id}/members/{person.pk}/remove/")

    assert (response.status_code, response["Location"]) == (302, "/lessons/")
    assert client.get(f"/lessons/plans/{member.plan_id}/").status_code == 404


def test_a_plan_is_handed_over_to_a_member_only(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person)
    member, stranger = PlanMemberFactory.create(plan=plan).person, PersonFactory.create()
    address = f"/lessons/plans/{plan.pk}/members/lead/"

    assert client.post(address, {"person": stranger.pk}).status_code == 422
    assert client.post(address, {"person": member.pk}).status_code == 302

    plan.refresh_from_db()
    assert plan.lead == member


def test_the_lead_shows_the_plan_to_another_circle(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person)
    group = MembershipFactory.create(person=person).group
    address = f"/lessons/plans/{plan.pk}/members/visibility/"

    assert client.post(address, {"visibility": "group"}).status_code == 422
    assert client.post(address, {"visibility": "group", "group": GroupFactory.create().pk}).status_code == 422
    assert client.post(address, {"visibility": "group", "group": group.pk}).status_code == 302

    plan.refresh_from_db()
    assert (plan.visibility, plan.group) == ("group", group)


def test_who_only_reads_sees_who_takes_part_but_no_buttons(client: Client, person: Person) -> None:
    member = PlanMemberFactory.create(person=person, role=PlanRole.READER)

    page = client.get(f"/lessons/plans/{member.plan_id}/members/").content.decode()

    assert member.plan.lead.name in page
    forms = re.findall(r'<form method="post" action="(/lessons/[^"]*)"', page)
    assert forms == [f"/lessons/plans/{member.plan_id}/members/{person.pk}/remove/"]


# --- files --------------------------------------------------------------------------------------------


def upload(name: str = "板书.png") -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), content_type="text/html")


def test_a_file_is_kept_listed_given_out_and_removed(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person)
    address = f"/lessons/plans/{plan.pk}/files/"

    assert (
        "板书.png"
        in client.post(address, {"file": upload()}, headers={"hx-request": "true"}).content.decode()
    )
    attachment = Attachment.objects.get()
    response = client.get(f"{address}{attachment.token}/")
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a FileResponse

    assert content == upload().read()
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E6%9D%BF%E4%B9%A6.png"
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    client.post(f"{address}{attachment.token}/remove/")
    assert not Attachment.objects.exists()


def test_a_file_is_removed_in_two_steps_that_name_it(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person)
    address = f"/lessons/plans/{plan.pk}/files/"
    client.post(address, {"file": upload()})

    page = client.get(address).content.decode()
    [menu] = re.findall(r"<details class=\"menu end\".*?</details>", page, re.DOTALL)
    summary, form = menu.split("</summary>")

    assert "板书.png" in summary
    assert "<form" not in summary
    assert "板书.png" in form
    assert f'action="{address}{Attachment.objects.get().token}/remove/"' in form
    assert f'<a href="{address}"' in form  # 取消, without a script too
    assert page.count('/remove/"') == menu.count('/remove/"')


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"file": "text"},
        {"file": SimpleUploadedFile("x.jpg", b"<html>")},
        {"file": SimpleUploadedFile("x.pdf", b"")},
    ],
)
def test_a_file_that_cannot_be_kept_gets_a_sentence(
    client: Client, person: Person, sent: dict[str, Any]
) -> None:
    plan = LessonPlanFactory.create(lead=person)

    response = client.post(f"/lessons/plans/{plan.pk}/files/", sent)

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()
    assert not Attachment.objects.exists()


def test_a_file_is_reached_through_its_own_plan_only(client: Client, person: Person) -> None:
    plan, other = (LessonPlanFactory.create(lead=person) for _ in range(2))
    client.post(f"/lessons/plans/{plan.pk}/files/", {"file": upload()})
    token = Attachment.objects.get().token

    assert client.get(f"/lessons/plans/{other.pk}/files/{token}/").status_code == 404
    assert client.post(f"/lessons/plans/{other.pk}/files/{token}/remove/").status_code == 404
    client.force_login(PersonFactory.create())
    assert client.get(f"/lessons/plans/{plan.pk}/files/{token}/").status_code == 404


# --- trash --------------------------------------------------------------------------------------------


def test_a_plan_goes_to_the_trash_and_comes_back(client: Client, person: Person) -> None:
    plan = LessonPlanFactory.create(lead=person, title="家国情怀")

    page = client.post(f"/lessons/plans/{plan.pk}/trash/", follow=True).content.decode()
    assert "30 天内可以恢复" in page
    assert client.get(f"/lessons/plans/{plan.pk}/").status_code == 404
    assert "家国情怀" in client.get("/lessons/trash/").content.decode()

    assert client.post(f"/lessons/plans/{plan.pk}/restore/")["Location"] == f"/lessons/plans/{plan.pk}/"
    assert "回收站是空的" in client.get("/lessons/trash/").content.decode()


def test_the_trash_asks_as_much_for_thirty_plans_as_for_one(
    client: Client, person: Person, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(count: int) -> None:
        for _ in range(count):
            plan = LessonPlanFactory.create(lead=person)
            LessonPlan.objects.filter(pk=plan.pk).update(trashed_at=plan.edited_at, trashed_by=person)

    fill(1)
    with django_assert_num_queries(6) as first:
        client.get("/lessons/trash/?page=x")
    fill(29)
    with django_assert_num_queries(len(first)):
        client.get("/lessons/trash/?page=99")
