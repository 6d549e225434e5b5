"""The kind ``note``: a person may do with note K what their groups named ``note:K:<level>`` say."""

from collections.abc import Collection, Sequence

from django.contrib.auth.models import Group

from realtime import kinds
from realtime.documents import access_changed
from realtime.kinds import Access, RoomKind
from research.models import Person

touched: list[str] = []
"""The keys of which this process was told, in order."""


def access(pairs: Sequence[tuple[int, str]]) -> list[Access]:
    """One query for all."""
    people = {person_id for person_id, _ in pairs}
    rows = Group.objects.filter(user__in=people, user__is_active=True, name__startswith="note:")
    levels: dict[tuple[int, str], Access] = {}
    for person_id, name in rows.values_list("user", "name"):
        _, key, level = name.split(":")
        levels[person_id, key] = max(levels.get((person_id, key), Access.NONE), Access[level])
    return [levels.get(pair, Access.NONE) for pair in pairs]


def tell_touched(keys: Collection[str]) -> None:
    touched.extend(keys)


NOTE = RoomKind(name="note", schema=1, access=access, touched=tell_touched)


def register_once() -> None:
    if kinds.find("note") is None:
        kinds.register(NOTE)


def allow(person: Person, key: str, level: Access) -> None:
    """Give a person a level, in place of any they have."""
    person.groups.remove(*Group.objects.filter(name__startswith=f"note:{key}:"))
    if level > Access.NONE:
        person.groups.add(Group.objects.get_or_create(name=f"note:{key}:{level.name}")[0])
    access_changed()
