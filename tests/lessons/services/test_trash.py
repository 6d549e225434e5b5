"""The trash."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from lessons.body import PlanBody
from lessons.enums import PlanRole
from lessons.errors import TrashError
from lessons.models import Attachment, LessonPlan
from lessons.services import trash
from lessons.services.attachments import attach_file
from lessons.services.plans import create_plan, duplicate_plan
from realtime.models import AccessChange, Document, Update
from realtime.prose.tree import from_plain
from research.models import AuditEvent
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory, shipped_template
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db


def test_trash_and_restore_bring_everything_back() -> None:
    member = PlanMemberFactory.create(role=PlanRole.READER)
    plan = member.plan

    trash.trash_plan(plan_id=plan.pk, by=plan.lead)
    assert not LessonPlan.objects.visible_to(plan.lead).exists()
    assert AccessChange.objects.count() == 1

    trash.restore_plan(plan_id=plan.pk, by=plan.lead)
    assert list(LessonPlan.objects.visible_to(member.person)) == [plan]
    assert AccessChange.objects.count() == 2
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"plan.trashed", "plan.restored"}


def test_a_plan_goes_to_the_trash_once_and_comes_back_once() -> None:
    plan = LessonPlanFactory.create()

    with pytest.raises(TrashError):
        trash.restore_plan(plan_id=plan.pk, by=plan.lead)
    trash.trash_plan(plan_id=plan.pk, by=plan.lead)
    with pytest.raises(TrashError):
        trash.trash_plan(plan_id=plan.pk, by=plan.lead)


@pytest.mark.django_db(transaction=True)
def test_purge_deletes_what_is_old_and_nothing_else() -> None:
    person = PersonFactory.create()
    body = PlanBody(fields={"objectives": from_plain("目标")})
    old, young, kept = (
        create_plan(by=person, template=shipped_template(), columns={"title": title}, body=body)
        for title in ("旧", "新", "在")
    )
    copy = duplicate_plan(plan=old, by=PersonFactory.create())
    picture = BytesIO()
    Image.new("RGB", (2, 2)).save(picture, "PNG")
    attachment = attach_file(
        plan_id=old.pk, file=picture, name="板书.png", size_bytes=picture.tell(), by=person
    )
    stored = attachment.file.name
    assert stored is not None
    trash.trash_plan(plan_id=old.pk, by=person)
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=False):
        trash.trash_plan(plan_id=young.pk, by=person)

    with time_machine.travel(timezone.now() + timedelta(days=trash.KEPT_DAYS, hours=1), tick=False):
        assert trash.purge_trash() == 1
        assert trash.purge_trash() == 0

    assert set(LessonPlan.objects.values_list("title", "source")) == {
        ("新", None), ("在", None), (copy.title, None),
    }  # fmt: skip
    assert Document.objects.count() == 3
    assert not Update.objects.filter(document_id=old.document_id).exists()
    assert not Attachment.objects.exists()
    assert not default_storage.exists(stored)
    assert LessonPlan.objects.filter(pk=kept.pk, trashed_at=None).exists()
    assert AuditEvent.objects.filter(action="plan.purged", target=f"lessons.lessonplan:{old.pk}").exists()


def test_one_plan_that_cannot_go_keeps_none_of_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    person = PersonFactory.create()
    long_ago = timezone.now() - timedelta(days=40)
    first, second = (LessonPlanFactory.create(trashed_at=long_ago, trashed_by=person) for _ in range(2))
    delete = LessonPlan.delete

    def stumble(plan: LessonPlan) -> object:
        if plan.pk == first.pk:
            raise OSError("disk")
        return delete(plan)

    monkeypatch.setattr(LessonPlan, "delete", stumble)

    assert trash.purge_trash() == 1
    assert list(LessonPlan.objects.values_list("pk", flat=True)) == [first.pk]
    assert second.pk != first.pk
    assert "could not be purged" in caplog.text
