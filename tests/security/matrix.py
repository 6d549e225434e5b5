"""The role matrix: who gets which answer from which address (角色矩阵).

A row is one URL name, one method, and the status for each kind of person. ``World`` is what the rows build their
addresses from; an app adds its own things to it by ``extend``.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from research.enums import GroupRole, Role
from research.models import Group, Membership, Person, Unit
from tests.factories.research import (
    AppointmentFactory,
    GroupFactory,
    MembershipFactory,
    OfficeFactory,
    PersonFactory,
    UnitFactory,
)


class Who(StrEnum):
    """The kinds of people."""

    ANONYMOUS = "anonymous"
    STRANGER = "stranger teacher of another county"
    COLLEAGUE = "colleague of the same unit"
    GROUP_MEMBER = "group member"
    CO_AUTHOR = "co-author"
    COMMENTER = "commenter"
    LEAD = "lead, and leader of the group"
    UNIT_ADMIN = "unit administrator"
    OFFICER = "officer of the county"
    SYSTEM_ADMIN = "system administrator"
    SECURITY_ADMIN = "security administrator"
    AUDIT_ADMIN = "audit administrator"


TO_SIGN_IN = 302
EVERYBODY = tuple(Who)
SIGNED_IN = tuple(who for who in Who if who != Who.ANONYMOUS)


@dataclass(slots=True)
class World:
    """A school with its people, its county's officer, the three administrators, and a stranger from elsewhere."""

    unit: Unit
    group: Group
    people: dict[Who, Person]
    things: dict[str, Any] = field(default_factory=dict)

    def membership(self, who: Who) -> Membership:
        return self.group.memberships.get(person=self.people[who])


_extensions: list[Callable[[World], None]] = []


def extend(build: Callable[[World], None]) -> Callable[[World], None]:
    """Have ``build`` add an app's own things to each world; a decorator."""
    _extensions.append(build)
    return build


@cache
def usable_password() -> str:
    """One hash for everybody; argon2 is slow on purpose."""
    return make_password("a long sentence for tests")


def make_world() -> World:
    unit = UnitFactory.create()
    office = OfficeFactory.create(county=unit.county)
    bureau = OfficeFactory.create(county=None)
    people: dict[Who, Person] = {
        who: PersonFactory.create(unit=unit, name=f"示例{number}", password=usable_password())
        for number, who in enumerate(SIGNED_IN)
    }
    elsewhere = {
        Who.STRANGER: UnitFactory.create(),
        Who.CO_AUTHOR: UnitFactory.create(),
        Who.COMMENTER: UnitFactory.create(),
        Who.GROUP_MEMBER: UnitFactory.create(),
        Who.OFFICER: office,
        **dict.fromkeys((Who.SYSTEM_ADMIN, Who.SECURITY_ADMIN, Who.AUDIT_ADMIN), bureau),
    }
    for who, home in elsewhere.items():
        people[who].unit = home
        people[who].save(update_fields=["unit"])
    for who, role in (
        (Who.UNIT_ADMIN, Role.UNIT_ADMIN),
        (Who.OFFICER, Role.OFFICER),
        (Who.SYSTEM_ADMIN, Role.SYSTEM_ADMIN),
        (Who.SECURITY_ADMIN, Role.SECURITY_ADMIN),
        (Who.AUDIT_ADMIN, Role.AUDIT_ADMIN),
    ):
        AppointmentFactory.create(person=people[who], role=role)
    group = GroupFactory.create(unit=unit)
    MembershipFactory.create(group=group, person=people[Who.LEAD], role=GroupRole.LEADER)
    MembershipFactory.create(group=group, person=people[Who.GROUP_MEMBER])
    world = World(unit, group, people)
    for build in _extensions:
        build(world)
    return world


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is undone, so that the next kind of person finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


Expected = Mapping[Who | tuple[Who, ...], int]


@dataclass(frozen=True)
class Row:
    """One address: its URL name (with namespace), how to build the path, and who gets which status.

    ``expected`` maps people, or tuples of them, to a status; everybody else gets ``rest``. ``data`` is sent with an
    unsafe method, and is best such that nothing succeeds by accident: then the answer alone speaks of rights.
    """

    name: str
    path: Callable[[World], str] | str
    expected: Expected = field(default_factory=dict)
    rest: int = 403
    method: str = "get"
    data: Callable[[World], Mapping[str, Any]] | None = None
    anonymous: int = TO_SIGN_IN

    def status_for(self, who: Who) -> int:
        for whom, status in self.expected.items():
            if who == whom or (isinstance(whom, tuple) and who in whom):
                return status
        return self.anonymous if who == Who.ANONYMOUS else self.rest

    def url(self, world: World) -> str:
        return self.path if isinstance(self.path, str) else self.path(world)

    def body(self, world: World) -> Mapping[str, Any]:
        return self.data(world) if self.data else {}


# Addresses that are of no person's business, each with the reason.
EXEMPT: dict[str, str] = {}
