"""Every page of people, groups, lists, the record and the machines asks the database as often for many rows as for one."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import DjangoAssertNumQueries

from research.background import leases
from research.enums import GroupRole, ImportState, Role, RowState
from research.models import EntryCode, Group, ImportRow, PeopleImport, Person, WorkerBeat
from research.services import audit
from tests.factories.research import (
    AppointmentFactory,
    GroupFactory,
    MembershipFactory,
    OfficeFactory,
    PersonFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db
MANY = 12


def holder_of(role: Role) -> Person:
    """Somebody with a role in the city's office."""
    office = OfficeFactory.create(county=None)
    person: Person = AppointmentFactory.create(role=role, person__unit=office).person
    return person


def colleagues(person: Person, count: int) -> None:
    """People of other units, each with a role, a group and a code, and one without."""
    for number in range(count):
        other = AppointmentFactory.create(role=Role.OFFICER).person
        PersonFactory.create(unit=other.unit)
        waiting = PersonFactory.create(unit=other.unit)
        EntryCode.objects.create(
            person=waiting,
            digest=f"{number}",
            expires_at=timezone.now() + timedelta(days=1),
            created_by=person,
        )
        group = GroupFactory.create(unit=other.unit)
        MembershipFactory.create(group=group, person=other, role=GroupRole.LEADER)
        MembershipFactory.create(group=group, person=waiting)
        MembershipFactory.create(group=GroupFactory.create(unit=other.unit), person=person)


def members(person: Person, count: int) -> None:
    group = Group.objects.filter(pk=7_000).first() or GroupFactory.create(unit=person.unit, pk=7_000)
    MembershipFactory.create_batch(count, group=group)


def events(person: Person, count: int) -> None:
    for _number in range(count):
        audit.record("session.started", by=PersonFactory.create(), target=person)
        audit.record_refusal("session.tried", by=None, target=person)


def lists(person: Person, count: int) -> None:
    for number in range(count):
        made = PeopleImport.objects.create(
            by=person, unit=person.unit, file_name=f"{number}.xlsx", state=ImportState.CHECKED
        )
        ImportRow.objects.bulk_create(
            ImportRow(source=made, number=2 * row + kind, cells={"name": "张三"}, state=state, fault=fault)
            for row in range(1, count + 1)
            for kind, (state, fault) in enumerate([(RowState.NEW, ""), (RowState.FAULT, "x")])
        )


def rows_of_the_list(person: Person, count: int) -> None:
    made, _created = PeopleImport.objects.get_or_create(
        pk=7_000, defaults={"by": person, "unit": person.unit, "state": ImportState.CHECKED}
    )
    first = made.rows.count()
    ImportRow.objects.bulk_create(
        ImportRow(source=made, number=2 * row + kind, cells={"name": "张三"}, state=state, fault=fault)
        for row in range(first, first + count)
        for kind, (state, fault) in enumerate([(RowState.NEW, ""), (RowState.FAULT, "x")])
    )


def roles(_person: Person, count: int) -> None:
    somebody = Person.objects.filter(pk=7_000).first() or PersonFactory.create(pk=7_000)
    for _number in range(count):
        AppointmentFactory.create(person=somebody, unit=UnitFactory.create())


def machines(_person: Person, count: int) -> None:
    leases.write_down()
    for _number in range(count):
        WorkerBeat.objects.create(worker=uuid.uuid4().hex, started_at=timezone.now(), beat_at=timezone.now())
        DBTaskResult.objects.create(
            task_path="research.tasks.check_people_import",
            args_kwargs={"args": [1], "kwargs": {}},
            status=TaskResultStatus.FAILED,
            backend_name="default",
            finished_at=timezone.now(),
        )


class Listing(NamedTuple):
    """A page, who opens it, what adds rows to it, how many queries it takes."""

    name: str
    role: Role
    path: str
    add: Callable[[Person, int], None]
    queries: int


PAGES = [
    Listing("people", Role.SYSTEM_ADMIN, "/research/people/", colleagues, 10),
    Listing("people of a county", Role.OFFICER, "/research/people/?q=s&unit=示&state=active", colleagues, 10),
    Listing("find", Role.OFFICER, "/research/people/find/?q=示例教师", colleagues, 3),
    Listing("account", Role.SYSTEM_ADMIN, "/research/people/7000/", roles, 15),
    Listing("roles", Role.SECURITY_ADMIN, "/research/people/7000/", roles, 13),
    Listing("slips", Role.UNIT_ADMIN, "/research/people/slips/", colleagues, 9),
    Listing("groups", Role.UNIT_ADMIN, "/research/groups/", colleagues, 10),
    Listing("new group", Role.UNIT_ADMIN, "/research/groups/new/", colleagues, 10),
    Listing("group", Role.UNIT_ADMIN, "/research/groups/7000/", members, 9),
    Listing("new account", Role.SYSTEM_ADMIN, "/research/people/new/", colleagues, 8),
    Listing("lists", Role.UNIT_ADMIN, "/research/people/imports/", lists, 10),
    Listing("list", Role.UNIT_ADMIN, "/research/people/imports/7000/", rows_of_the_list, 9),
    Listing("faults", Role.UNIT_ADMIN, "/research/people/imports/7000/faults.xlsx", rows_of_the_list, 5),
    Listing("record", Role.AUDIT_ADMIN, "/research/audit/", events, 7),
    Listing("record as a workbook", Role.AUDIT_ADMIN, "/research/audit/audit.xlsx", events, 5),
    Listing("machines", Role.SYSTEM_ADMIN, "/research/machines/", machines, 10),
    Listing("profile", Role.OFFICER, "/research/me/", events, 8),
    Listing("profile in groups", Role.OFFICER, "/research/me/", colleagues, 8),
]


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_a_page_asks_as_often_for_many_rows_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, page: Listing
) -> None:
    person = holder_of(page.role)
    client.force_login(person)
    page.add(person, 1)
    client.get(page.path)  # the session's own first steps

    with django_assert_num_queries(page.queries):
        one = client.get(page.path)
    page.add(person, MANY)
    with django_assert_num_queries(page.queries):
        many = client.get(page.path)

    assert (one.status_code, many.status_code) == (200, 200)
    assert len(many.content) > len(one.content)
