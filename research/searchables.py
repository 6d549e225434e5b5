"""What of this app can be found (可检索): people, units, groups; and the readers' tokens that every app's entries carry.

A token says who may find a thing: ``principals`` gives those that a person holds. The rules themselves are the querysets'
``visible_to``; a test holds the two together.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from research import queries
from research.enums import GroupRole, Role
from research.models import Appointment, Group, Membership, Person, Unit
from research.models.scopes import managed, seen
from search import kinds
from search.kinds import Kind, row_ids
from search.services import outbox
from search.types import Entry

PERSON, UNIT, GROUP = "person", "unit", "group"
EVERYBODY: Final = "all"
SEES_EVERYTHING: Final = "s:*"
CITY: Final = _("Units of the city")


# --- tokens ---------------------------------------------------------------------------------------------------


def one_person(person_id: int) -> str:
    """This person alone."""
    return f"p:{person_id}"


def in_group(group_id: int) -> str:
    """Whoever belongs to a group."""
    return f"g:{group_id}"


def in_unit(unit_id: int) -> str:
    """The colleagues of a unit."""
    return f"u:{unit_id}"


def in_county(county: str | None) -> str:
    """Everybody of a county; of the city's own units, if None."""
    return f"c:{county or ''}"


def officer_of(county: str | None) -> str:
    """The teaching-research officers of a county; of the city, if None."""
    return f"o:{county or ''}"


def whoever_sees(unit_id: int, county: str | None) -> frozenset[str]:
    """Whoever works with a unit: the row-level twin of ``models.scopes.seen``."""
    of_county = {f"s:c:{county}"} if county else set()
    return frozenset({SEES_EVERYTHING, f"s:u:{unit_id}", *of_county})


def principals(person: Person) -> frozenset[str]:
    """The tokens that a person holds now (检索身份); three queries."""
    scope = seen(person)
    sees = {SEES_EVERYTHING} if scope.everything else set()
    sees |= {f"s:c:{county}" for county in scope.counties} | {f"s:u:{unit}" for unit in scope.units}
    groups = Membership.objects.filter(person=person).order_by().values_list("group", flat=True)
    offices = Appointment.objects.filter(person=person, role=Role.OFFICER).order_by()
    return frozenset(
        {
            EVERYBODY,
            one_person(person.pk),
            in_unit(person.unit_id),
            in_county(person.unit.county_id),
            *sees,
            *map(in_group, groups),
            *map(officer_of, offices.values_list("unit__county", flat=True)),
        }
    )


# --- saying that something changed ----------------------------------------------------------------------------


def people_changed(ids: Iterable[int], *, narrows: bool = False, is_renamed: bool = False) -> None:
    """Inside the transaction of the change. ``narrows``: fewer may find them; ``is_renamed``: what names them is read anew."""
    outbox.queue(kind=PERSON, keys=ids, narrows=narrows, is_named_elsewhere=is_renamed)


def people_came_or_went(ids: Sequence[int], *, narrows: bool) -> None:
    """Their accounts are enabled or disabled: a group names only leaders whose accounts work. Inside the transaction of the change."""
    people_changed(ids, narrows=narrows)
    outbox.queue(kind=GROUP, keys=groups_naming(list(map(str, ids))))


def group_changed(group_id: int, *, narrows: bool = False) -> None:
    """Inside the transaction of the change."""
    outbox.queue(kind=GROUP, keys=[group_id], narrows=narrows)


def unit_changed(unit: Unit) -> None:
    """A unit's name, county or state is another (单位变更): its people and groups say it, and everything that names it."""
    outbox.queue(kind=UNIT, keys=[unit.pk], narrows=not unit.is_active, is_named_elsewhere=True)
    people = Person.objects.filter(unit=unit).values_list("pk", flat=True)
    outbox.queue(kind=PERSON, keys=people, narrows=True)
    outbox.queue(kind=GROUP, keys=unit.groups.values_list("pk", flat=True), narrows=True)


def everything_changed() -> None:
    """Many came at once. Inside the transaction that brought them."""
    for kind in (UNIT, PERSON, GROUP):
        outbox.queue_all(kind)


# --- reading --------------------------------------------------------------------------------------------------


def _all_keys(model: Any, **only: Any) -> Iterator[str]:
    rows = model.objects.filter(**only).order_by("pk").values_list("pk", flat=True)
    return map(str, rows.iterator())


def read_people(keys: Sequence[str]) -> Iterator[Entry]:
    """Active accounts, by name, pinyin, unit, subject and role; never by number."""
    roles = Prefetch("appointments", Appointment.objects.select_related("unit"))
    people = Person.objects.filter(pk__in=row_ids(keys), is_active=True).select_related("unit__county")
    for person in people.prefetch_related(roles):
        unit = person.unit
        offices = {
            str(one.get_role_display()) for one in person.appointments.all() if one.role == Role.OFFICER
        }
        yield Entry(
            kind=PERSON, key=str(person.pk), version=0, title=person.name,
            readers=whoever_sees(unit.pk, unit.county_id), people=(person.name,), unit=unit.name,
            tags=tuple(filter(None, (person.subject, *sorted(offices), *person.name_keys.split()))),
            facets=_facets(subject=person.subject, stage=_stage(unit.stage, unit), county=_county(unit)),
            completeness=1.0, created_at=person.created_at, changed_at=person.created_at,
        )  # fmt: skip


def read_units(keys: Sequence[str]) -> Iterator[Entry]:
    """Active units: everybody may know them."""
    for unit in Unit.objects.filter(pk__in=row_ids(keys), is_active=True).select_related("county"):
        yield Entry(
            kind=UNIT, key=str(unit.pk), version=0, title=unit.name, readers=frozenset({EVERYBODY}),
            unit=unit.name, tags=(str(unit.get_kind_display()), _county(unit), *filter(None, [unit.township])),
            facets=_facets(stage=_stage(unit.stage, unit), county=_county(unit)), completeness=1.0,
        )  # fmt: skip


def read_groups(keys: Sequence[str]) -> Iterator[Entry]:
    """Groups, with the names of those who lead them."""
    leaders = Membership.objects.filter(role=GroupRole.LEADER, person__is_active=True).select_related(
        "person"
    )
    groups = Group.objects.filter(pk__in=row_ids(keys)).select_related("unit__county")
    for group in groups.prefetch_related(Prefetch("memberships", leaders)):
        unit = group.unit
        yield Entry(
            kind=GROUP, key=str(group.pk), version=0, title=group.name,
            readers=whoever_sees(unit.pk, unit.county_id) | {in_group(group.pk)}, unit=unit.name,
            people=tuple(one.person.name for one in group.memberships.all()),
            tags=tuple(filter(None, (group.subject, str(group.get_kind_display())))),
            facets=_facets(subject=group.subject, stage=_stage(group.stage, group), county=_county(unit)),
            completeness=1.0, created_at=group.created_at, changed_at=group.created_at,
        )  # fmt: skip


def _facets(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _stage(stage: str, of: Unit | Group) -> str:
    return str(of.get_stage_display()) if stage else ""


def _county(unit: Unit) -> str:
    return unit.county.name if unit.county else str(CITY)


# --- who may see them, and how they are shown ---------------------------------------------------------------------


def _keys_of(rows: Any, keys: Collection[str]) -> set[str]:
    return set(map(str, rows.filter(pk__in=row_ids(keys)).values_list("pk", flat=True)))


def _people_seen(person: Person, keys: Collection[str]) -> set[str]:
    return _keys_of(Person.objects.visible_to(person).filter(is_active=True), keys)


def _units_seen(_person: Person, keys: Collection[str]) -> set[str]:
    return _keys_of(Unit.objects.filter(is_active=True), keys)


def _groups_seen(person: Person, keys: Collection[str]) -> set[str]:
    return _keys_of(Group.objects.visible_to(person), keys)


def _people_cards(person: Person, keys: Sequence[str]) -> dict[str, Any]:
    """Whoever manages an account comes to its page, everybody else to what its owner wrote."""
    scope = managed(person)
    found = Person.objects.filter(pk__in=row_ids(keys)).select_related("unit__county")
    above = (
        set(queries.above(scope).filter(person__in=found).values_list("person", flat=True))
        if scope
        else set()
    )
    cards = {}
    for one in found.prefetch_related("appointments"):
        is_managed = scope.holds(one.unit) and one.pk not in above
        plans = plans_by(one.name)
        url = reverse("research:people_edit", args=[one.pk]) if is_managed else plans
        cards[str(one.pk)] = {"person": one, "url": url, "plans": plans}
    return cards


def _units_cards(_person: Person, keys: Sequence[str]) -> dict[str, Any]:
    found = Unit.objects.filter(pk__in=row_ids(keys)).select_related("county")
    return {str(one.pk): {"unit": one, "url": _found(f"单位:“{one.name}”")} for one in found}


def _groups_cards(_person: Person, keys: Sequence[str]) -> dict[str, Any]:
    counted = Group.objects.filter(pk__in=row_ids(keys)).select_related("unit")
    return {
        str(one.pk): {"group": one, "url": reverse("research:groups_detail", args=[one.pk])}
        for one in counted.annotate(member_count=Count("memberships"))
    }


def plans_by(name: str) -> str:
    """Where one finds what somebody wrote."""
    return _found(f"作者:“{name}”")


def _found(query: str) -> str:
    return f"{reverse('search:results')}?{urlencode({'q': query, 'kind': 'plan'})}"


def groups_naming(people: Collection[str]) -> Iterable[int]:
    """The groups whose entries name one of these people."""
    named = Q(memberships__person__in=row_ids(people), memberships__role=GroupRole.LEADER)
    return Group.objects.filter(named).values_list("pk", flat=True).distinct()


def register() -> None:
    """Called once, when the site starts."""
    kinds.register_principals(principals)
    kinds.register(
        Kind(
            name=PERSON, label=_("People"), read=read_people,
            all_keys=lambda: _all_keys(Person, is_active=True), visible=_people_seen, cards=_people_cards,
            template="research/_found_person.html",
        )
    )  # fmt: skip
    kinds.register(
        Kind(
            name=GROUP, label=_("Groups"), read=read_groups, all_keys=lambda: _all_keys(Group),
            visible=_groups_seen, cards=_groups_cards, template="research/_found_group.html",
            follows={PERSON: groups_naming},
        )
    )  # fmt: skip
    kinds.register(
        Kind(
            name=UNIT, label=_("Units"), read=read_units, all_keys=lambda: _all_keys(Unit, is_active=True),
            visible=_units_seen, cards=_units_cards, template="research/_found_unit.html",
        )
    )  # fmt: skip
