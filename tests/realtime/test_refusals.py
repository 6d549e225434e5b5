"""Refused acts that somebody repeats do not flood the record, and none of them is left uncounted."""

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from realtime.kinds import Access
from realtime.refusals import Refusals
from realtime.services.access import Refusal
from research.models import AuditEvent
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.recorder import refusals

KNOCK = Refusal("join", "note", "1", 7, "10.0.0.1")


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def a_minute_of(told: list[Refusal]) -> tuple[Refusals, Clock]:
    clock = Clock()
    return Refusals(tell=told.append, now=clock), clock


def test_first_is_told_at_once_and_the_rest_once_a_minute_with_their_number() -> None:
    told: list[Refusal] = []
    known, clock = a_minute_of(told)
    for _ in range(100):
        known.note(KNOCK)
        known.tell_due()
    assert told == [KNOCK]

    clock.seconds += 60
    known.tell_due()
    assert told == [KNOCK, replace(KNOCK, times=99)]

    clock.seconds += 60
    known.tell_due()  # it kept still
    known.note(KNOCK)
    assert told == [KNOCK, replace(KNOCK, times=99), KNOCK]


def test_each_person_document_and_act_is_told_of_by_itself() -> None:
    told: list[Refusal] = []
    known, _ = a_minute_of(told)
    others = [replace(KNOCK, person_id=8), replace(KNOCK, key="2"), replace(KNOCK, act="write")]
    for refusal in (KNOCK, *others, KNOCK, *others):
        known.note(refusal)

    assert told == [KNOCK, *others]


def test_who_keeps_still_for_a_minute_is_forgotten() -> None:
    known, clock = a_minute_of([])
    known.note(KNOCK)
    clock.seconds += 60
    known.tell_due()

    assert known._known == {}


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 90)), max_size=60))
def test_every_one_is_counted_and_none_is_told_twice_in_a_minute(knocks: list[tuple[int, float]]) -> None:
    told: list[tuple[float, Refusal]] = []
    clock = Clock()
    known = Refusals(tell=lambda refusal: told.append((clock.seconds, refusal)), now=clock)
    for person, later in knocks:
        clock.seconds += later
        known.tell_due()
        known.note(replace(KNOCK, person_id=person))
    running = list(told)
    known.tell_all()

    assert sum(refusal.times for _, refusal in told) == len(knocks)
    for person in range(4):
        moments = [at for at, refusal in running if refusal.person_id == person]
        assert all(after - before >= 60 for before, after in pairwise(moments))


async def test_who_knocks_again_and_again_leaves_one_line_and_at_the_end_their_number(
    site: Site, note: object, writer: Somebody
) -> None:
    await in_thread(lambda: writer.may(Access.NONE))()
    with refusals() as seen:
        for _ in range(8):
            async with site.tab(writer, sync=False) as page:
                assert await page.closed() == 4404
        await site.live.settled()
        assert [(refusal.act, refusal.times) for refusal in seen] == [("join", 1)]

        site.live.refusals.tell_all()
        await site.live.settled()
        assert [(refusal.act, refusal.times) for refusal in seen] == [("join", 1), ("join", 7)]
    recorded = (
        AuditEvent.objects.filter(action="document.join").order_by("pk").values_list("detail", flat=True)
    )
    details = await in_thread(lambda: list(recorded))()
    assert [detail.get("times", 1) for detail in details] == [1, 7]
