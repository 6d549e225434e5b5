"""What is asked of the bank, in kinds; the same at every run. Each question comes from a plan that its asker may find."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from random import Random
from typing import Any, Final

from bench.apparatus.search import bank
from search.analysis.runs import runs
from search.analysis.sounds import keys, table
from search.analysis.words import query_words
from search.fields import FACETS
from search.types import Entry

HALF_SENTENCE: Final = 14


@dataclass(frozen=True, slots=True)
class Question:
    """A question as a person types it (``text``), what it was made from (``target``), and who asks."""

    text: str
    target: str
    person: int
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    facets: tuple[str, ...] = ()

    @property
    def principals(self) -> frozenset[str]:
        return bank.principals_of(self.person)


Making = Callable[[Random, Entry], dict[str, Any] | None]
"""The text and what else is asked; None where the plan does not lend itself to it."""


def words_of_title(random: Random, plan: Entry) -> dict[str, Any] | None:
    """Two words of the title."""
    words = [word for word in dict.fromkeys(query_words(plan.title)) if len(word) > 1]
    return {"text": " ".join(random.sample(words, 2))} if len(words) > 1 else None


def half_sentence(random: Random, plan: Entry) -> dict[str, Any] | None:
    """The beginning of a sentence."""
    text = random.choice(plan.parts).text
    sentences = [one for one in re.split(r"[。？！；]", text) if len(one) > HALF_SENTENCE]
    return {"text": random.choice(sentences)[:HALF_SENTENCE]} if sentences else None


def phrase(random: Random, plan: Entry) -> dict[str, Any] | None:
    """Four to six characters from anywhere, to be found just so."""
    text = random.choice(plan.parts).text
    size = random.randint(4, 6)
    long_enough = [run for run, han in runs(text) if han and len(run) >= size]
    if not long_enough:
        return None
    run = random.choice(long_enough)
    start = random.randint(0, len(run) - size)
    return {"text": f"“{run[start : start + size]}”"}


def filtered(random: Random, plan: Entry) -> dict[str, Any] | None:
    """Two words of the title, of one subject and some years."""
    asked, year = words_of_title(random, plan), int(plan.facets["year"])
    own = {"filters": {"subject": (plan.facets["subject"],)}, "years": (year - 1, year + 1)}
    return asked | own if asked else None


def with_facets(random: Random, plan: Entry) -> dict[str, Any] | None:
    """Two words of the title, and the counts of all facets."""
    asked = words_of_title(random, plan)
    return asked | {"facets": FACETS} if asked else None


def half_sentence_with_facets(random: Random, plan: Entry) -> dict[str, Any] | None:
    """The same with half a sentence: what a page asks at its dearest."""
    asked = half_sentence(random, plan)
    return asked | {"facets": FACETS} if asked else None


@cache
def _alike() -> dict[str, list[str]]:
    """Characters by how they sound; the commoner ones, which an input method offers first."""
    found: dict[str, list[str]] = {}
    for character, syllable in table().items():
        if "\u4e00" <= character <= "\u9fa5" and len(character.encode("gb2312", "ignore")) > 1:
            found.setdefault(syllable, []).append(character)
    return found


def homophone(random: Random, plan: Entry) -> dict[str, Any] | None:
    """A topic with one character that only sounds right."""
    title = plan.title
    places = [
        at for at, character in enumerate(title) if len(_alike().get(table().get(character, ""), ())) > 1
    ]
    if len(places) < 4:  # noqa: PLR2004 - of three, none but the other two would say what is meant
        return None
    at = random.choice(places)
    other = random.choice([one for one in _alike()[table()[title[at]]] if one != title[at]])
    return {"text": title[:at] + other + title[at + 1 :]}


def pinyin(random: Random, plan: Entry) -> dict[str, Any] | None:
    """The title in letters: all of it, or the first letters."""
    run = next((run for run, han in runs(plan.title) if han and len(run) > 3), "")  # noqa: PLR2004 - enough to tell
    letters = keys(run)[: random.choice((1, 2))]
    return {"text": letters[-1]} if letters else None


def typed(random: Random, plan: Entry) -> dict[str, Any] | None:
    """What stands in the box while a title is typed: its first characters, or letters."""
    run = next((run for run, han in runs(plan.title) if han), "")
    start = random.choice((run[: random.randint(1, 4)], (keys(run) or [""])[0][: random.randint(2, 4)]))
    return {"text": start} if start else None


KINDS: Final[dict[str, Making]] = {
    "kw": words_of_title,
    "nl": half_sentence,
    "phrase": phrase,
    "filter": filtered,
    "kw, all facets": with_facets,
    "nl, all facets": half_sentence_with_facets,
    "homophone": homophone,
    "pinyin": pinyin,
}
SUGGESTION: Final = "suggestion"


HELD_OUT: Final = " held out"
"""Another drawing, on which no weight was chosen."""


def asked(kind: str, many: int, plans: int, *, drawing: str = "") -> list[Question]:
    """So many questions of a kind, from plans of a bank of this size."""
    making = typed if kind == SUGGESTION else KINDS[kind]
    random = Random(f"{bank.SEED} {kind}{drawing}")
    found: list[Question] = []
    for entry in _chosen(random, plans):
        person = _asker(random, entry)
        own = making(random, entry)
        if own:
            found.append(Question(target=entry.id, person=person, **own))
        if len(found) == many:
            break
    return found


def _chosen(random: Random, plans: int) -> Iterator[Entry]:
    for _ in count():
        yield bank.plan(random.randrange(plans))


def _asker(random: Random, entry: Entry) -> int:
    """Somebody who may find it: anybody where it is open, else one of those it names."""
    if "all" in entry.readers:
        return random.randrange(bank.PEOPLE)
    return int(random.choice(sorted(one for one in entry.readers if one.startswith("p:")))[2:])
