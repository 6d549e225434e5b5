"""The kind ``note``: a row ``note:<key>:<person>:<level>`` in a table that the site itself leaves empty says
who may what.
"""

from collections.abc import Collection, Sequence

from django.contrib.auth.models import Group
from django.db import transaction

from realtime import kinds
from realtime.documents import access_changed
from realtime.kinds import Access, RoomKind
from research.models import Person

touched: list[str] = []
"""The keys of which this process was told, in order."""


def access(pairs: Sequence[tuple[int, str]]) -> list[Access]:
    """Two queries for all."""
    active = set(
        Person.objects.filter(pk__in={pk for pk, _ in pairs}, is_active=True).values_list("pk", flat=True)
    )
    levels: dict[tuple[int, str], Access] = {}
    for name in Group.objects.filter(name__startswith="note:").values_list("name", flat=True):
        _, key, person_id, level = name.split(":")
        levels[int(person_id), key] = Access[level]
    return [levels.get(pair, Access.NONE) if pair[0] in active else Access.NONE for pair in pairs]


def tell_touched(keys: Collection[str]) -> None:
    touched.extend(keys)


NOTE = RoomKind(name="note", schema=1, access=access, touched=tell_touched)


def register_once() -> None:
    if kinds.find("note") is None:
        kinds.register(NOTE)


@transaction.atomic
def allow(person: Person, key: str, level: Access) -> None:
    """Give a person a level, in place of any they have."""
    Group.objects.filter(name__startswith=f"note:{key}:{person.pk}:").delete()
    if level > Access.NONE:
        Group.objects.create(name=f"note:{key}:{person.pk}:{level.name}")
    access_changed()
