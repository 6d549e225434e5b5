"""The pages of «Import from Word»."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lessons.models import ImportLesson, LessonPlan, PlanImport
from lessons.services import imports
from research.models import Person
from tests.factories.lessons import TextbookFactory, TextbookUnitFactory, shipped_template
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
FILES = Path(__file__).parent.parent / "imports" / "files"


@pytest.fixture
def person() -> Person:
    return PersonFactory.create()


@pytest.fixture
def page(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def upload(*names: str) -> dict[str, Any]:
    return {"files": [SimpleUploadedFile(name, (FILES / name).read_bytes()) for name in names]}


def read(page: Client, name: str) -> PlanImport:
    page.post(reverse("lessons:import"), upload(name))
    item = PlanImport.objects.latest("created_at")
    imports.read_import(str(item.pk))
    item.refresh_from_db()
    return item


def address(name: str, item: PlanImport, *more: int) -> str:
    return reverse(f"lessons:{name}", args=[item.pk, *more])


def test_upload_of_one_file_leads_to_its_page(page: Client) -> None:
    response = page.post(reverse("lessons:import"), upload("merged.docx"))

    item = PlanImport.objects.get()
    assert (response.status_code, response["Location"]) == (302, address("import_show", item))


def test_upload_of_several_files_leads_to_the_list(page: Client) -> None:
    response = page.post(reverse("lessons:import"), upload("merged.docx", "vertical.docx"))

    assert (response.status_code, response["Location"]) == (302, reverse("lessons:import"))
    assert set(PlanImport.objects.values_list("name", flat=True)) == {"merged.docx", "vertical.docx"}


def test_upload_of_a_refused_file_says_why_and_keeps_the_others(page: Client) -> None:
    data = upload("merged.docx")
    data["files"].append(SimpleUploadedFile("扫描件.docx", b"%PDF-1.7"))

    response = page.post(reverse("lessons:import"), data)

    assert response.status_code == 422
    assert "<strong>扫描件.docx</strong>　这是 PDF" in response.content.decode()
    assert PlanImport.objects.get().name == "merged.docx"


def test_upload_without_a_file_asks_for_one(page: Client) -> None:
    response = page.post(reverse("lessons:import"))

    assert response.status_code == 422
    assert "请先选择一个 Word 文件" in response.content.decode()


def test_page_shows_the_progress_and_then_is_loaded_anew(page: Client) -> None:
    page.post(reverse("lessons:import"), upload("merged.docx"))
    item = PlanImport.objects.get()

    waiting = page.get(address("import_progress", item))
    imports.read_import(str(item.pk))
    ready = page.get(address("import_progress", item))

    assert 'value="0"' in waiting.content.decode()
    assert "HX-Refresh" not in waiting
    assert ready["HX-Refresh"] == "true"


def test_desk_shows_the_source_beside_the_plan(page: Client) -> None:
    item = read(page, "cut_table.docx")

    html = page.get(address("import_show", item)).content.decode()

    assert "未放置 1 段" in html
    assert "剪纸时注意剪刀。" in html
    assert 'class="seg unplaced"' in html
    assert "style=" not in html


def test_desk_offers_what_the_catalogue_knows_for_the_facts(page: Client) -> None:
    book = TextbookFactory.create(
        stage="primary", subject="数学", grade="三年级", edition="人教版", volume="上册"
    )
    TextbookUnitFactory.create(textbook=book, title="第八单元 分数的初步认识")
    TextbookFactory.create(stage="senior", subject="思想政治", edition="统编版", volume="必修1")

    html = page.get(address("import_show", read(page, "cut_table.docx"))).content.decode()

    for value in ("人教版", "上册", "第八单元 分数的初步认识"):
        assert f'<option value="{value}"></option>' in html
    for value in ("统编版", "必修1"):
        assert f'<option value="{value}"></option>' not in html


def test_blank_form_and_rules_say_what_they_are(page: Client) -> None:
    blank, rules = read(page, "blank.docx"), read(page, "rules.docx")

    assert "这是一份空白表格" in page.get(address("import_show", blank)).content.decode()
    assert "没有在文件里找到教案" in page.get(address("import_show", rules)).content.decode()


def test_by_hand_opens_the_desk_with_everything_not_placed(page: Client) -> None:
    item = read(page, "rules.docx")

    page.post(address("import_by_hand", item))

    assert "未放置 1 段" in page.get(address("import_show", item)).content.decode()


def test_piece_is_put_where_the_teacher_says(page: Client) -> None:
    item = read(page, "cut_table.docx")
    loose = next(n for n, piece in enumerate(item.lessons.get().pieces) if piece["status"] == "unplaced")

    response = page.post(
        address("import_piece", item, 0, loose),
        {"place": "preparation", "version": 1},
        headers={"HX-Request": "true"},
    )

    html = response.content.decode()
    assert (response.status_code, html.startswith('<div id="import-desk"')) == (200, True)
    assert "未放置 0 段" in html
    assert ImportLesson.objects.get().pieces[loose]["place"] == "preparation"


def test_piece_from_a_page_that_is_behind_is_told_so(page: Client) -> None:
    item = read(page, "cut_table.docx")

    response = page.post(
        address("import_piece", item, 0, 1), {"place": "board", "version": 7}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 422
    assert "另一个页面" in response.content.decode()


def test_piece_of_no_lesson_is_put_into_one_by_hand(page: Client) -> None:
    item = read(page, "cut_table.docx")
    PlanImport.objects.update(rest=[{"status": "unplaced", "spans": [[0, 0, 2]], "reason": "not_a_lesson"}])
    shown = page.get(address("import_show", item)).content.decode()
    assert address("import_rest", item, 0, 0, 0) in shown
    assert "未放置 2 段" in shown

    response = page.post(
        address("import_rest", item, 0, 0, 0),
        {"place": "board", "version": 1},
        headers={"HX-Request": "true"},
    )

    assert "未放置 1 段" in response.content.decode()
    assert PlanImport.objects.get().rest == []
    assert ImportLesson.objects.get().pieces[-1] == {
        "status": "placed", "spans": [[0, 0, 2]], "place": "board",
    }  # fmt: skip


def test_column_is_corrected_without_script_too(page: Client) -> None:
    item = read(page, "merged.docx")

    response = page.post(
        address("import_column", item, 0), {"column": "unit", "unit": "第二单元", "version": 1}
    )

    assert response["Location"] == address("import_show", item) + "?lesson=0"
    assert ImportLesson.objects.get().columns["unit"] == {"value": "第二单元", "sure": True}


def test_create_makes_the_plan_and_opens_it(page: Client, person: Person) -> None:
    item = read(page, "merged.docx")

    response = page.post(
        address("import_create", item, 0), {"template": shipped_template().pk, "visibility": "members"}
    )

    plan = LessonPlan.objects.get()
    assert (response.status_code, response["Location"]) == (302, reverse("lessons:plan", args=[plan.pk]))
    assert (plan.lead, plan.title) == (person, "一封没有寄出的家书")
    assert "已经创建成教案" in page.get(address("import_show", item)).content.decode()


def test_create_says_what_was_left_without_a_place(page: Client) -> None:
    item = read(page, "cut_table.docx")

    page.post(address("import_create", item, 0), {"template": shipped_template().pk, "visibility": "members"})

    plan = LessonPlan.objects.get()
    html = page.get(reverse("lessons:plan", args=[plan.pk])).content.decode()
    assert "Word 文件里还有 1 段没有放置。" in html
    assert reverse("lessons:leftovers", args=[plan.pk]) in html
    for name in (address("import_show", item), reverse("lessons:import")):
        assert reverse("lessons:leftovers", args=[plan.pk]) in page.get(name).content.decode()


def test_create_without_a_group_for_the_group_says_what_is_missing(page: Client) -> None:
    item = read(page, "merged.docx")

    response = page.post(
        address("import_create", item, 0), {"template": shipped_template().pk, "visibility": "group"}
    )

    assert response.status_code == 422
    assert not LessonPlan.objects.exists()


def test_discard_deletes_the_import(page: Client) -> None:
    item = read(page, "merged.docx")

    page.post(address("import_discard", item))

    assert not PlanImport.objects.exists()


def test_discard_waits_until_everything_has_its_place_in_the_plan(page: Client) -> None:
    item = read(page, "cut_table.docx")
    page.post(address("import_create", item, 0), {"template": shipped_template().pk, "visibility": "members"})

    response = page.post(address("import_discard", item), follow=True)

    assert "还有这份文件的内容没有放置" in response.content.decode()
    assert PlanImport.objects.exists()


def test_picture_and_original_are_given_out_harmless(page: Client) -> None:
    item = read(page, "kindergarten.docx")

    picture, original = (
        page.get(address("import_picture", item, 0)),
        page.get(address("import_original", item)),
    )

    assert picture["Content-Type"] == "image/png"
    assert original["Content-Disposition"].startswith("attachment")
    assert {r["Content-Security-Policy"] for r in (picture, original)} == {"default-src 'none'; sandbox"}
    for answer in (picture, original):
        answer.close()


def test_nobody_else_finds_an_import(page: Client) -> None:
    item = read(page, "kindergarten.docx")
    other = Client()
    other.force_login(PersonFactory.create())
    seen = ["import_show", "import_progress", "import_original"]
    done = ["import_by_hand", "import_discard"]

    statuses = [other.get(address(name, item)).status_code for name in seen]
    statuses += [other.post(address(name, item)).status_code for name in done]
    statuses += [other.get(address("import_picture", item, 0)).status_code]
    statuses += [other.post(address("import_column", item, 0)).status_code]
    statuses += [other.post(address("import_create", item, 0)).status_code]
    statuses += [other.post(address("import_piece", item, 0, 0)).status_code]
    statuses += [other.post(address("import_rest", item, 0, 0, 0)).status_code]

    assert statuses == [404] * 10
    assert item.name not in other.get(reverse("lessons:import")).content.decode()
    assert PlanImport.objects.filter(pk=item.pk).exists()


def test_signed_out_visitors_are_sent_to_sign_in() -> None:
    response = Client().get(reverse("lessons:import"))

    assert (response.status_code, response["Location"].startswith(reverse("account_login"))) == (302, True)


def test_list_asks_the_same_few_questions_however_many_imports(page: Client) -> None:
    counts = []
    for _ in range(2):
        read(page, "several.docx")
        page.get(reverse("lessons:import"))
        with CaptureQueriesContext(connection) as queries:
            page.get(reverse("lessons:import"))
        counts.append(len(queries))

    assert counts[0] == counts[1]
