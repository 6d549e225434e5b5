"""Create, describe, show and duplicate plans."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lessons.body import PlanBody, Step, in_order, read_body
from lessons.enums import PlanRole, UseKind, Visibility
from lessons.errors import ColumnConflictError, InvalidColumnError, TrashError, VisibilityError
from lessons.models import LessonPlan, PlanUse
from lessons.services import plans
from lessons.services.uses import record_use
from realtime import documents
from realtime.models import AccessChange, Document
from realtime.prose.tree import from_plain
from research.models import AuditEvent
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory, shipped_template
from tests.factories.research import GroupFactory, MembershipFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db
BODY = PlanBody(
    fields={"objectives": from_plain("说出家与国的关系。")},
    steps=in_order(Step("", "", phase="导入", minutes=5, teacher=from_plain("出示旧影"))),
)


def new_plan(**changes: Any) -> LessonPlan:
    wishes: dict[str, Any] = {
        "by": PersonFactory.create(),
        "template": shipped_template(),
        "columns": {"title": "家国情怀"},
    }
    return plans.create_plan(**{**wishes, **changes})


def test_create_plan_keeps_columns_body_and_circle() -> None:
    person = PersonFactory.create()
    group = MembershipFactory.create(person=person).group

    plan = new_plan(
        by=person,
        columns={"title": "  家国\n情怀 ", "stage": "senior", "periods": "2", "subject": "思想政治"},
        body=BODY,
        group=group,
        visibility=Visibility.GROUP,
    )

    plan.refresh_from_db()
    assert (plan.title, plan.stage, plan.periods, plan.subject) == ("家国 情怀", "senior", 2, "思想政治")
    assert (plan.lead, plan.created_by, plan.home_unit, plan.county) == (
        person, person, person.unit, person.unit.county,
    )  # fmt: skip
    assert (plan.group, plan.visibility, plan.version, plan.use_count) == (group, Visibility.GROUP, 1, 0)
    assert (plan.document.kind, plan.document.key) == ("plan", str(plan.pk))
    assert documents.find("plan", str(plan.pk)).pk == plan.document_id
    assert read_body(documents.load(plan.document_id)) == BODY
    assert AuditEvent.objects.get(action="plan.created").person == person


@pytest.mark.parametrize(
    ("columns", "field"),
    [
        ({}, "title"),
        ({"title": " \u200b\n"}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"title": "课", "stage": "prison"}, "stage"),
        ({"title": "课", "periods": "0"}, "periods"),
        ({"title": "课", "periods": "１"}, "periods"),
        ({"title": "课", "periods": True}, "periods"),
        ({"title": "课", "periods": 1e300}, "periods"),
        ({"title": "课", "subject": ["语文"]}, "subject"),
        ({"title": "课", "lead": "1"}, "lead"),
        ({"title": "课", "version": 9}, "version"),
    ],
)
def test_create_plan_refuses_columns_that_do_not_fit(columns: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidColumnError) as caught:
        new_plan(columns=columns)

    assert caught.value.field == field
    assert not LessonPlan.objects.exists()
    assert not Document.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", ["䶮𠮷𬭊", "𰻝𮧵面", "Ωmega·课"])
def test_rare_characters_stay_as_they_are(name: str) -> None:
    assert LessonPlan.objects.get(pk=new_plan(columns={"title": name}).pk).title == name


def test_control_and_direction_characters_are_taken_out() -> None:
    assert new_plan(columns={"title": "教\x00案\u202e\u2066课\x07题"}).title == "教案课题"


def test_create_plan_refuses_a_circle_that_is_not_ones_own() -> None:
    with pytest.raises(VisibilityError):
        new_plan(group=GroupFactory.create())
    with pytest.raises(VisibilityError):
        new_plan(visibility=Visibility.GROUP)
    with pytest.raises(VisibilityError):
        new_plan(visibility="everybody")

    assert not LessonPlan.objects.exists()


def test_update_column_raises_the_version_and_tells_open_pages(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[tuple[str, str, dict[str, Any]]] = []
    monkeypatch.setattr(documents, "announce", lambda *event: told.append(event))
    plan = LessonPlanFactory.create(edited_at=timezone.now() - timedelta(days=9))

    updated = plans.update_column(plan_id=plan.pk, field="grade", value="九年级", version=1, by=plan.lead)

    plan.refresh_from_db()
    assert (plan.grade, plan.version, updated.version) == ("九年级", 2, 2)
    assert timezone.now() - plan.edited_at < timedelta(minutes=5)
    assert told == [("plan", str(plan.pk), {"event": "columns", "version": 2})]


def test_update_column_overwrites_nothing_that_changed_meanwhile() -> None:
    plan = LessonPlanFactory.create(grade="七年级")
    plans.update_column(plan_id=plan.pk, field="grade", value="八年级", version=1, by=plan.lead)

    with pytest.raises(ColumnConflictError) as caught:
        plans.update_column(plan_id=plan.pk, field="grade", value="九年级", version=1, by=plan.lead)

    plan.refresh_from_db()
    assert (plan.grade, plan.version) == ("八年级", 2)
    assert (caught.value.version, caught.value.columns["grade"]) == (2, "八年级")


def test_update_column_may_be_repeated() -> None:
    plan = LessonPlanFactory.create()

    for _ in range(2):
        plans.update_column(plan_id=plan.pk, field="periods", value=2, version=1, by=plan.lead)

    plan.refresh_from_db()
    assert (plan.periods, plan.version) == (2, 2)


def test_update_column_is_refused_in_the_trash() -> None:
    plan = LessonPlanFactory.create(trashed_at=timezone.now(), trashed_by=PersonFactory.create())

    with pytest.raises(TrashError):
        plans.update_column(plan_id=plan.pk, field="grade", value="九年级", version=1, by=plan.lead)


def test_change_visibility_has_live_connections_checked() -> None:
    plan = LessonPlanFactory.create()
    group = MembershipFactory.create(person=plan.lead).group

    plans.change_visibility(plan_id=plan.pk, visibility=Visibility.GROUP, group=group, by=plan.lead)

    plan.refresh_from_db()
    assert (plan.visibility, plan.group) == (Visibility.GROUP, group)
    assert AccessChange.objects.count() == 1
    assert AuditEvent.objects.get(action="plan.visibility_changed").detail["after"] == "group"


def test_change_visibility_keeps_a_group_of_which_the_lead_is_no_member() -> None:
    plan = LessonPlanFactory.create(group=GroupFactory.create())

    plans.change_visibility(plan_id=plan.pk, visibility=Visibility.GROUP, group=plan.group, by=plan.lead)

    with pytest.raises(VisibilityError):
        plans.change_visibility(
            plan_id=plan.pk, visibility=Visibility.GROUP, group=GroupFactory.create(), by=plan.lead
        )


def test_duplicate_plan_copies_columns_and_text_into_a_document_of_its_own() -> None:
    original = new_plan(columns={"title": "家国情怀", "grade": "高一"}, body=BODY, visibility=Visibility.CITY)
    PlanMemberFactory.create(plan=original)
    reader = PersonFactory.create()

    copy = plans.duplicate_plan(plan=original, by=reader)

    assert (copy.lead, copy.source, copy.grade) == (reader, original, "高一")
    assert (copy.visibility, copy.group, copy.memberships.count()) == (Visibility.MEMBERS, None, 0)
    assert copy.document_id != original.document_id
    assert read_body(documents.load(copy.document_id)) == BODY
    first, second = (documents.load(plan.document_id) for plan in (original, copy))
    second.apply_update(first.get_update())
    assert len(read_body(second).fields["objectives"].content) == 2  # nothing is shared between the histories
    original.refresh_from_db()
    assert original.use_count == 1


def test_duplicate_plan_shortens_a_title_that_is_as_long_as_can_be() -> None:
    original = new_plan(columns={"title": "长" * 200})

    assert len(plans.duplicate_plan(plan=original, by=original.lead).title) == 200


def test_a_use_counts_once_a_person_and_day_and_never_for_makers() -> None:
    plan = LessonPlanFactory.create()
    reader, other = PersonFactory.create(), PersonFactory.create()
    maker = PlanMemberFactory.create(plan=plan, role=PlanRole.CO_AUTHOR).person

    counted = [
        record_use(plan_id=plan.pk, kind=kind, by=person)
        for person in (reader, reader, other, maker, plan.lead)
        for kind in (UseKind.EXPORTED, UseKind.DUPLICATED)
    ]

    assert counted == [True, False, False, False, True, False, False, False, False, False]
    PlanUse.objects.filter(person=reader).update(on=timezone.localdate() - timedelta(days=1))
    assert record_use(plan_id=plan.pk, kind=UseKind.EXPORTED, by=reader)
    plan.refresh_from_db()
    assert plan.use_count == PlanUse.objects.filter(plan=plan).count() == 3


@pytest.mark.parametrize(
    "broken",
    [
        {"title": ""},
        {"visibility": "everybody"},
        {"visibility": "group", "group": None},
        {"periods": 0},
        {"periods": 100},
        {"trashed_at": "now"},
        {"lead": None},
        {"document": None},
    ],
)
def test_the_database_refuses_a_broken_plan(broken: dict[str, Any]) -> None:
    plan = LessonPlanFactory.create()
    values = {key: timezone.now() if value == "now" else value for key, value in broken.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        LessonPlan.objects.filter(pk=plan.pk).update(**values)


def test_the_database_refuses_the_lead_as_member_and_a_second_part() -> None:
    member = PlanMemberFactory.create()

    with pytest.raises(IntegrityError), transaction.atomic():
        PlanMemberFactory.create(plan=member.plan, role=PlanRole.LEAD)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanMemberFactory.create(plan=member.plan, person=member.person, role=PlanRole.READER)
    day = timezone.localdate()
    PlanUse.objects.create(plan=member.plan, person=member.person, on=day, kind=UseKind.EXPORTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanUse.objects.create(plan=member.plan, person=member.person, on=day, kind=UseKind.DUPLICATED)


def test_an_edit_of_the_body_shows_in_lists() -> None:
    from lessons import rooms  # what realtime calls after a commit

    plan, other = (LessonPlanFactory.create(edited_at=timezone.now() - timedelta(days=9)) for _ in range(2))

    rooms.touched([str(plan.pk), "nonsense", "0"])

    plan.refresh_from_db()
    other.refresh_from_db()
    assert timezone.now() - plan.edited_at < timedelta(minutes=5)
    assert timezone.now() - other.edited_at > timedelta(days=8)


def test_city_units_have_no_county() -> None:
    plan = new_plan(by=PersonFactory.create(unit=UnitFactory.create(county=None)))

    assert plan.county is None
