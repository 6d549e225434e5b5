"""You see what you may see, now: nothing that a search says to a person depends on what that person may not find.

Whatever is found, counted, suggested, corrected, called similar or new must be the same as over a bank from which all
else is absent.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from search import kinds
from search.analysis import lexicon
from search.engines import using
from search.engines.tantivy import TantivyEngine
from search.errors import EngineUnavailableError
from search.models import EntryRow, OutboxRow
from search.services import indexing, outbox, saving, searching, similar, suggesting
from search.services.searching import Wanted
from search.types import Entry, Part
from tests.search.desk import Desk

pytestmark = pytest.mark.django_db

NAMES = ("note", "memo")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
PIECES = ("三角形", "内角和", "勾股定理", "勾骨定理", "荷塘月色", "荷唐月瑟", "事实", "实施方案", "复习")
PEOPLE, THEMES, STAGES, YEARS = ("国秀兰", "三木"), ("德育›家国", "三观"), ("小学", "初中"), ("2024", "2025")
QUERIES = (
    "", "三角形", "勾骨定理", "勾股定理 复习", "“内角和”", "三角形 -复习", "篇名:荷塘", "目标:事实", "作者:国秀兰", "荷唐月色", "sanjiao", "ggdl",
    "事实方案", "三", "勾骨定理 荷塘月瑟",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who asks."""

    tokens: frozenset[str]
    is_authenticated: bool = True
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Thing:
    """One of the things; what is ``refused`` nobody may find, and the index was not told."""

    title: str
    text: str
    people: tuple[str, ...]
    facets: dict[str, str]
    readers: frozenset[str]
    age_days: int
    refused: bool = False


@dataclass(slots=True)
class Bank:
    """What there is, by kind and key: what kinds read, and who may find it now."""

    things: dict[tuple[str, str], Thing] = field(default_factory=dict)

    def kind(self, name: str) -> kinds.Kind:
        return kinds.Kind(
            name=name,
            label=name,
            read=lambda keys: [self._entry(name, key) for key in keys if (name, key) in self.things],
            all_keys=lambda: iter(()),
            visible=lambda person, keys: {key for key in keys if self.may_find(person, name, key)},
            cards=lambda _person, keys: {key: key for key in keys},
            template="",
        )

    def may_find(self, person: Any, name: str, key: str) -> bool:
        thing = self.things.get((name, key))
        return thing is not None and not thing.refused and not person.tokens.isdisjoint(thing.readers)

    def _entry(self, name: str, key: str) -> Entry:
        thing = self.things[name, key]
        at = NOW - timedelta(days=thing.age_days)
        parts = (Part("aims", "教学目标", thing.text, "aims"),)
        return Entry(
            name, key, 0, thing.title, thing.readers, parts, thing.people, facets=thing.facets, changed_at=at
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one thing: other readers, or it goes; and whether the index learns of it at once."""

    nth: int
    readers: frozenset[str] | None
    is_drained: bool


tokens = st.sampled_from([frozenset(held) for held in ("", "a", "b", "ab", "ac", "abc", "ab", "abc")])
"""Mostly several, so that most is found by somebody."""
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=3).map("".join)
things = st.builds(
    Thing,
    title=texts,
    text=texts,
    people=st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
    facets=st.fixed_dictionaries(
        {},
        optional={
            "theme": st.sampled_from(THEMES),
            "stage": st.sampled_from(STAGES),
            "year": st.sampled_from(YEARS),
        },
    ),
    readers=tokens,
    age_days=st.integers(0, 400),
    refused=st.sampled_from((False,) * 9 + (True,)),
)
changes = st.lists(
    st.builds(Change, nth=st.integers(0, 7), readers=st.one_of(st.none(), tokens), is_drained=st.booleans()),
    max_size=5,
)
asked = st.builds(
    Wanted,
    query=st.one_of(st.sampled_from(PIECES), st.sampled_from(QUERIES)),
    within=st.sampled_from(("", "", "", "三角形", "-复习")),
    kind=st.sampled_from(("", "", *NAMES)),
    filters=st.sampled_from(
        ({}, {}, {"stage": ("小学",)}, {"stage": ("初中", "小学")}, {"theme": ("德育",), "stage": ("初中",)})
    ),
    years=st.sampled_from(((None, None), (None, None), (None, None), (2025, None), (2020, 2024))),
    everything=st.just(True),  # the cut follows scores, and these how rare a word is in the whole index
    synonyms=st.booleans(),
)


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Two kinds in one bank. So much is shown that nothing depends on which comes first."""
    bank = Bank()
    monkeypatch.setattr(kinds, "_kinds", {name: bank.kind(name) for name in NAMES})
    monkeypatch.setattr(kinds, "_principals", [lambda person: person.tokens])
    known = lexicon.Lexicon(groups=lexicon.shipped_groups())
    monkeypatch.setattr(lexicon, "_kept", (float("inf"), known))
    for module, name in (
        (suggesting, "MOST"),
        (suggesting, "_PEOPLE"),
        (suggesting, "_THEMES"),
        (similar, "SHOWN"),
    ):
        monkeypatch.setattr(module, name, 100)
    monkeypatch.setattr(similar, "_TOKENS", 10_000)
    return bank


def happen(bank: Bank, first: Sequence[Thing], later: Sequence[Change]) -> None:
    """Fill the bank and the index, then change both as an app does."""
    bank.things = {(NAMES[nth % 2], str(nth)): thing for nth, thing in enumerate(first)}
    for name, key in bank.things:
        with transaction.atomic():
            outbox.queue(kind=name, keys=[key])
    indexing.drain()
    for change in later:
        at = NAMES[change.nth % 2], str(change.nth)
        if at in bank.things:
            before = bank.things[at].readers
            with transaction.atomic():
                if change.readers is None:
                    del bank.things[at]
                else:
                    bank.things[at] = replace(bank.things[at], readers=change.readers)
                narrows = change.readers is None or not before <= change.readers
                outbox.queue(kind=at[0], keys=[at[1]], narrows=narrows)
        if change.is_drained:
            indexing.drain()


def said(person: Who, wanted: Wanted) -> dict[str, Any]:
    """Everything that searches say."""
    page = searching.search(person, wanted)
    last = NOW - timedelta(days=100)
    own, hidden = EntryRow.objects.values_list("kind", "key"), outbox.hidden_now()
    return {
        "cards": sorted((card.hit.id, card.title, card.snippets) for card in page.cards),
        "total": page.found.total,
        "kinds": dict(page.found.kinds),
        "facets": {name: dict(counts) for name, counts in page.found.facets.items()},
        "correction": page.correction,
        "suggestions": {
            text: sorted((one.text, str(one.label)) for one in suggesting.suggestions(person, text))
            for text in (wanted.query or "三", "sj")
        },
        "similar": {
            f"{kind}:{key}": sorted(card.hit.id for card in similar.similar(person, kind, key))
            for kind, key in own
            if kinds.kinds()[NAMES.index(kind)].visible(person, [key]) and f"{kind}:{key}" not in hidden
        },
        "new": saving.new_in(person, {1: (wanted, last)}),
        "is_degraded": page.is_degraded,
    }


def differences(found: Sequence[dict[str, Any]], expected: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What is said otherwise, and how."""
    return [
        (name, one[name], other[name])
        for one, other in zip(found, expected, strict=True)
        for name in one
        if one[name] != other[name]
    ]


def on_one_page(things: Sequence[Thing], asked: Sequence[Wanted]) -> list[Wanted]:
    """The same without filters where something is refused of which the index was not told: that is noticed on the page, and
    counts past a filter are of what stands on none.
    """
    is_told = not any(thing.refused for thing in things)
    return [wanted if is_told else replace(wanted, kind="", filters={}) for wanted in asked]


@contextmanager
def a_bank_of(ids: Collection[str]) -> Iterator[TantivyEngine]:
    """An index and a database that hold these entries alone, as they were read last."""
    engine = TantivyEngine(None)
    with transaction.atomic():
        OutboxRow.objects.all().delete()
        rows = {str(row.entry().id): row for row in EntryRow.objects.all()}
        with engine.rebuilding() as batch:
            for name in ids & rows.keys():
                batch.put(rows[name].entry())
        EntryRow.objects.exclude(pk__in=[rows[name].pk for name in ids & rows.keys()]).delete()
        with using(engine):
            yield engine
        transaction.set_rollback(True)


def open_to(bank: Bank, person: Who) -> set[str]:
    """What the person may find now, without what waits for the index to know its readers."""
    return {
        f"{name}:{key}" for name, key in bank.things if bank.may_find(person, name, key)
    } - outbox.hidden_now()


many = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # to make an example smaller takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
banks = st.lists(things, min_size=5, max_size=8)
people = st.builds(Who, tokens, is_active=st.sampled_from((True,) * 9 + (False,)))
several = st.lists(asked, min_size=4, max_size=4)


@many
@given(banks, changes, people, several)
def test_all_that_is_said_is_the_same_as_if_nothing_else_existed(
    bank: Bank, first: list[Thing], later: list[Change], person: Who, several: list[Wanted]
) -> None:
    with transaction.atomic():
        with using(TantivyEngine(None)):
            happen(bank, first, later)
            found = [said(person, wanted) for wanted in on_one_page(first, several)]
        with a_bank_of(open_to(bank, person)):
            expected = [said(person, wanted) for wanted in on_one_page(first, several)]
        transaction.set_rollback(True)

    assert differences(found, expected) == []
    assert not any(one["is_degraded"] for one in found)


@many
@given(banks, changes, people, several)
def test_titles_say_the_same_while_the_engine_is_away(
    bank: Bank, first: list[Thing], later: list[Change], person: Who, several: list[Wanted]
) -> None:
    away = Desk()
    away.fault = EngineUnavailableError("away")
    with transaction.atomic():
        with using(TantivyEngine(None)):
            happen(bank, first, later)
        with using(away):
            found = [said(person, wanted) for wanted in on_one_page(first, several)]
        with a_bank_of(open_to(bank, person)), using(away):
            expected = [said(person, wanted) for wanted in on_one_page(first, several)]
        transaction.set_rollback(True)

    assert differences(found, expected) == []
    assert all(one["is_degraded"] for one in found)


@many
@given(banks, changes, people, several)
def test_what_is_left_out_as_weak_is_no_more_and_counted_as_it_is_shown(
    bank: Bank, first: list[Thing], later: list[Change], person: Who, several: list[Wanted]
) -> None:
    with transaction.atomic():
        with using(TantivyEngine(None)):
            happen(bank, first, later)
            pages = [
                (
                    searching.search(person, wanted),
                    searching.search(person, replace(wanted, everything=False)),
                )
                for wanted in on_one_page(first, several)
            ]
            allowed = open_to(bank, person)
        transaction.set_rollback(True)

    for everything, page in pages:
        shown = {card.hit.id for card in page.cards}
        assert shown <= {card.hit.id for card in everything.cards} <= allowed
        assert page.found.total == len(shown)
        assert all(
            count <= everything.found.facets[name].get(value, 0)
            for name, counts in page.found.facets.items()
            for value, count in counts.items()
        )
        assert all(count <= everything.found.kinds[kind] for kind, count in page.found.kinds.items())
