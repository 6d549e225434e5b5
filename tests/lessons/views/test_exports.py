"""Who takes a plan along as a file, and what it is named."""

import io
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.test import Client
from docx import Document
from pypdf import PdfReader

from lessons.body import PlanBody, Step, write_body
from lessons.enums import PlanRole, Visibility
from lessons.exports import pdf
from lessons.exports.printed import printed
from lessons.exports.typesetting import TypesettingError
from lessons.models import LessonPlan
from lessons.views import exports
from realtime import documents
from realtime.prose.hostile import from_html
from research.enums import AuditResult
from research.models import AuditEvent, Person
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def plan_with_text(**columns: Any) -> LessonPlan:
    plan: LessonPlan = LessonPlanFactory.create(**columns)
    steps = (Step(id="s1", order="a0", phase="导入", minutes=5, teacher=from_html("<p>出示家书</p>")),)
    body = PlanBody(
        fields={"objectives": from_html("<p>增强国家认同</p>"), "other": from_html("<p>别处</p>")},
        steps=steps,
    )
    documents.edit(plan.document_id, lambda doc: write_body(doc, body, template_key="general"), by_id=None)
    return plan


def get(person: Person, plan: LessonPlan, kind: str) -> Any:
    return signed_in(person).get(f"/lessons/plans/{plan.pk}/export.{kind}")


def test_printed_plan_has_the_columns_the_names_and_all_text() -> None:
    plan = plan_with_text(periods=2)
    PlanMemberFactory.create(plan=plan, person__name="薛海峰\u202e")
    PlanMemberFactory.create(plan=plan, role=PlanRole.READER, person__name="高雅琴")

    paper = printed(plan)

    assert paper.title == plan.title
    assert paper.authors == (plan.lead.name, "薛海峰")
    assert ("课时", "2 课时") in paper.facts
    assert [section.label for section in paper.sections][-1] == "other"
    [process] = [section for section in paper.sections if section.steps is not None]
    assert [step.phase for step in process.steps or ()] == ["导入"]


def test_word_and_pdf_hold_the_plan() -> None:
    plan = plan_with_text()

    word, pdf = get(plan.lead, plan, "docx"), get(plan.lead, plan, "pdf")

    cells = [c.text for t in Document(io.BytesIO(word.content)).tables for row in t.rows for c in row.cells]
    assert {"增强国家认同", "出示家书", "别处"} <= set(cells)
    shown = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert all(value in shown for value in ("增强国家认同", "出示家书", "别处"))
    assert pdf["Content-Type"] == "application/pdf"
    assert word["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in word["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("家书·𠮷", "家书·𠮷.docx"),
        ('a"b/../c\\d.docx', "d.docx"),
        ("\u202excod.exe", "xcod.exe.docx"),
        ("CON:*?|<>", "CON______.docx"),
        ("...", "附件.docx"),
    ],
)
def test_the_file_is_named_after_the_plan_in_chinese_and_safely(title: str, name: str) -> None:
    plan = LessonPlanFactory.create(title=title)

    header = get(plan.lead, plan, "docx")["Content-Disposition"]

    assert header == f"attachment; filename=\"plan-{plan.pk}.docx\"; filename*=UTF-8''{quote(name, safe='')}"
    assert header.isascii()


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_who_may_not_find_the_plan_gets_404(kind: str) -> None:
    plan = LessonPlanFactory.create()

    assert get(PersonFactory.create(), plan, kind).status_code == 404


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_who_may_only_find_it_gets_403_and_a_line_in_the_record(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.CITY)
    stranger = PersonFactory.create()
    monkeypatch.setattr("lessons.policies.can", lambda *_: False)

    assert get(stranger, plan, kind).status_code == 403

    event = AuditEvent.objects.get(action="request.refused")
    assert (event.person, event.result) == (stranger, AuditResult.REFUSED)


def test_an_export_is_recorded_and_counted_once_a_day() -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.CITY)
    reader = PersonFactory.create()
    PlanMemberFactory.create(plan=plan, person=reader, role=PlanRole.READER)

    get(reader, plan, "docx")
    get(reader, plan, "docx")

    plan.refresh_from_db()
    assert plan.use_count == 1
    assert [event.detail for event in AuditEvent.objects.filter(action="plan.exported")] == [
        {"format": "docx"}
    ] * 2


def test_a_person_who_exports_without_end_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "A_MINUTE", 1)
    plan = LessonPlanFactory.create()

    statuses = [get(plan.lead, plan, "docx").status_code for _ in range(2)]

    assert statuses == [200, 429]


def test_a_pdf_that_cannot_be_made_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_plan: object) -> bytes:
        raise TypesettingError("broken")

    monkeypatch.setattr(pdf, "to_pdf", fails)
    plan = LessonPlanFactory.create()

    answer = get(plan.lead, plan, "pdf")

    assert answer.status_code == 503
    assert "Word" in answer.content.decode()
    assert not AuditEvent.objects.filter(action="plan.exported").exists()


def test_without_a_session_one_is_asked_to_sign_in() -> None:
    plan = LessonPlanFactory.create()

    assert Client().get(f"/lessons/plans/{plan.pk}/export.pdf").status_code == 302
