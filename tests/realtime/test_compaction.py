"""Compaction between other people's work: whatever happens meanwhile, the log says the same after it."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pycrdt
import pytest
from django.db import OperationalError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from realtime import documents, updates
from realtime.errors import RefusedUpdateError
from realtime.models import Document, QuarantinedUpdate, Update
from realtime.services import compaction, log, replay
from tests.desk.people import make_person
from tests.realtime.forged import NO_TYPE
from tests.realtime.seeds import POISON, keystrokes, text_of
from tests.realtime.test_services import append

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


@pytest.fixture
def note() -> Document:
    return documents.create(kind="note", key="1", by_id=None)


def old(document: Document) -> None:
    """All rows of one hour, long ago."""
    Update.objects.filter(document=document).update(at=NOW - timedelta(hours=5))


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something that happens after the merges were tried and before they are put in place."""
    faithful = compaction._is_faithful

    def tried(*args: Any) -> bool:
        answer = faithful(*args)
        happens()
        return answer

    monkeypatch.setattr(compaction, "_is_faithful", tried)


def test_rows_appended_meanwhile_stay_as_they_are(note: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    append(note, *keystrokes("甲", "乙", "丙"))
    old(note)
    meanwhile(monkeypatch, lambda: append(note, *keystrokes("别处", client_id=9)))

    assert documents.compact(note.pk, now=NOW) == 2
    assert list(Update.objects.order_by("seq").values_list("seq", flat=True)) == [3, 4]
    assert sorted(text_of(documents.load(note.pk))) == sorted("甲乙丙别处")


def test_of_two_that_compact_at_once_one_gives_way(note: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    append(note, *keystrokes("甲", "乙", "丙"))
    old(note)
    other = compaction._is_faithful
    meanwhile(monkeypatch, lambda: None)

    def compact_too() -> None:
        monkeypatch.setattr(compaction, "_is_faithful", other)
        assert documents.compact(note.pk, now=NOW) == 2

    meanwhile(monkeypatch, compact_too)

    assert documents.compact(note.pk, now=NOW) == 0
    assert text_of(documents.load(note.pk)) == "甲乙丙"


def test_row_that_another_one_changed_meanwhile_is_not_overwritten(
    note: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Merged by somebody who knew of more rows: what the last row holds now is more than was read."""
    first, second, third = keystrokes("甲", "乙", "丙")
    append(note, first, second, third)
    old(note)
    more = updates.merge([third, *keystrokes("旁", client_id=9)])
    meanwhile(monkeypatch, lambda: Update.objects.filter(seq=3).update(payload=more))

    assert documents.compact(note.pk, now=NOW) == 0
    assert sorted(text_of(documents.load(note.pk))) == sorted("甲乙丙旁")


def test_row_set_aside_meanwhile_is_not_merged_with_good_ones(
    note: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(note, *keystrokes("甲", "乙", "丙"))
    old(note)
    meanwhile(
        monkeypatch,
        lambda: log.quarantine(note.pk, person_id=None, payload=b"", reason="found out", seq=3),
    )

    assert documents.compact(note.pk, now=NOW) == 0
    assert Update.objects.count() == 3


def test_row_that_loads_only_with_care_is_merged_like_others(note: Document) -> None:
    append(note, *keystrokes("甲", "乙"), NO_TYPE, *keystrokes("丙", client_id=9))
    old(note)

    assert documents.compact(note.pk, now=NOW) == 3
    assert sorted(text_of(documents.load(note.pk))) == sorted("甲乙丙a")
    assert not QuarantinedUpdate.objects.exists()


def test_row_that_spoils_is_set_aside_and_its_authors_hour_is_kept(note: Document) -> None:
    person = make_person()
    first, second, third = keystrokes("甲", "乙", "丙")
    append(note, first, second, POISON, third, person_id=person.pk)
    old(note)

    assert documents.compact(note.pk, now=NOW) == 2
    assert list(QuarantinedUpdate.objects.values_list("seq", flat=True)) == [3]
    assert list(Update.objects.order_by("seq").values_list("seq", flat=True)) == [3, 4]
    assert text_of(documents.load(note.pk)) == "甲乙丙"


@pytest.mark.parametrize("step", ["merge", "_is_faithful", "_stands", "_renew_snapshot"])
@pytest.mark.parametrize("times", [1, 2])
def test_failure_at_any_step_leaves_a_whole_log(
    note: Document, monkeypatch: pytest.MonkeyPatch, step: str, times: int
) -> None:
    """The second time: one group is merged already."""
    one, other = make_person(), make_person("薛海峰")
    append(note, *keystrokes(*"abc", client_id=1), person_id=one.pk)
    append(note, *keystrokes(*"uvw", client_id=2), person_id=other.pk)
    old(note)
    place: Any = updates if step == "merge" else compaction
    works, calls = getattr(place, step), []

    def fail(*args: Any) -> Any:
        calls.append(args)
        if len(calls) == times:
            raise OperationalError("the disk is full")
        return works(*args)

    with monkeypatch.context() as broken:
        broken.setattr(place, step, fail)
        with suppress(OperationalError):
            documents.compact(note.pk, now=NOW)
    assert sorted(text_of(documents.load(note.pk))) == list("abcuvw")
    documents.compact(note.pk, now=NOW)
    assert Update.objects.count() == 2
    assert sorted(text_of(documents.load(note.pk))) == list("abcuvw")


@pytest.mark.parametrize("error", [RefusedUpdateError("x"), OperationalError("x")])
def test_one_log_that_cannot_be_compacted_keeps_no_other_long(
    note: Document, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    second = documents.create(kind="note", key="2", by_id=None)
    append(note, *keystrokes(*"a" * 70))
    append(second, *keystrokes(*"b" * 60))
    old(note)
    old(second)
    compact = compaction.compact

    def fail_for_the_first(document_id: int, **at: Any) -> int:
        if document_id == note.pk:
            raise error
        return compact(document_id, **at)

    monkeypatch.setattr(compaction, "compact", fail_for_the_first)

    assert documents.compact_due(now=NOW) == 1
    assert (note.updates.count(), second.updates.count()) == (70, 1)


def test_log_that_could_not_be_compacted_is_left_until_it_has_grown(
    note: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fail(document_id: int, **_: Any) -> int:
        tried.append(document_id)
        raise RefusedUpdateError("no")

    monkeypatch.setattr(compaction, "compact", fail)
    append(note, *keystrokes(*"a" * 70))
    old(note)
    for _ in range(3):
        documents.compact_due(now=NOW)
    append(note, *keystrokes(*"b" * 50, client_id=9))
    old(note)
    documents.compact_due(now=NOW)

    assert tried == [note.pk, note.pk]


def test_log_is_tried_again_at_the_next_turn_where_the_database_failed(
    note: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(note, *keystrokes(*"a" * 60))
    old(note)

    def fail(_document_id: int, **_: Any) -> int:
        raise OperationalError("locked")

    with monkeypatch.context() as broken:
        broken.setattr(compaction, "compact", fail)
        assert documents.compact_due(now=NOW) == 0

    assert documents.compact_due(now=NOW) == 1


def test_log_of_an_office_whose_worker_stood_still_for_a_week_is_compacted(note: Document) -> None:
    append(note, *keystrokes(*"a" * 60))
    Update.objects.filter(document=note).update(at=NOW - timedelta(days=7))

    assert documents.compact_due(now=NOW) == 1
    assert note.updates.count() == 1


def test_rows_of_the_last_hours_are_looked_at_once_those_are_over(note: Document) -> None:
    append(note, *keystrokes(*"a" * 60))
    Update.objects.filter(document=note).update(at=NOW)

    assert documents.compact_due(now=NOW + timedelta(minutes=30)) == 0
    assert documents.compact_due(now=NOW + timedelta(hours=3)) == 1


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    st.randoms(use_true_random=False),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.booleans()), min_size=2, max_size=25),
)
def test_log_says_the_same_at_the_end_of_every_hour(
    rest: random.Random, edits: list[tuple[int, int, bool]]
) -> None:
    """Authors and hours in any mixture, rows out of order, some never come; compacted again and again."""
    document = documents.create(kind="note", key=f"h{Document.objects.count()}", by_id=None)
    people = [make_person().pk, make_person().pk, None]
    docs: list[pycrdt.Doc[Any]] = [pycrdt.Doc(client_id=nth + 1) for nth in range(3)]
    rows = []
    for who, hour, heard in edits:
        doc = docs[who]
        if heard:
            for other in docs:
                doc.apply_update(other.get_update(doc.get_state()))
        seen: list[bytes] = []
        subscription = doc.observe(lambda event, seen=seen: seen.append(event.update))
        text = doc.get("t", type=pycrdt.Text)
        text.insert(rest.choice([0, len(text)]), rest.choice(["教", "ab"]))
        doc.unobserve(subscription)
        rows.append((hour, people[who], seen[0]))
    rest.shuffle(rows)
    rows = sorted(rows[: len(rows) - rest.choice([0, 0, 1])], key=lambda row: row[0])
    for hour, person, payload in rows:
        seq = append(document, payload, person_id=person)
        Update.objects.filter(document=document, seq=seq).update(at=NOW - timedelta(hours=8 - hour))
    ends = [hour.seq for hour in documents.history(document.pk)]
    before = [updates.outline(documents.as_of(document.pk, seq=seq)) for seq in ends]
    waiting = list(replay.load(document.pk).replica.waiting)

    for hours in sorted(rest.sample(range(12), 3), reverse=True):
        documents.compact(document.pk, now=NOW - timedelta(hours=hours))
    documents.compact(document.pk, now=NOW)

    assert [updates.outline(documents.as_of(document.pk, seq=seq)) for seq in ends] == before
    assert [hour.seq for hour in documents.history(document.pk)] == ends
    assert len(replay.load(document.pk).replica.waiting) <= len(waiting)


def test_what_was_refused_goes_after_half_a_year_and_bad_rows_stay_marked(note: Document) -> None:
    append(note, *keystrokes("甲"))
    for reason, seq, days in (("old", None, 200), ("young", None, 100), ("a row", 1, 200)):
        QuarantinedUpdate.objects.create(
            document=note, reason=reason, seq=seq, payload=b"x", at=NOW - timedelta(days=days)
        )

    documents.compact_due(now=NOW)

    assert set(QuarantinedUpdate.objects.values_list("reason", flat=True)) == {"young", "a row"}
