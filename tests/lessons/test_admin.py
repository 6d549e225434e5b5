"""Administration of templates and textbooks."""

import json

import pytest
from django.contrib import admin
from django.test import Client

from lessons.models import Attachment, LabelSynonym, LessonPlan, PlanMember, PlanTemplate, TextbookUnit
from research.enums import Role
from research.models import AuditEvent
from tests.factories.lessons import TextbookFactory, TextbookUnitFactory, shipped_template
from tests.factories.research import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(client: Client) -> Client:
    """A system administrator who is signed in."""
    client.force_login(AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person)
    return client


def test_plans_are_not_administered() -> None:
    assert not {LessonPlan, PlanMember, Attachment} & set(admin.site._registry)


def test_saving_a_template_makes_its_next_version(administrator: Client) -> None:
    template = shipped_template()
    before = list(template.sections())
    address = f"/admin/lessons/plantemplate/{template.pk}/change/"
    assert administrator.get(address).status_code == 200
    sections = [{"key": "objectives", "label": "学习目标"}]
    form = {"title": "通用教案", "description": "", "is_offered": "on"}

    response = administrator.post(address, {**form, "definition": json.dumps({"sections": sections})})

    template.refresh_from_db()
    assert response.status_code == 302
    assert list(template.sections()) == before
    newest = PlanTemplate.objects.get(key="general", version=2)
    assert [section.label for section in newest.sections()] == ["学习目标"]


@pytest.mark.parametrize(
    "definition", ["{", "[]", '{"sections": []}', '{"sections": [{"key": "A", "label": "x"}]}']
)
def test_a_faulty_template_is_not_saved(administrator: Client, definition: str) -> None:
    template = shipped_template()
    form = {"title": "通用教案", "description": "", "is_offered": "on", "definition": definition}

    response = administrator.post(f"/admin/lessons/plantemplate/{template.pk}/change/", form)

    assert (response.status_code, PlanTemplate.objects.filter(key="general").count()) == (200, 1)


def test_textbooks_are_edited_with_their_units(administrator: Client) -> None:
    unit = TextbookUnitFactory.create(title="第一单元")
    TextbookUnitFactory.create(title="别的书的单元", textbook=TextbookFactory.create())

    page = administrator.get(f"/admin/lessons/textbook/{unit.textbook_id}/change/").content.decode()

    assert "第一单元" in page
    assert "别的书的单元" not in page
    assert administrator.get("/admin/lessons/textbook/").status_code == 200
    assert TextbookUnit.objects.count() == 2


def test_every_change_of_the_catalogue_and_the_labels_is_in_the_record(administrator: Client) -> None:
    book = TextbookFactory.create()
    label = LabelSynonym.objects.create(words="教学锦囊", place="methods")
    units = {
        "units-TOTAL_FORMS": 1,
        "units-INITIAL_FORMS": 0,
        "units-0-title": "第一单元",
        "units-0-position": 1,
    }
    form = {name: getattr(book, name) for name in ("stage", "subject", "edition", "grade", "position")}

    saved = administrator.post(
        f"/admin/lessons/textbook/{book.pk}/change/", {**form, **units, "volume": "新册", "is_active": "on"}
    )
    administrator.post(f"/admin/lessons/textbook/{book.pk}/delete/", {"post": "yes"})
    administrator.post(
        f"/admin/lessons/labelsynonym/{label.pk}/change/", {"words": "锦囊", "first": "methods"}
    )
    administrator.post(f"/admin/lessons/labelsynonym/{label.pk}/delete/", {"post": "yes"})

    assert saved.status_code == 302
    events = AuditEvent.objects.filter(detail__console="admin").order_by("pk")
    assert list(events.values_list("action", flat=True)) == [
        "textbook.changed", "textbook.deleted", "labelsynonym.changed", "labelsynonym.deleted",
    ]  # fmt: skip
    assert events[0].detail["columns"] == ["volume"]


@pytest.mark.parametrize("role", [Role.UNIT_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OFFICER])
def test_nobody_else_administers_them(client: Client, role: Role) -> None:
    client.force_login(AppointmentFactory.create(role=role).person)

    assert client.get("/admin/lessons/textbook/").status_code in {302, 403}
    assert client.get("/admin/lessons/plantemplate/").status_code in {302, 403}
