"""A bank of lesson plans to search in: as many as one likes, each by its number, the same at every run.

Sentences of real plans (``sentences.txt``) with blanks that are filled by words (``slots.toml``, the site's own dictionary, and the
words and sayings of pypinyin's phrase list, MIT). A plan is about a topic: the topic's words fill it and are rare elsewhere, common
words follow Zipf's law, as they do in real text; where every word is common, no ranking means anything.
"""

import re
import tomllib
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from operator import add
from pathlib import Path
from random import Random
from typing import Final

from pypinyin.phrases_dict import phrases_dict

from search.analysis.words import shipped
from search.types import Entry, Part

_HERE: Final = Path(__file__).resolve().parent
SEED: Final = 20261130
TOPICS, PEOPLE, UNITS = 9_000, 8_000, 400
SHORTEST, LONGEST = 1_000, 2_000
SURNAMES: Final = "王李张刘陈杨赵高薛任宋冯郭梁武白康贾牛温"
GIVEN: Final = "秀兰海峰志强雅琴建平晓燕丽华国庆玉珍爱萍红梅文军明亮思远子轩"
_NOW: Final = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
_DRAWN: Final = 1 << 15
"""Words are drawn by looking into tables of so many places."""
_PARTS: Final = (
    ("aims", "教学目标", "aims", 4), ("key", "教学重难点", "", 2), ("learners", "学情分析", "", 3),
    ("ready", "教学准备", "", 2),
)  # fmt: skip
_LAST_PARTS: Final = (
    ("board", "板书设计", "", 1), ("homework", "作业设计", "", 2), ("after", "教学反思", "", 2),
)  # fmt: skip
_HABITS: Final = 18
"""Nobody begins sentences of a lesson in more ways than these; another author has other ways."""
_TITLES: Final = (
    "{t}", "{t}", "{t}", "《{t}》教学设计", "《{t}》", "{t}（第{n}课时）", "{g}{s}：{t}", "{t}——{x}", "{t}教案",
    "{x}视角下的{t}", "基于{w}的{t}",
)  # fmt: skip
_OF_STAGE: Final = {"小学": range(6), "初中": range(6, 9), "高中": range(9, 12)}


@dataclass(frozen=True, slots=True)
class Topic:
    """What several plans are about (课题)."""

    name: str
    subject: str
    grade: str
    textbook: str
    words: tuple[str, ...]


def zipf(words: Sequence[str], random: Random, *, flat: float = 2.0, size: int = _DRAWN) -> list[str]:
    """A table to draw from: the nth word stands in it as often as 1 in ``flat`` + n."""
    sums = list(accumulate(1 / (flat + nth) for nth in range(len(words))))
    return [words[bisect(sums, random.random() * sums[-1])] for _ in range(size)]


@cache
def _phrases() -> dict[int, list[str]]:
    """Words by their length, in an order that says nothing."""
    found: dict[int, list[str]] = {}
    for phrase in sorted(phrases_dict):
        found.setdefault(len(phrase), []).append(phrase)
    for length, own in found.items():
        Random(SEED + length).shuffle(own)
    return found


@cache
def slots() -> dict[str, list[str]]:
    """By the letter of a blank, the table that it is filled from."""
    random = Random(SEED)
    found = {letter: zipf(words, random, flat=6.0) for letter, words in listed().items()}
    found["x"] = zipf(_phrases()[2][:14_000], random)
    found["i"] = zipf(_phrases()[4], random, flat=2_000.0)
    found["n"] = zipf([str(number) for number in range(2, 61)], random)
    return found


Pattern = tuple[str, ...]
_BLANK: Final = re.compile(r"\{(\w)\}")


@cache
def sentences() -> dict[str, list[Pattern]]:
    """By the part of a plan, tables of sentences: text and letters of blanks in turn."""
    patterns_of: dict[str, list[Pattern]] = {}
    for line in (_HERE / "sentences.txt").read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("#"):
            own = patterns_of.setdefault(line.split()[1], [])
        else:
            own.append(tuple(_BLANK.split(line)))
    drawn: dict[str, list[Pattern]] = {}
    for part, patterns in patterns_of.items():
        table = zipf([str(nth) for nth in range(len(patterns))], Random(SEED), flat=12.0, size=1_024)
        drawn[part] = [patterns[int(nth)] for nth in table]
    return drawn


@cache
def _vocabulary(subject: str) -> list[str]:
    """The words of a subject: a table."""
    random = Random(f"{SEED} {subject}")
    by_length = _phrases()
    words = [*random.sample(by_length[2][4_000:], 1_600), *random.sample(by_length[3], 500)]
    words += [*random.sample(by_length[4], 150), *random.sample(shipped(), 40)]
    random.shuffle(words)
    return zipf(words, random, flat=30.0, size=8_192)


@cache
def topics() -> list[Topic]:
    """All topics, the commonest first."""
    tables = slots()
    return [_topic(Random(f"{SEED} topic {nth}"), tables) for nth in range(TOPICS)]


def _topic(random: Random, tables: dict[str, list[str]]) -> Topic:
    subject = random.choice(tables["s"])
    grade = random.choice(tables["g"])
    own = random.choices(_vocabulary(subject), k=10)
    rare = [random.choice(_phrases()[2]) + random.choice(_phrases()[2]) for _ in range(3)]
    rare += random.sample(_phrases()[3], 2) + random.sample(_phrases()[2], 4)
    one, other = random.choice(rare), random.choice(own)
    name = random.choice((one, f"{one}的{other}", f"{one}与{other}", f"{other}{one}", f"走进{one}"))
    book = f"{random.choice(tables['k'])}›{grade}{random.choice(tables['d'])}›第{random.randint(1, 8)}单元"
    words = [*rare, *own]
    random.shuffle(words)
    return Topic(name, subject, grade, book, tuple(words))


@cache
def _popular() -> list[float]:
    return list(accumulate((25 + nth) ** -0.75 for nth in range(TOPICS)))


@cache
def _places() -> list[str]:
    return [word for word in shipped() if re.fullmatch(r"..+(镇|乡|街道)", word)]


def unit_of(number: int) -> str:
    """The name of a school."""
    schools = ("中心小学", "初级中学", "第二小学", "联合学校")
    return _places()[number % len(_places())] + schools[number // len(_places()) % len(schools)]


@cache
def listed() -> dict[str, list[str]]:
    """By the letter of a blank, the words of ``slots.toml``."""
    found = tomllib.loads((_HERE / "slots.toml").read_text(encoding="utf-8"))
    return {letter: words.split() for letter, words in found.items()}


@cache
def _counties() -> list[str]:
    counties = listed()["c"]
    return [counties[unit % len(counties)] for unit in range(UNITS)]


def name_of(person: int) -> str:
    random = Random(person)
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2))))


def principals_of(person: int) -> frozenset[str]:
    """The readers' tokens that a person of the bank holds."""
    unit = person % UNITS
    return frozenset({"all", f"p:{person}", f"u:{unit}", f"c:{_counties()[unit]}"})


class Writer:
    """Writes one plan."""

    def __init__(self, nth: int) -> None:
        self._random = Random(SEED * 1_000_003 + nth)
        self._tables = slots()
        place = bisect(_popular(), self._random.random() * _popular()[-1])
        self.topic = topics()[place]
        self._words = self._own_words()
        own = {"steps": self._random.sample(sentences()["steps"], _HABITS)}
        self._sentences = sentences() | own

    def _own_words(self) -> list[str]:
        """The topic's words, some of which this plan has to itself; the first come often."""
        random = self._random
        words = [*self.topic.words[:12], *random.choices(_vocabulary(self.topic.subject), k=22)]
        words += random.sample(_phrases()[2], 4) + random.sample(_phrases()[3], 2)
        first, rest = words[:6], words[6:]
        random.shuffle(rest)
        return [word for at, word in enumerate([*first, *rest]) for _ in range(max(1, 8 - at // 2))]

    def filled(self, pattern: Pattern) -> str:
        """A sentence with its blanks filled."""
        parts = list(pattern)
        draw = self._random.random
        for at in range(1, len(parts), 2):
            letter = parts[at]
            if letter == "t":
                parts[at] = self.topic.name
            else:
                table = self._words if letter == "w" else self._tables[letter]
                parts[at] = table[int(draw() * len(table))]
        return "".join(parts)

    def part(self, kind: str, count: int) -> str:
        patterns, draw = self._sentences[kind], self._random.random
        return "".join(self.filled(patterns[int(draw() * len(patterns))]) for _ in range(count))

    def parts(self) -> list[Part]:
        """All parts, together of a length that is drawn."""
        first = [Part(key, label, self.part(key, count), scope) for key, label, scope, count in _PARTS]
        last = [Part(key, label, self.part(key, count), scope) for key, label, scope, count in _LAST_PARTS]
        left = self._random.randint(SHORTEST, LONGEST) - sum(len(part.text) for part in (*first, *last))
        steps: list[Part] = []
        while left > 0:
            text = self.part("steps", self._random.randint(3, 6))[:left]
            steps.append(Part(f"step:{len(steps)}", f"教学过程第 {len(steps) + 1} 步", text))
            left -= len(text)
        return [*first, *steps, *last]

    def title(self) -> str:
        pattern = self._random.choice(_TITLES)
        values = {"t": self.topic.name, "g": self.topic.grade, "s": self.topic.subject}
        values |= {letter: self._random.choice(self._tables[letter]) for letter in "nx"}
        return pattern.format(**values, w=self._words[0])

    def readers(self, lead: int) -> frozenset[str]:
        """Six of ten are open to all; the others to a county, a school, a few persons."""
        random, unit = self._random, lead % UNITS
        circle = random.random()
        if circle < 0.6:  # noqa: PLR2004 - shares of a hundred
            return frozenset({"all"})
        own = {f"p:{lead}"}
        if circle < 0.7:  # noqa: PLR2004
            return frozenset(own | {f"c:{_counties()[unit]}"})
        if circle < 0.85:  # noqa: PLR2004
            return frozenset(own | {f"u:{unit}"})
        return frozenset(own | {f"p:{random.randrange(PEOPLE)}" for _ in range(random.randint(0, 4))})


def plan(nth: int) -> Entry:
    """The plan of this number; the first is 0."""
    writer = Writer(nth)
    random = writer._random  # noqa: SLF001 - one stream of chance for all of a plan
    topic, parts, title = writer.topic, writer.parts(), writer.title()
    lead = random.randrange(PEOPLE)
    changed = _NOW - timedelta(minutes=random.randrange(5 * 365 * 24 * 60))
    facets = {
        "stage": _stage_of(topic.grade),
        "grade": topic.grade,
        "subject": topic.subject,
        "textbook": topic.textbook,
        "lesson_type": random.choice(slots()["l"]),
        "county": _counties()[lead % UNITS],
        "year": str(changed.year),
    }
    if random.random() < 0.3:  # noqa: PLR2004 - three of ten have one
        facets["theme"] = random.choice(slots()["h"])
    return Entry(
        kind="plan",
        key=str(nth),
        version=1,
        title=title,
        readers=writer.readers(lead),
        parts=tuple(parts),
        people=tuple(
            name_of(person) for person in (lead, *random.sample(range(PEOPLE), random.randint(0, 2)))
        ),
        unit=unit_of(lead % UNITS),
        tags=(topic.subject, topic.grade, *topic.textbook.split("›")),
        facets=facets,
        uses=int(random.paretovariate(0.9)) - 1 if random.random() < 0.5 else 0,  # noqa: PLR2004 - half are never used
        completeness=random.randint(4, 10) / 10,
        created_at=changed - timedelta(days=random.randrange(200)),
        changed_at=changed,
    )


@cache
def _stage_of(grade: str) -> str:
    number = listed()["g"].index(grade)
    return next(stage for stage, grades in _OF_STAGE.items() if number in grades)


def plans(count: int) -> Iterator[Entry]:
    return map(plan, range(count))


@dataclass(slots=True)
class Census:
    """How large and how varied a bank is (语料规模)."""

    plans: int = 0
    characters: int = 0
    utf8_bytes: int = 0
    distinct_sentences: int = 0
    distinct_bigrams: int = 0
    from_elsewhere: int = 0
    """Sentences that the judged papers have too: there must be none."""


_SENTENCE: Final = re.compile(r"[^。？！]+[。？！]?")


def census(entries: Iterable[Entry], others: Iterable[str] = ()) -> Census:
    """Count a bank; ``others`` are the texts that nothing may be from."""
    found, seen, bigrams = Census(), set[int](), set[str]()
    for entry in entries:
        found.plans += 1
        for text in (entry.title, *(part.text for part in entry.parts)):
            found.characters += len(text)
            found.utf8_bytes += len(text.encode())
            seen.update(map(hash, _SENTENCE.findall(text)))
            bigrams.update(map(add, text, text[1:]))
    found.distinct_sentences, found.distinct_bigrams = len(seen), len(bigrams)
    theirs = {hash(sentence) for text in others for sentence in _SENTENCE.findall(text)}
    found.from_elsewhere = len(seen & theirs)
    return found
