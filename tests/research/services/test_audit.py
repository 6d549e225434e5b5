"""The record is written once, says who from where, and shows whether somebody tampered with it."""

import importlib
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from research.enums import AuditResult
from research.errors import AppendOnlyError
from research.models import AuditEvent, AuditSeal
from research.services import audit, sealing
from tests.factories.research import PersonFactory

pytestmark = pytest.mark.django_db
append_only = importlib.import_module("research.migrations.0002_append_only")


@pytest.fixture
def triggers() -> None:
    """The triggers as in a real database; the test's transaction takes them away again."""
    statements = list(append_only.SQLITE.values())
    if connection.vendor == "postgresql":
        statements = [
            f"CREATE TRIGGER {name} {when} ON {table} {each} EXECUTE FUNCTION {function}()"
            for name, (table, when, each, function) in append_only.POSTGRESQL.items()
        ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def refused(statement: str) -> bool:
    """Whether the database refuses a statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return True
    return False


def test_the_application_has_no_way_to_change_an_event() -> None:
    event = audit.record("tea.made", by=None)

    event.action = "nothing.happened"
    with pytest.raises(AppendOnlyError):
        event.save()
    with pytest.raises(AppendOnlyError):
        event.delete()
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.all().delete()
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.update(action="nothing.happened")
    with pytest.raises(AppendOnlyError):
        AuditEvent.objects.bulk_update([event], ["action"])


@pytest.mark.usefixtures("triggers")
def test_the_database_refuses_too() -> None:
    audit.record("tea.made", by=None)
    sealing.seal()

    assert refused("UPDATE research_auditevent SET action = 'nothing.happened'")
    assert refused("DELETE FROM research_auditevent")
    assert refused("UPDATE research_auditseal SET digest = ''")
    assert refused("DELETE FROM research_auditseal")
    assert AuditEvent.objects.get().action == "tea.made"


@pytest.mark.usefixtures("triggers")
def test_the_database_lets_events_go_after_the_retention() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=181)):
        audit.record("tea.made", by=None)

    assert not refused("DELETE FROM research_auditevent")
    assert not AuditEvent.objects.exists()


def test_an_event_carries_the_address_of_the_request() -> None:
    with audit.coming_from("2001:db8::7"):
        audit.record("tea.made", by=None)
    audit.record("tea.drunk", by=None)

    assert list(AuditEvent.objects.order_by("pk").values_list("address", flat=True)) == ["2001:db8::7", None]


def test_nobody_writes_lines_of_their_own_into_the_record() -> None:
    event = audit.record(
        "tea.made", by=None, target="a\r\n2026 admin\x1b[31m", note="x\u202ey\x00" + "z" * 900
    )

    assert event.target == "a<000d><000a>2026 admin<001b>[31m"
    assert event.detail["note"].startswith("x<202e>y<0000>zzz")
    assert len(event.detail["note"]) < 230


def test_the_chain_grows_and_holds() -> None:
    person = PersonFactory.create()
    for number in range(5):
        audit.record("tea.made", by=person, target=person, cup=number, name="𠮷")
    assert sealing.seal() == 5
    audit.record("tea.made", by=person)

    verdict = sealing.check()

    assert (verdict.sealed, verdict.unsealed, verdict.purged, verdict.faults) == (5, 1, 0, ())
    assert verdict.head == AuditSeal.objects.order_by("-pk")[0].digest
    assert sealing.seal() == 1
    assert sealing.seal() == 0


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE research_auditevent SET action = 'nothing.happened' WHERE action = 'tea.1'",
        "UPDATE research_auditevent SET address = '10.9.9.9' WHERE action = 'tea.1'",
        "DELETE FROM research_auditevent WHERE action = 'tea.1'",
    ],
)
def test_tampering_shows(tampering: str) -> None:
    for number in range(3):
        audit.record(f"tea.{number}", by=None)
    sealing.seal()

    with connection.cursor() as cursor:
        cursor.execute(tampering)

    assert len(sealing.check().faults) == 1
    with pytest.raises(CommandError):
        call_command("audit", "check", verbosity=0)


def test_an_event_that_committed_late_is_sealed_too() -> None:
    late = audit.record("tea.late", by=None)
    number = late.pk
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM research_auditevent WHERE id = %s", [number])
    audit.record("tea.made", by=None)
    sealing.seal()
    AuditEvent.objects.create(pk=number, action="tea.late")

    assert sealing.seal() == 1
    assert sealing.check().faults == ()


def test_purge_keeps_what_is_young_or_not_sealed_and_the_chain_holds() -> None:
    with time_machine.travel(timezone.now() - timedelta(days=500)):
        audit.record("tea.old", by=None)
        sealing.seal()
        audit.record("tea.unsealed", by=None)
    audit.record("tea.new", by=None)

    assert sealing.purge() == 1

    sealing.seal()
    verdict = sealing.check()
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "tea.unsealed",
        "tea.new",
    ]
    assert (verdict.purged, verdict.faults) == (1, ())


def test_a_head_written_down_earlier_must_still_be_there() -> None:
    audit.record("tea.made", by=None)
    sealing.seal()

    call_command("audit", "check", "--expect", sealing.check().head, verbosity=0)
    with pytest.raises(CommandError):
        call_command("audit", "check", "--expect", "0" * 64, verbosity=0)


def test_a_refusal_says_so() -> None:
    event = audit.record_refusal("door.tried", by=None)

    assert event.result == AuditResult.REFUSED
