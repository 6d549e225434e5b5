"""The page of what an import left over."""

import io
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from lessons.enums import PlanRole, Visibility
from lessons.models import ImportLesson, LessonPlan
from lessons.services import imports, placing
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory, shipped_template
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "imports" / "files"
LOOSE = "剪纸时注意剪刀。"


def made(name: str = "cut_table.docx") -> LessonPlan:
    person = PersonFactory.create()
    content = (FILES / name).read_bytes()
    item = imports.begin_import(by=person, name=name, file=io.BytesIO(content), size_bytes=len(content))
    imports.read_import(str(item.pk))
    return placing.create_from_lesson(
        lesson_id=item.lessons.get().pk,
        by=person,
        template=shipped_template(),
        group=None,
        visibility=Visibility.MEMBERS,
    )


def address(plan: LessonPlan, *more: int) -> str:
    return reverse("lessons:leftover" if more else "lessons:leftovers", args=[plan.pk, *more])


def loose(lesson: ImportLesson) -> int:
    return next(number for number, piece in enumerate(lesson.pieces) if piece["status"] == "unplaced")


@pytest.mark.parametrize("role", ["lead", PlanRole.CO_AUTHOR])
def test_whoever_writes_the_plan_places_what_is_left(client: Client, role: str) -> None:
    plan = made()
    person = plan.lead if role == "lead" else PlanMemberFactory.create(plan=plan, role=role).person
    client.force_login(person)
    lesson = ImportLesson.objects.get()
    assert LOOSE in client.get(address(plan)).content.decode()

    response = client.post(
        address(plan, loose(lesson)),
        {"place": "board", "version": lesson.version},
        headers={"HX-Request": "true"},
    )

    html = response.content.decode()
    assert (response.status_code, html.startswith('<div id="leftovers"')) == (200, True)
    assert "Word 文件的内容都已放好或不放入。" in html
    plan_page = client.get(reverse("lessons:plan", args=[plan.pk])).content.decode()
    assert LOOSE in plan_page
    assert "data-left-over" not in plan_page


def test_without_script_the_page_comes_again_and_says_what_is_wrong(client: Client) -> None:
    plan = made()
    client.force_login(plan.lead)
    lesson = ImportLesson.objects.get()

    response = client.post(
        address(plan, loose(lesson)), {"place": "", "version": lesson.version}, follow=True
    )

    assert "请先选择放到哪里。" in response.content.decode()
    assert ImportLesson.objects.get().left_over == 1


def test_a_plan_without_an_import_has_nothing_to_place(client: Client) -> None:
    plan = LessonPlanFactory.create()
    client.force_login(plan.lead)

    assert "没有待放置的内容" in client.get(address(plan)).content.decode()
    assert client.post(address(plan, 0), {"place": "board", "version": 1}).status_code == 404


def test_readers_are_not_told_and_may_not_look(client: Client) -> None:
    plan = made()
    client.force_login(PlanMemberFactory.create(plan=plan, role=PlanRole.READER).person)

    assert "data-left-over" not in client.get(reverse("lessons:plan", args=[plan.pk])).content.decode()
    assert client.get(address(plan)).status_code == 403


def test_pictures_are_given_to_writers_alone(client: Client) -> None:
    plan = made("kindergarten.docx")
    picture = reverse("lessons:leftover_picture", args=[plan.pk, 0])

    client.force_login(PlanMemberFactory.create(plan=plan, role=PlanRole.READER).person)
    assert client.get(picture).status_code == 403
    client.force_login(plan.lead)
    given = client.get(picture)
    assert (given.status_code, given["Content-Security-Policy"]) == (200, "default-src 'none'; sandbox")
    given.close()


def test_page_asks_the_same_few_questions_however_much_is_left(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = made()
    client.force_login(plan.lead)
    client.get(address(plan))
    with django_assert_num_queries(15) as first:
        client.get(address(plan))
    lesson = ImportLesson.objects.get()
    for piece in lesson.pieces:
        piece["status"] = "unplaced"
    lesson.save()
    with django_assert_num_queries(len(first)):
        client.get(address(plan))
