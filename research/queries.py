"""What pages show."""

import ipaddress
import string
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from research import audit_actions, names
from research.enums import ADMINISTRATORS, RowState
from research.models import Appointment, AuditEvent, Group, Membership, PeopleImport, Person, Unit
from research.models.audit import AppendOnlyQuerySet
from research.models.people import BEGINNING, NAME_BEGINS, NAME_SYLLABLES, PersonQuerySet
from research.models.scopes import Scope, managed

PICKED_AT_ONCE = 20
MOST_BEGINNINGS = 10_000
"""A database takes so many values in one question, and more."""
_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def people_of(person: Person, *, text: str = "", unit: str = "", state: str = "") -> PersonQuerySet:
    """The people that somebody sees, filtered; with unit and appointments at hand."""
    found = Person.objects.visible_to(person)
    if text:
        found = found.found_by(text)
    if unit:
        found = found.filter(unit__name__contains=unit)
    states = {
        "active": Q(is_active=True),
        "disabled": Q(is_active=False),
        "waiting": Q(is_active=True, last_login=None),
    }
    found = found.filter(states.get(state, Q()))
    return found.select_related("unit__county").prefetch_related("appointments__unit")


def pickable(text: str) -> PersonQuerySet:
    """People to choose from by name, pinyin or staff number, anywhere in the prefecture; a handful."""
    found = Person.objects.found_by(text).filter(is_active=True)
    return found.select_related("unit")[:PICKED_AT_ONCE]


def naming(texts: Collection[str]) -> set[str]:
    """Those of the texts that hold the name of somebody with an account, in characters or in whole syllables, or are their
    number (点名的文字). One query, however many texts and people: an index knows what names begin with.

    Texts with more pairs of characters than anybody types are taken to name somebody, each of them.
    """
    said = {text: _written(text) for text in texts if text.strip("\0 \t\n")}
    beginnings = {beginning for text, forms in said.items() for beginning in _beginnings({text, *forms})}
    if not beginnings:
        return set()
    if len(beginnings) > MOST_BEGINNINGS:
        return set(said)
    numbers = {number for text in said for number in _numbers(text)}
    known = Person.objects.annotate(
        beginning=NAME_BEGINS, syllables=NAME_SYLLABLES, number=Lower("staff_number")
    ).filter(
        Q(beginning__in=beginnings)
        | Q(syllables__in={form for forms in said.values() for form in forms})
        | Q(number__in=numbers)
        | Q(mobile__in=numbers)
    )
    people = list(known.order_by().values_list("name", "syllables", "number", "mobile"))
    return {text for text, forms in said.items() if any(_names(text, forms, one) for one in people)}


def _written(text: str) -> set[str]:
    """The text in small letters, as it is and without its spaces."""
    low = text.replace("\0", "").lower()
    return {low, "".join(low.split())}


def _beginnings(forms: set[str]) -> set[str]:
    """What a name that stands in a text may begin with. SQLite makes small letters of ASCII's capitals alone."""
    read = {form.translate(_SMALL) for form in forms}
    pairs = {form[at : at + BEGINNING] for form in read for at in range(len(form))}
    return pairs.union(*read)


def _numbers(text: str) -> set[str]:
    """The text as a number of staff, or of a telephone."""
    number = names.tidy_number(text.replace("\0", ""))
    return {number, number.lower()}


def _names(text: str, forms: set[str], known: tuple[str, str, str, str | None]) -> bool:
    """Whether the text, or one of its forms, says one of these."""
    name, syllables, *numbers = known
    is_named = bool(name) and any(name.lower() in form for form in forms)
    return is_named or syllables in forms or not _numbers(text).isdisjoint(numbers)


def managed_units(person: Person) -> QuerySet[Unit]:
    """The units whose people somebody manages."""
    return Unit.objects.filter(managed(person).condition(""), is_active=True)


def above(scope: Scope) -> QuerySet[Appointment]:
    """What puts people out of reach of whoever manages this scope; ``policies.is_above`` for many at once."""
    return Appointment.objects.filter(Q(role__in=ADMINISTRATORS) | ~scope.condition("unit"))


def without_password(people: str = "") -> Q:
    """The condition on rows whose people stand at ``people__``: active, and waiting for a first password."""
    return Q(**{f"{people}is_active": True, f"{people}password__startswith": UNUSABLE_PASSWORD_PREFIX})


def units_waiting(person: Person, *, text: str = "") -> QuerySet[Unit]:
    """Managed units with people who wait for a first password: how many, and how many of them without a valid code."""
    waiting = without_password("people__") & ~Q(people__in=above(managed(person)).values("person"))
    coded = Q(people__entry_code__expires_at__gt=timezone.now())
    found = managed_units(person).filter(name__contains=text).select_related("county")
    counted = found.annotate(
        waiting=Count("people", filter=waiting), coded=Count("people", filter=waiting & coded)
    )
    return counted.filter(waiting__gt=0).order_by("county__code", "kind", "name", "pk")


def waiting_for_code(person: Person, *, unit: Unit, again: bool) -> PersonQuerySet:
    """Who of a managed unit waits for a first password; ``again`` for those too who hold a valid code."""
    out_of_reach = above(managed(person)).values("person")
    found = PersonQuerySet(Person).filter(without_password(), unit=unit).exclude(pk__in=out_of_reach)
    if not again:
        found = found.exclude(entry_code__expires_at__gt=timezone.now())
    return found.select_related("unit")


def groups_of(person: Person) -> QuerySet[Group]:
    """Somebody's own groups, with the number of members."""
    own = Group.objects.filter(memberships__person=person).values("pk")
    counted = Group.objects.filter(pk__in=own).annotate(member_count=Count("memberships"))
    return counted.select_related("unit").order_by("name", "pk")


def other_groups(person: Person) -> QuerySet[Group]:
    """Groups that somebody sees and does not belong to."""
    counted = Group.objects.visible_to(person).exclude(memberships__person=person)
    return counted.annotate(member_count=Count("memberships")).select_related("unit").order_by("name", "pk")


def members_of(group: Group) -> QuerySet[Membership]:
    """A group's members, leaders first."""
    return group.memberships.select_related("person__unit").order_by("role", "person__name_pinyin", "pk")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows of a list are in which state."""

    total: int
    by_state: dict[str, int]

    def of(self, *states: RowState) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def checked(self) -> int:
        return self.total - self.of(RowState.WAITING)

    @property
    def writable(self) -> int:
        return self.of(RowState.NEW, RowState.CHANGE)

    @property
    def written(self) -> int:
        return self.of(RowState.CREATED, RowState.CHANGED)

    @property
    def faults(self) -> int:
        return self.of(RowState.FAULT)

    @property
    def new(self) -> int:
        return self.of(RowState.NEW, RowState.CREATED)

    @property
    def changes(self) -> int:
        return self.of(RowState.CHANGE, RowState.CHANGED)

    @property
    def same(self) -> int:
        return self.of(RowState.SAME)


def progress_of(made: PeopleImport) -> Progress:
    """How far a list has come; one query."""
    counts = dict(made.rows.order_by().values_list("state").annotate(count=Count("pk")))
    return Progress(sum(counts.values()), counts)


def events(
    *,
    text: str = "",
    person: str = "",
    result: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> AppendOnlyQuerySet[AuditEvent]:
    """Audit events, filtered, newest first."""
    found = AuditEvent.objects.select_related("person__unit").order_by("-pk")
    if text:
        found = found.filter(
            Q(action__startswith=text)
            | Q(action__in=audit_actions.actions_like(text))
            | Q(target__startswith=text)
            | Q(address=address_like(text))
        )
    if person:
        found = found.filter(person__in=Person.objects.found_by(person).values("pk")[:50])
    if result:
        found = found.filter(result=result)
    if since:
        found = found.filter(at__gte=since)
    return found.filter(at__lt=until) if until else found


def address_like(text: str) -> str:
    """The text if it is a network address, else one that nobody has."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - no binding


def recent_sign_ins(person: Person) -> list[AuditEvent]:
    """Somebody's last sign-ins and tries on their account, for themselves to look at."""
    about = AuditEvent.objects.filter(
        target=f"research.person:{person.pk}", action__in=["session.started", "session.tried"]
    )
    return list(about.order_by("-pk")[:8])
