"""Plans and their files, found by those who may find them (promise: nobody finds what they may not see)."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from lessons import rooms, searchables
from lessons.body import PlanBody, Step, append_to_field, in_order
from lessons.enums import PlanRole, UseKind, Visibility
from lessons.models import Attachment, LessonPlan
from lessons.services import attachments, members, plans, trash
from lessons.services.uses import record_use
from realtime import documents
from realtime.prose.tree import from_plain
from research.enums import GroupRole
from research.models import Person
from research.services import people
from search import kinds
from search.engines import using
from search.engines.tantivy import TantivyEngine
from search.models import OutboxRow
from search.services import indexing, outbox, searching
from search.services.searching import Wanted
from search.types import Entry, Part
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory, TextbookFactory, shipped_template
from tests.factories.research import GroupFactory, MembershipFactory, PersonFactory, UnitFactory

pytestmark = pytest.mark.django_db

COLUMNS = {
    "title": "勾股定理", "subject": "数学", "stage": "junior", "grade": "八年级", "edition": "人教版",
    "volume": "下册", "unit": "第十七章", "theme": "数学文化", "periods": 2, "lesson_type": "新授课",
}  # fmt: skip
BODY = PlanBody(
    fields={"objectives": from_plain("会用面积法证明勾股定理"), "reflection": from_plain("时间不够")},
    steps=in_order(
        Step("", "", phase="导入", teacher=from_plain("出示赵爽弦图")),
        Step("", "", phase="探究", student=from_plain("拼图"), intent=from_plain("数形结合")),
    ),
)


def written_plan(lead: Person | None = None, **own: Any) -> LessonPlan:
    person = lead or PersonFactory.create(
        name="王建国", unit__name="离石区第一中学", unit__county__name="离石区"
    )
    return plans.create_plan(by=person, template=shipped_template(), columns=COLUMNS, body=BODY, **own)


def entry_of(plan: LessonPlan) -> Entry:
    (entry,) = searchables.read_plans([str(plan.pk)])
    return entry


def queued() -> set[tuple[str, str, bool]]:
    """What was queued since the last look."""
    rows = set(OutboxRow.objects.values_list("kind", "key", "narrows"))
    OutboxRow.objects.all().delete()
    return rows


def file_of(plan: LessonPlan, name: str = "学习单.docx") -> Attachment:
    made = Attachment(plan=plan, name=name, media_type="x/y", size_bytes=1, sha256=name, added_by=plan.lead)
    made.file.save(name, ContentFile(b"x"), save=False)
    made.save()
    return made


# --- what stands in an entry ------------------------------------------------------------------------------


def test_plan_is_searched_by_field_and_step() -> None:
    plan = written_plan()
    PlanMemberFactory.create(plan=plan, person__name="李梅", role=PlanRole.CO_AUTHOR)
    PlanMemberFactory.create(plan=plan, person__name="赵读", role=PlanRole.READER)
    entry = entry_of(plan)
    steps = [step.id for step in BODY.steps]

    assert entry.title == "勾股定理"
    assert entry.parts == (
        Part("objectives", "教学目标", "会用面积法证明勾股定理", "aims"),
        Part(f"step:{steps[0]}", "教学过程第 1 步", "导入\n出示赵爽弦图"),
        Part(f"step:{steps[1]}", "教学过程第 2 步", "探究\n拼图\n数形结合"),
        Part("reflection", "教学反思", "时间不够"),
    )
    assert (entry.people, entry.unit) == (("王建国", "李梅"), "离石区第一中学")
    assert entry.tags == (
        "数学",
        "初中",
        "八年级",
        "人教版",
        "下册",
        "第十七章",
        "数学文化",
        "新授课",
        "八下",
    )
    assert entry.facets == {
        "stage": "初中", "grade": "八年级", "subject": "数学", "textbook": "人教版›下册›第十七章",
        "lesson_type": "新授课", "county": "离石区", "theme": "数学文化", "year": str(plan.edited_at.year),
    }  # fmt: skip
    assert entry.completeness == pytest.approx(6 / 7, abs=0.001)  # key points are missing


def test_textbook_path_ends_at_the_first_gap_and_a_mark_in_a_name_makes_no_step() -> None:
    gap = LessonPlanFactory.create(edition="人教版", volume="", unit="第一单元")
    odd = LessonPlanFactory.create(edition="人›教", volume="上册")
    assert entry_of(gap).facets["textbook"] == "人教版"
    assert entry_of(odd).facets["textbook"] == "人 教›上册"


def test_year_is_that_of_the_clock_on_the_wall() -> None:
    plan = written_plan()
    plan.edited_at = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # in Lüliang it is New Year's Day
    plan.save()
    assert entry_of(plan).facets["year"] == "2027"


def test_plans_of_the_city_itself_say_so() -> None:
    assert entry_of(LessonPlanFactory.create(lead__unit__county=None)).facets["county"] == "市直单位"


@pytest.mark.parametrize("key", ["9" * 19, "9" * 5_000, "²", "١", "-1", " 1", ""])
@pytest.mark.parametrize("kind", ["plan", "file", "person", "group", "unit"])
def test_key_that_no_row_can_have_names_nothing(kind: str, key: str) -> None:
    """Keys stand in addresses (/search/similar/plan/…), where anybody writes what they like."""
    known = kinds.find(kind)
    assert known is not None
    assert known.visible(PersonFactory.create(), [key]) == set()
    assert list(known.read([key])) == []


def test_plan_in_the_trash_is_not_read() -> None:
    plan = written_plan()
    trash.trash_plan(plan_id=plan.pk, by=plan.lead)
    assert list(searchables.read_plans([str(plan.pk), "no number", "99999"])) == []


def test_reading_many_asks_as_often_as_reading_one(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    made = [written_plan(PersonFactory.create()) for _ in range(4)]
    files = [file_of(plan) for plan in made]
    for plans_read in (made[:1], made):
        with django_assert_num_queries(6):
            assert len(list(searchables.read_plans([str(plan.pk) for plan in plans_read]))) == len(plans_read)
    for read in (files[:1], files):
        with django_assert_num_queries(3):
            assert len(list(searchables.read_files([str(file.pk) for file in read]))) == len(read)


def test_file_is_found_by_whoever_finds_its_plan() -> None:
    plan = written_plan(visibility=Visibility.COUNTY)
    (entry,) = searchables.read_files([str(file_of(plan).pk)])
    assert (entry.title, entry.readers) == ("学习单.docx", searchables.readers(plan))


# --- every change is queued ---------------------------------------------------------------------------------


def visibility(plan: LessonPlan, to: Visibility) -> None:
    group = GroupFactory.create()
    MembershipFactory.create(group=group, person=plan.lead)
    plans.change_visibility(plan_id=plan.pk, visibility=to, group=group, by=plan.lead)


def _change_column(plan: LessonPlan) -> None:
    plans.update_column(plan_id=plan.pk, field="theme", value="红色文化", version=1, by=plan.lead)


def _add(plan: LessonPlan) -> None:
    members.add_member(plan_id=plan.pk, person=PersonFactory.create(), role=PlanRole.READER, by=plan.lead)


def _remove(plan: LessonPlan) -> None:
    member = PlanMemberFactory.create(plan=plan, role=PlanRole.READER)
    members.remove_member(plan_id=plan.pk, person_id=member.person_id, by=plan.lead)


def _demote(plan: LessonPlan) -> None:
    member = PlanMemberFactory.create(plan=plan, role=PlanRole.CO_AUTHOR)
    members.change_member(plan_id=plan.pk, person_id=member.person_id, role=PlanRole.READER, by=plan.lead)


ACTS: dict[str, tuple[Callable[[LessonPlan], object], bool, bool]] = {
    # act: whether it narrows, whether files follow
    "column": (_change_column, False, True),
    "opened to the city": (lambda plan: visibility(plan, Visibility.CITY), False, True),
    "closed to members": (lambda plan: visibility(plan, Visibility.MEMBERS), True, True),
    "from county to group": (lambda plan: visibility(plan, Visibility.GROUP), True, True),
    "member added": (_add, False, True),
    "member removed": (_remove, True, True),
    "co-author made reader": (_demote, False, True),
    "handed over in another unit": (
        lambda plan: members.change_lead(plan_id=plan.pk, to=PersonFactory.create(), by=plan.lead), True, True,
    ),
    "trashed": (lambda plan: trash.trash_plan(plan_id=plan.pk, by=plan.lead), True, True),
    "used": (
        lambda plan: record_use(plan_id=plan.pk, kind=UseKind.EXPORTED, by=PersonFactory.create()), False, False,
    ),
    "typed into": (lambda plan: rooms.touched([str(plan.pk), "new:1"]), False, False),
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_each_change_is_queued_and_says_whether_it_leaves_somebody_out(act: str) -> None:
    plan = LessonPlanFactory.create(visibility=Visibility.COUNTY)
    file, _decoy = file_of(plan), file_of(LessonPlanFactory.create())
    do, narrows, with_files = ACTS[act]
    queued()
    do(plan)

    expected = {("plan", str(plan.pk), narrows)}
    expected |= {("file", str(file.pk), narrows)} if with_files else set()
    assert {row for row in queued() if row[0] in {"plan", "file"}} == expected


def test_new_restored_purged_and_copied_plans_are_queued() -> None:
    plan = written_plan()
    assert queued() >= {("plan", str(plan.pk), False)}
    copy = plans.duplicate_plan(plan=plan, by=PersonFactory.create())
    assert queued() >= {("plan", str(copy.pk), False), ("plan", str(plan.pk), False)}
    file = file_of(plan)
    trash.trash_plan(plan_id=plan.pk, by=plan.lead)
    queued()
    trash.restore_plan(plan_id=plan.pk, by=plan.lead)
    assert queued() == {("plan", str(plan.pk), False), ("file", str(file.pk), False)}
    trash.trash_plan(plan_id=plan.pk, by=plan.lead)
    LessonPlan.objects.filter(pk=plan.pk).update(trashed_at="2020-01-01T00:00Z")
    key = str(plan.pk)
    queued()
    assert trash.purge_trash() == 1
    assert queued() == {("plan", key, False), ("file", str(file.pk), False)}


def test_files_are_queued_when_they_come_and_go() -> None:
    plan = LessonPlanFactory.create()
    queued()
    png = BytesIO(b"\x89PNG\r\n\x1a\n")
    from PIL import Image  # only here

    Image.new("RGB", (2, 2)).save(png := BytesIO(), "PNG")
    size = len(png.getvalue())
    file = attachments.attach_file(plan_id=plan.pk, file=png, name="板书.png", size_bytes=size, by=plan.lead)
    key = str(file.pk)
    assert queued() == {("file", key, False)}
    attachments.remove_file(attachment=file, by=plan.lead)
    assert queued() == {("file", key, True)}


def test_what_names_a_person_or_a_unit_follows_their_new_name() -> None:
    plan = LessonPlanFactory.create()
    made = PlanMemberFactory.create(person=plan.lead, role=PlanRole.CO_AUTHOR).plan
    read = PlanMemberFactory.create(person=plan.lead, role=PlanRole.READER).plan
    file = file_of(plan)
    queued()
    people.change_person(by=plan.lead, person=plan.lead, name="王改名")
    rows = queued()

    assert {("plan", str(plan.pk), False), ("plan", str(made.pk), False)} <= rows
    assert ("file", str(file.pk), False) in rows
    assert ("plan", str(read.pk), False) not in rows
    people.change_person(by=plan.lead, person=plan.lead, subject="数学")
    assert {row[0] for row in queued()} == {"person"}


# --- found by whom it may be ----------------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path: Path) -> Iterator[None]:
    with using(TantivyEngine(tmp_path / "index")):
        yield


def titles(person: Person, query: str, **own: Any) -> list[str]:
    indexing.drain()
    return [card.entry.title for card in searching.search(person, Wanted(query=query, **own)).cards]


@pytest.mark.usefixtures("index")
def test_sentence_in_a_step_is_found_and_says_where_it_stands() -> None:
    plan = written_plan(visibility=Visibility.UNIT)
    colleague, stranger = PersonFactory.create(unit=plan.home_unit), PersonFactory.create()
    indexing.drain()
    (card,) = searching.search(colleague, Wanted(query="赵爽弦图")).cards

    assert [snippet.label for snippet in card.snippets] == ["教学过程第 1 步"]
    assert "<mark>赵爽弦图</mark>" in card.snippets[0].html
    found = searching.search(stranger, Wanted(query="赵爽弦图"))
    assert (found.cards, found.found.total, found.found.facets.get("subject", {})) == ((), 0, {})


@pytest.mark.usefixtures("index")
def test_what_is_written_into_the_live_document_is_found() -> None:
    plan = written_plan()
    assert titles(plan.lead, "割补法") == []
    documents.edit(
        plan.document_id,
        lambda doc: append_to_field(doc, "objectives", from_plain("体会割补法")),
        by_id=plan.lead_id,
    )
    rooms.touched([str(plan.pk)])
    assert titles(plan.lead, "割补法") == ["勾股定理"]


@pytest.mark.usefixtures("index")
def test_plan_made_private_is_gone_at_once_though_the_index_does_not_know_it() -> None:
    plan = written_plan(visibility=Visibility.CITY)
    stranger = PersonFactory.create(unit=UnitFactory.create())
    assert titles(stranger, "勾股定理") == ["勾股定理"]
    plans.change_visibility(plan_id=plan.pk, visibility=Visibility.MEMBERS, group=None, by=plan.lead)

    found = searching.search(stranger, Wanted(query="勾股定理"))  # nothing was drained
    assert (found.cards, found.found.total, found.found.kinds) == ((), 0, {})
    assert titles(plan.lead, "勾股定理", kind="plan") == ["勾股定理"]


def found(client: Client, person: Person, query: str) -> str:
    client.force_login(person)
    return client.get("/search/", {"q": query}).content.decode()


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("作者:王建国", "<mark>王建国</mark> · 离石区第一中学"),
        ("单位:离石区第一中学", "王建国 · <mark>离石区第一中学</mark>"),
        ("关键词:数学", "八年级 · <mark>数学</mark> · 人教版 下册 · 第十七章"),
        ("关键词:数学文化", "2 课时 · 新授课 · <mark>数学文化</mark> · <time"),
        ("勾股定理", "王建国 · 离石区第一中学 · 初中 · 八年级 · 数学 · 人教版 下册 · 第十七章"),
    ],
)
def test_card_marks_the_author_unit_or_subject_that_was_found(client: Client, query: str, line: str) -> None:
    plan = written_plan()
    indexing.drain()

    assert line in found(client, plan.lead, query)


@pytest.mark.usefixtures("index")
def test_author_who_was_found_stands_on_the_card_however_many_there_are(client: Client) -> None:
    plan = written_plan()
    for name in ("甲一", "O'Neil", "甲三", "李梅"):
        PlanMemberFactory.create(plan=plan, person__name=name, role=PlanRole.CO_AUTHOR)
    searchables.plans_changed([plan.pk])
    indexing.drain()

    assert "<mark>李梅</mark>、王建国、甲一 等 · " in found(client, plan.lead, "作者:李梅")
    assert "王建国、甲一、O&#x27;Neil 等 · " in found(client, plan.lead, "勾股定理")


@pytest.mark.usefixtures("index")
def test_card_of_a_file_says_its_plan_author_unit_and_stage(client: Client) -> None:
    plan = written_plan()
    file = file_of(plan)
    searchables.file_changed(file.pk)
    indexing.drain()

    html = found(client, plan.lead, "学习单")

    assert ">勾股定理</a> · 王建国 · 离石区第一中学 · 初中</div>" in html


@pytest.mark.usefixtures("index")
def test_cards_of_people_and_groups_mark_the_name_that_was_found(client: Client) -> None:
    person = PersonFactory.create(name="王建国")
    colleague = PersonFactory.create(unit=person.unit)
    group = GroupFactory.create(unit=person.unit)
    MembershipFactory.create(person=person, role=GroupRole.LEADER, group=group)
    outbox.queue(kind="person", keys=[person.pk])
    outbox.queue(kind="group", keys=[group.pk])
    indexing.drain()

    html = found(client, colleague, "作者:王建国")

    assert "><mark>王建国</mark></a></h2>" in html
    assert "</span> · <mark>王建国</mark></div>" in html


def test_values_that_forms_offer_are_said_as_entries_say_them() -> None:
    entry = entry_of(written_plan())
    TextbookFactory.create(subject="数学")

    for facet in ("stage", "grade", "subject"):
        with translation.override("en"):
            assert entry.facets[facet] in kinds.values_of(facet)
