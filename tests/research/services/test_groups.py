"""Groups keep a leader, and who comes or goes is noticed."""

import pytest

from realtime.models import AccessChange
from research.enums import GroupKind, GroupRole
from research.errors import LastLeaderError, ResearchError
from research.models import AuditEvent, Membership
from research.services import groups
from tests.factories.research import GroupFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_create_group_has_its_leader() -> None:
    person = PersonFactory.create()

    group = groups.create_group(
        by=person, leader=person, name="示例", kind=GroupKind.RESEARCH, unit=person.unit
    )

    assert list(group.memberships.values_list("person", "role")) == [(person.pk, GroupRole.LEADER)]
    assert AuditEvent.objects.get().action == "group.created"


def test_add_member_twice_is_once() -> None:
    group, leader, person = GroupFactory.create(), PersonFactory.create(), PersonFactory.create()

    for _time in range(2):
        groups.add_member(by=leader, group=group, person=person)

    assert group.memberships.count() == AccessChange.objects.count() == AuditEvent.objects.count() == 1


def test_add_member_refuses_a_disabled_account() -> None:
    group, person = GroupFactory.create(), PersonFactory.create(is_active=False)

    with pytest.raises(ResearchError):
        groups.add_member(by=PersonFactory.create(), group=group, person=person)
    assert not group.memberships.exists()


def test_the_last_leader_stays_while_others_do() -> None:
    leader = MembershipFactory.create(role=GroupRole.LEADER)
    MembershipFactory.create(group=leader.group)

    with pytest.raises(LastLeaderError):
        groups.remove_member(by=leader.person, membership=leader)
    with pytest.raises(LastLeaderError):
        groups.set_role(by=leader.person, membership=leader, role=GroupRole.MEMBER)

    leader.refresh_from_db()
    assert leader.role == GroupRole.LEADER
    assert not AuditEvent.objects.exists()


def test_a_leader_goes_when_another_leads() -> None:
    first = MembershipFactory.create(role=GroupRole.LEADER)
    second = MembershipFactory.create(group=first.group)
    groups.set_role(by=first.person, membership=second, role=GroupRole.LEADER)

    groups.remove_member(by=first.person, membership=first)

    assert list(Membership.objects.values_list("person", "role")) == [(second.person_id, GroupRole.LEADER)]
    assert AccessChange.objects.count() == 2
