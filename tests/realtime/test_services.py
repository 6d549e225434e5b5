"""Documents as the domain apps use them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pycrdt
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from realtime import bell, documents, updates
from realtime.errors import DocumentMissingError, EpochChangedError, RealtimeError, RefusedUpdateError
from realtime.models import AccessChange, Document, QuarantinedUpdate, Snapshot, Update
from realtime.services import access, log, replay, touched
from tests.desk import notes
from tests.desk.people import make_person
from tests.realtime import forged
from tests.realtime.seeds import POISON, by_client_seven, keystrokes, text_of

pytestmark = pytest.mark.django_db

Change = Callable[["pycrdt.Doc[Any]"], None]


def typing(text: str) -> Change:
    def change(doc: "pycrdt.Doc[Any]") -> None:
        content = doc.get("t", type=pycrdt.Text)
        content.insert(len(content), text)

    return change


def nothing(_doc: "pycrdt.Doc[Any]") -> None:
    """Change nothing."""


def append(document: Document, *payloads: bytes, person_id: int | None = None) -> int:
    rows = [(person_id, payload) for payload in payloads]
    return log.append([log.NewRows(document.pk, document.epoch, rows)])[document.pk]


@pytest.fixture
def note() -> Document:
    return documents.create(kind="note", key="1", by_id=None)


# --- create, find, load, edit -------------------------------------------------------------------------------


def test_create_writes_the_first_content_as_the_first_row() -> None:
    person = make_person()
    note = documents.create(kind="note", key="7", by_id=person.pk, fill=typing("教学目标"))

    assert (note.seq, note.epoch, note.schema) == (1, 1, 1)
    assert list(note.updates.values_list("seq", "epoch", "person")) == [(1, 1, person.pk)]
    assert text_of(documents.load(note.pk)) == "教学目标"


def test_create_without_content_writes_no_row(note: Document) -> None:
    assert (note.seq, note.updates.count()) == (0, 0)
    assert text_of(documents.load(note.pk)) == ""


def test_create_twice_is_refused_by_the_database(note: Document) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        documents.create(kind="note", key="1", by_id=None)


def test_create_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(RealtimeError, match="not registered"):
        documents.create(kind="attic", key="1", by_id=None)


def test_find_knows_kind_and_key(note: Document) -> None:
    assert documents.find("note", "1") == note
    with pytest.raises(DocumentMissingError):
        documents.find("note", "2")


def test_load_and_edit_of_nothing_say_so() -> None:
    with pytest.raises(DocumentMissingError):
        documents.load(999)
    with pytest.raises(DocumentMissingError):
        documents.edit(999, typing("x"), by_id=None)


def test_many_load_as_each_alone_with_as_many_queries_as_one(
    django_assert_num_queries: Any,
) -> None:
    notes = [
        documents.create(kind="note", key=str(nth), by_id=None, fill=typing(f"第{nth}课")) for nth in range(5)
    ]
    loaded = replay.load(notes[1].pk)
    replay.keep_snapshot(notes[1].pk, epoch=1, seq=loaded.seq, whole=loaded.replica.encode())
    documents.edit(notes[1].pk, typing("又一句"), by_id=None)
    documents.start_epoch(notes[2].pk, fill=typing("重写"), by_id=None)
    log.quarantine(notes[3].pk, person_id=None, payload=b"x", reason="bad", seq=1)

    with django_assert_num_queries(4):
        assert list(documents.load_many([notes[0].pk])) == [notes[0].pk]
    with django_assert_num_queries(4):
        found = documents.load_many([*(note.pk for note in notes), 12_345])
    texts = {pk: text_of(doc) for pk, doc in found.items()}
    assert texts == {note.pk: text_of(documents.load(note.pk)) for note in notes}
    assert list(texts.values()) == ["第0课", "第1课又一句", "重写", "", "第4课"]


@pytest.mark.django_db(transaction=True)
def test_rows_of_no_document_are_written_when_one_of_them_is_gone() -> None:
    note = documents.create(kind="note", key="1", by_id=None)
    news = [log.NewRows(pk, 1, [(None, row) for row in keystrokes("a")]) for pk in (note.pk, note.pk + 1)]

    with pytest.raises(DocumentMissingError):
        log.append(news)

    assert not connection.in_atomic_block
    note.refresh_from_db()
    assert (note.seq, Update.objects.count()) == (0, 0)
    assert log.append(news[:1]) == {note.pk: 1}


def test_rows_are_undone_with_the_transaction_around_them(note: Document) -> None:
    with transaction.atomic():
        append(note, *keystrokes("a"))
        transaction.set_rollback(True)

    note.refresh_from_db()
    assert (note.seq, Update.objects.count()) == (0, 0)


def test_edit_appends_what_changed_alone(note: Document) -> None:
    documents.edit(note.pk, typing("一"), by_id=None)
    seq = documents.edit(note.pk, typing("二"), by_id=None)

    assert seq == 2
    assert text_of(documents.load(note.pk)) == "一二"
    last = bytes(note.updates.get(seq=2).payload)
    assert len(last) < 40


def test_edit_that_changes_nothing_writes_nothing(note: Document) -> None:
    documents.edit(note.pk, typing("一"), by_id=None)

    assert documents.edit(note.pk, nothing, by_id=None) == 1
    assert note.updates.count() == 1


def test_edit_that_fails_halfway_writes_nothing(note: Document) -> None:
    def fail(doc: "pycrdt.Doc[Any]") -> None:
        typing("半")(doc)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        documents.edit(note.pk, fail, by_id=None)
    assert note.updates.count() == 0


def test_owner_and_pages_are_told_after_the_commit(
    note: Document, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[int, int]] = []
    listener = bell.Listener(reached=lambda *at: heard.append(at), announced=print)
    bell.listen(listener)
    with django_capture_on_commit_callbacks(execute=True):
        documents.edit(note.pk, typing("一"), by_id=None)
        assert (heard, notes.touched) == ([], [])
    bell.leave(listener)

    assert (heard, notes.touched) == ([(note.pk, 1)], ["1"])


def test_announcement_waits_for_the_commit(note: Document, django_capture_on_commit_callbacks: Any) -> None:
    heard: list[object] = []
    listener = bell.Listener(reached=print, announced=lambda *event: heard.append(event))
    bell.listen(listener)
    with django_capture_on_commit_callbacks(execute=True):
        documents.announce("note", "1", {"event": "columns", "version": 3})
        assert heard == []
    bell.leave(listener)

    assert heard == [("note", "1", {"event": "columns", "version": 3})]


def test_owner_who_fails_to_hear_undoes_nothing_and_stops_nobody_else(
    note: Document, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is committed: an error after that would make the caller say it is not."""

    def fail(*_at: Any) -> None:
        raise ZeroDivisionError

    heard: list[str] = []
    monkeypatch.setattr(bell, "ring", fail)
    monkeypatch.setattr(bell, "announce", fail)
    with django_capture_on_commit_callbacks(execute=True):
        documents.edit(note.pk, typing("一"), by_id=None)
        documents.announce("note", "1", {"event": "columns"})
        transaction.on_commit(lambda: heard.append("later"))

    assert heard == ["later"]


def test_new_epoch_begins_a_history_of_its_own(note: Document) -> None:
    documents.edit(note.pk, typing("旧"), by_id=None)

    assert documents.start_epoch(note.pk, fill=typing("新"), by_id=None) == 2
    assert text_of(documents.load(note.pk)) == "新"
    assert list(note.updates.values_list("seq", "epoch")) == [(1, 1), (2, 2)]


# --- the log ------------------------------------------------------------------------------------------------


def test_append_numbers_each_document_for_itself(note: Document) -> None:
    other = documents.create(kind="note", key="2", by_id=None)
    a, b, c = keystrokes("a", "b", "c")
    rows = [(None, a), (None, b)]
    reached = log.append([log.NewRows(other.pk, 1, [(None, c)]), log.NewRows(note.pk, 1, rows)])

    assert reached == {note.pk: 2, other.pk: 1}
    note.refresh_from_db()
    assert (note.seq, note.size) == (2, len(a) + len(b))


def test_append_to_one_missing_document_writes_nothing_at_all(note: Document) -> None:
    payload = keystrokes("a")[0]

    with pytest.raises(DocumentMissingError):
        log.append([log.NewRows(note.pk, 1, [(None, payload)]), log.NewRows(10**9, 1, [(None, payload)])])
    assert not Update.objects.exists()


def test_append_that_the_database_refuses_raises_djangos_error_and_writes_nothing(note: Document) -> None:
    Update.objects.create(document=note, seq=2, epoch=1, payload=b"", at=timezone.now())

    with pytest.raises(IntegrityError), transaction.atomic():
        log.append([log.NewRows(note.pk, 1, [(None, b"\x00\x00"), (None, b"\x00\x00")])])

    note.refresh_from_db()
    assert (note.seq, list(note.updates.values_list("seq", flat=True))) == (0, [2])


def test_append_in_another_epoch_writes_nothing(note: Document) -> None:
    with pytest.raises(EpochChangedError):
        log.append([log.NewRows(note.pk, 2, [(None, keystrokes("a")[0])])])
    assert not Update.objects.exists()


@pytest.mark.parametrize("change", [{"seq": -1}, {"size": -1}, {"epoch": 0}, {"touched_seq": 5}])
def test_database_refuses_an_impossible_document(note: Document, change: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=note.pk).update(**change)


@pytest.mark.parametrize("seq", [0, 1])
def test_database_refuses_an_impossible_row(note: Document, seq: int) -> None:
    append(note, keystrokes("a")[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        Update.objects.create(document=note, seq=seq, epoch=1, payload=b"", at=datetime.now(UTC))


def test_quarantine_keeps_so_many_an_hour_and_person(note: Document, settings: Any) -> None:
    settings.REALTIME = {"quarantine_per_hour": 2}
    one, other = make_person(), make_person("薛海峰")
    kept = [log.quarantine(note.pk, person_id=one.pk, payload=bytes([n]), reason="x") for n in range(3)]

    assert kept == [True, True, False]
    assert log.quarantine(note.pk, person_id=other.pk, payload=b"", reason="y" * 400)
    assert QuarantinedUpdate.objects.count() == 3


# --- replay -------------------------------------------------------------------------------------------------


def test_load_uses_snapshot_and_the_rows_after_it(note: Document) -> None:
    append(note, *keystrokes("甲", "乙"))
    loaded = replay.load(note.pk)
    assert replay.keep_snapshot(note.pk, epoch=1, seq=2, whole=loaded.replica.encode())
    append(note, *keystrokes("x", client_id=2))

    again = replay.load(note.pk)
    assert (again.seq, again.rows, len(text_of(again.replica.doc))) == (3, 1, 3)


def test_older_snapshot_does_not_take_a_later_ones_place(note: Document) -> None:
    append(note, *keystrokes("甲", "乙"))
    whole = replay.load(note.pk).replica.encode()

    assert replay.keep_snapshot(note.pk, epoch=1, seq=2, whole=whole)
    assert not replay.keep_snapshot(note.pk, epoch=1, seq=1, whole=b"")
    assert bytes(Snapshot.objects.get().payload) == whole


def test_broken_snapshot_costs_nothing_but_time(note: Document) -> None:
    append(note, *keystrokes("甲", "乙"))
    replay.keep_snapshot(note.pk, epoch=1, seq=1, whole=b"\xff\xff")

    assert text_of(documents.load(note.pk)) == "甲乙"
    assert not Snapshot.objects.exists()


def test_row_that_spoils_the_document_is_found_and_left_out(note: Document) -> None:
    person = make_person()
    append(note, by_client_seven("教学"))
    append(note, POISON, person_id=person.pk)
    append(note, *keystrokes("重点"))

    assert sorted(text_of(documents.load(note.pk))) == sorted("教学重点")
    assert list(QuarantinedUpdate.objects.values_list("seq", "person")) == [(2, person.pk)]
    assert Update.objects.count() == 3
    assert sorted(text_of(documents.load(note.pk))) == sorted("教学重点")


def test_rows_that_load_only_with_care_are_all_kept(note: Document) -> None:
    """Two processes may take what neither would take after the other; nobody's row is left out for that."""
    append(note, *forged.ON_GARBAGE, *keystrokes("重点", client_id=9))

    assert "重点" in text_of(documents.load(note.pk))
    assert not QuarantinedUpdate.objects.exists()


def test_encoding_that_lacks_something_is_no_snapshot() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc()
    doc.get("t", type=pycrdt.Text).insert(0, "x")

    with pytest.raises(RefusedUpdateError, match="lacks something"):
        replay.check_encoding(b"\x00\x00", doc.get_state())


# --- compaction and history ---------------------------------------------------------------------------------


def backdate(document: Document, hours: dict[int, int]) -> datetime:
    """Move rows so many hours back; the now that was used."""
    now = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    for seq, hours_ago in hours.items():
        Update.objects.filter(document=document, seq=seq).update(at=now - timedelta(hours=hours_ago))
    return now


def test_compact_merges_rows_of_one_person_and_hour(note: Document) -> None:
    one, other = make_person(), make_person("薛海峰")
    first = keystrokes(*"abcdef", client_id=1)
    second = keystrokes(*"uvw", client_id=2)
    for nth in range(3):
        append(note, first[nth], person_id=one.pk)
        append(note, second[nth], person_id=other.pk)
    append(note, *first[3:], person_id=one.pk)
    now = backdate(note, {1: 5, 2: 5, 3: 5, 4: 5, 5: 5, 6: 5, 7: 3, 8: 3, 9: 0})
    before = documents.load(note.pk)

    assert documents.compact(note.pk, now=now) == 5
    rows = Update.objects.filter(document=note).order_by("seq").values_list("seq", "person")
    assert list(rows) == [(5, one.pk), (6, other.pk), (8, one.pk), (9, one.pk)]
    after = documents.load(note.pk)
    assert (text_of(after), updates.outline(after)) == (text_of(before), updates.outline(before))
    assert documents.compact(note.pk, now=now) == 0


def test_compact_leaves_the_last_hour_alone(note: Document) -> None:
    append(note, *keystrokes("a", "b"))
    now = backdate(note, {1: 1, 2: 1})

    assert documents.compact(note.pk, now=now) == 0


def test_compact_keeps_what_is_pending(note: Document) -> None:
    first, second, third, fourth = keystrokes("甲", "乙", "丙", "丁")
    append(note, first, third, fourth)
    now = backdate(note, {1: 5, 2: 5, 3: 5})

    documents.compact(note.pk, now=now)
    append(note, second)
    assert text_of(documents.load(note.pk)) == "甲乙丙丁"


def test_compact_of_a_missing_document_does_nothing() -> None:
    assert documents.compact(999) == 0


def test_compact_keeps_quarantined_rows_apart(note: Document) -> None:
    append(note, by_client_seven("教学"), POISON, *keystrokes("a", "b"))
    documents.load(note.pk)
    now = backdate(note, {1: 5, 2: 5, 3: 5, 4: 5})

    assert documents.compact(note.pk, now=now) == 2
    assert list(Update.objects.order_by("seq").values_list("seq", flat=True)) == [2, 4]
    assert sorted(text_of(documents.load(note.pk))) == sorted("教学ab")


def test_compact_due_takes_the_long_logs_and_sweeps_access_changes(note: Document) -> None:
    append(note, *keystrokes(*"a" * 60))
    now = backdate(note, dict.fromkeys(range(1, 61), 5))
    AccessChange.objects.create(at=now - timedelta(days=2))
    AccessChange.objects.create(at=now)

    assert documents.compact_due(now=now) == 1
    assert (Update.objects.count(), AccessChange.objects.count()) == (1, 1)


def test_history_tells_hours_and_authors(note: Document) -> None:
    one, other = make_person(), make_person("薛海峰")
    a, b, c = keystrokes("a", "b", "c")
    append(note, a, person_id=one.pk)
    append(note, b, person_id=other.pk)
    append(note, c, person_id=one.pk)
    backdate(note, {1: 5, 2: 5, 3: 2})

    hours = [
        (hour.start_at.hour, hour.seq, hour.person_ids, hour.size) for hour in documents.history(note.pk)
    ]
    assert hours == [(7, 2, (one.pk, other.pk), len(a) + len(b)), (10, 3, (one.pk,), len(c))]
    assert text_of(documents.as_of(note.pk, seq=2)) == "ab"
    assert text_of(documents.as_of(note.pk, seq=3)) == "abc"


def test_document_as_it_was_in_an_earlier_epoch(note: Document) -> None:
    documents.edit(note.pk, typing("旧"), by_id=None)
    documents.start_epoch(note.pk, fill=typing("新"), by_id=None)

    assert text_of(documents.as_of(note.pk, seq=1)) == "旧"
    assert text_of(documents.as_of(note.pk, seq=2)) == "新"
    with pytest.raises(DocumentMissingError):
        documents.as_of(999, seq=1)


# --- owners and access --------------------------------------------------------------------------------------


def test_owner_of_a_document_at_rest_is_told_once_more(note: Document) -> None:
    append(note, keystrokes("a")[0])
    assert touched.tell_forgotten() == 0
    Document.objects.update(changed_at=datetime(2026, 1, 1, tzinfo=UTC))

    assert (touched.tell_forgotten(), notes.touched) == (1, ["1"])
    assert touched.tell_forgotten() == 0


def test_access_version_differs_after_every_change() -> None:
    seen = {access.access_version()}
    for _ in range(3):
        documents.access_changed()
        seen.add(access.access_version())

    assert len(seen) == 4


def test_sink_that_fails_hurts_no_other() -> None:
    heard: list[access.Refusal] = []

    def fail(refusal: access.Refusal) -> None:
        raise ZeroDivisionError

    sinks = [fail, heard.append]
    for sink in sinks:
        documents.on_refusal(sink)
    refusal = access.Refusal("write", "note", "1", 1, None)
    access.report(refusal)
    for sink in sinks:
        access._sinks.remove(sink)

    assert heard == [refusal]
