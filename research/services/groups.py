"""Groups and who belongs to them."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from research import searchables
from research.enums import GroupRole
from research.errors import LastLeaderError, ResearchError
from research.models import Group, Membership, Person
from research.services import access, audit


@transaction.atomic
def create_group(*, by: Person, leader: Person, **columns: Any) -> Group:
    """Found a group with its first leader (建组)."""
    group = Group.objects.create(**columns)
    Membership.objects.create(group=group, person=leader, role=GroupRole.LEADER)
    access.changed()
    searchables.group_changed(group.pk)
    audit.record("group.created", by=by, target=group, leader=leader.pk)
    return group


@transaction.atomic
def change_group(*, by: Person, group: Group, **columns: Any) -> None:
    """Change a group's name, kind, subject or stage."""
    for name, value in columns.items():
        setattr(group, name, value)
    group.save(update_fields=list(columns))
    searchables.group_changed(group.pk, narrows="unit" in columns)
    audit.record("group.changed", by=by, target=group, columns=sorted(columns))


@transaction.atomic
def add_member(*, by: Person, group: Group, person: Person) -> Membership:
    """Take somebody in (加入); who is in already stays as they are."""
    if not person.is_active:
        raise ResearchError(_("This account is disabled."))
    membership, created = Membership.objects.get_or_create(group=group, person=person)
    if created:
        access.changed()
        audit.record("member.added", by=by, target=group, person=person.pk)
    return membership


@transaction.atomic
def remove_member(*, by: Person, membership: Membership) -> None:
    """Let somebody go (移出), or leave oneself (退出).

    Raises LastLeaderError where others would stay behind without a leader.
    """
    lock_leaders(membership)
    membership.delete()
    access.changed()
    searchables.group_changed(membership.group_id)
    action = "member.left" if membership.person_id == by.pk else "member.removed"
    audit.record(action, by=by, target=membership.group, person=membership.person_id)


@transaction.atomic
def set_role(*, by: Person, membership: Membership, role: GroupRole) -> None:
    """Make a member a leader, or a leader a member (任组长).

    Raises LastLeaderError where nobody would lead.
    """
    if membership.role == role:
        return
    if role != GroupRole.LEADER:
        lock_leaders(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    access.changed()
    searchables.group_changed(membership.group_id)
    audit.record(
        "member.role_changed", by=by, target=membership.group, person=membership.person_id, role=role
    )


def lock_leaders(membership: Membership) -> None:
    """See to it that another leader stays; the rows stay locked, so that two leaders cannot leave at once."""
    members = Membership.objects.select_for_update().filter(group=membership.group_id)
    others = [one for one in members.order_by("pk") if one.pk != membership.pk]
    if (
        membership.role == GroupRole.LEADER
        and others
        and not any(one.role == GroupRole.LEADER for one in others)
    ):
        raise LastLeaderError(_("Please make somebody else a leader first."))
