"""What goes into an index and what comes out of a search, whatever the engine (条目、检索、结果)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from search.query.tree import Node

PATH_MARK = "›"
"""Between the steps of a facet value that is a path: «人教版›七年级上册›第一单元»."""


class Sort(StrEnum):
    """In which order results come (排序). Without a query none is more relevant than another: the newest come first then. What is
    equally new, or used, comes by its name. Of more than ``COUNTED_MOST`` matches above the cut, the best so many are ordered.
    """

    RELEVANCE = "relevance"
    NEWEST = "newest"
    USED = "used"


class Part(NamedTuple):
    """One part of what is searchable of a thing (部分): a field of a plan, one of its steps, the text of a file.

    ``key`` names it within the thing, ``label`` is what a reader calls it (教学目标 · 教学过程第 3 步), ``scope`` the search
    prefix that means parts like it («aims» for 目标:), if there is one. A plan has dozens of them, which go to other processes: a tuple
    gets there three times as fast.
    """

    key: str
    label: str
    text: str
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is searchable of one thing (条目), free of any engine.

    ``kind`` and ``key`` name the thing; ``version`` grows with each reading of it. ``people`` are names of authors, ``tags``
    further words that say what it is about (subject, grade, textbook, theme). ``facets`` hold one value each, or a
    path. ``readers`` are the tokens of which a person must hold one to find it; none means that nobody finds it.
    ``completeness`` says from 0 to 1 how much of it is there.
    """

    kind: str
    key: str
    version: int
    title: str
    readers: frozenset[str]
    parts: tuple[Part, ...] = ()
    people: tuple[str, ...] = ()
    unit: str = ""
    tags: tuple[str, ...] = ()
    facets: Mapping[str, str] = field(default_factory=dict)
    uses: int = 0
    completeness: float = 0.0
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One search (检索请求). ``principals`` are the tokens of whoever asks; there is no search without them.

    ``filters`` are values by facet, several of one facet are OR-ed; a path also means all below it. ``years`` are the first
    and the last year. ``everything`` lifts the cut below which hits are left out (显示全部匹配). ``excluded`` are ids that
    must not be found, for what narrowed their readers is not in the index yet.
    """

    principals: frozenset[str]
    query: Node | None = None
    synonyms: bool = True
    kinds: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int | None, int | None] = (None, None)
    facets: tuple[str, ...] = ()
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20
    everything: bool = False
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found (命中)."""

    kind: str
    key: str
    score: float = 0.0

    @property
    def id(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of an engine (检索结果).

    ``total`` counts what was found, in ``kinds`` of the request; from ``COUNTED_MOST`` on it says that many and ``is_capped`` is
    set. ``kinds`` counts by kind without regard to ``Request.kinds``; ``facets`` counts by value, each facet without regard
    to its own filter. Counts go up to ``COUNTED_MOST`` hits.
    """

    hits: tuple[Hit, ...]
    total: int
    is_capped: bool = False
    kinds: Mapping[str, int] = field(default_factory=dict)
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


COUNTED_MOST = 1_000
CUT = 0.2
"""Hits below this share of the top score are left out (measured: it costs nothing on four judged sets)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a thing stands where it does (为什么在这里): what contributed how much to its score."""

    what: str
    score: float
    inner: tuple["Reason", ...] = ()
