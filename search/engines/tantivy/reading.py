"""The index as this process sees it now (读取)."""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tantivy import DocAddress, Index, Searcher

from search.engines.tantivy.generations import Generations
from search.engines.tantivy.schema import CODE, ID, KIND, KIND_VALUE, number_of, path_field, value_field
from search.errors import EngineUnavailableError

Scored = tuple[float, DocAddress]
"""A match: its score, and where it stands."""

_TRIES: Final = 3
_NOTHING: Final = frozenset({None, 0})
"""Where a facet has no value."""


class Values:
    """What the numbers in columns stand for: looked up among the terms of the paths, where every value is one."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, str]] = {}

    def of(self, searcher: Searcher, name: str, numbers: Iterable[int | None]) -> Mapping[int, str]:
        """All that is known, these among it."""
        known = self._known.get(name, {})
        if not known.keys() >= set(numbers) - _NOTHING:
            terms = KIND if name == KIND else path_field(name)
            known = {number_of(term): term for term, _ in searcher.terms_with_prefix(terms, "")}
            self._known[name] = known
        return known


class Look:
    """One state of the index: whatever is committed meanwhile, it stays."""

    def __init__(self, searcher: Searcher, values: Values, counts: dict[tuple[str, str], int]) -> None:
        self.searcher = searcher
        self.counts = counts
        """In how many entries a field holds a token, as far as it was asked."""
        self._values = values

    def column(self, name: str, at: list[DocAddress]) -> list[int | None]:
        """The number that stands for the value of a facet, or for the kind, of each of these."""
        return self.numbers(KIND_VALUE if name == KIND else value_field(name), at)

    def values(self, name: str, numbers: Iterable[int | None]) -> Mapping[int, str]:
        """What stands behind the numbers of such a column, and perhaps behind others."""
        return self._values.of(self.searcher, name, numbers)

    def numbers(self, field: str, at: list[DocAddress]) -> list[Any]:
        return self.searcher.fast_field_values(field, at)

    def name(self, at: DocAddress) -> tuple[str, str]:
        """Kind and key."""
        kind, _, key = str(self.searcher.doc(at).get_first(ID)).partition(":")
        return kind, key


@dataclass(slots=True)
class _Open:
    """An index that this process has open, and the state in which it saw it last."""

    name: str
    index: Index
    stamp: bytes | None
    searcher: Searcher


class Reader:
    """Keeps one open index in the process, and notices a commit or a new generation at once, whoever made it."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._open: _Open | None = None
        self._values = Values()
        self._counts: dict[tuple[str, str], int] = {}

    def look(self) -> Look:
        """Raises EngineUnavailableError where there is no index, or one with other fields than today's."""
        for left in reversed(range(_TRIES)):
            try:
                with self._lock:
                    return Look(self._fresh(), self._values, self._counts)
            except (OSError, ValueError) as error:
                self._open = None  # it may be one that has just been replaced
                if not left:
                    raise EngineUnavailableError(f"the index cannot be read: {error}") from error
        raise AssertionError

    def _fresh(self) -> Searcher:
        current = self._generations.current()
        if current is None:
            raise EngineUnavailableError("there is no index yet")
        stamp = (
            current.stamp()
        )  # before the index is looked at: a commit in between is seen once more, never missed
        here = self._open
        if here is None or here.name != current.name:
            if current.about().code != CODE:
                raise EngineUnavailableError("the index has other fields and must be made anew")
            index = current.index()
            here = self._open = _Open(current.name, index, stamp, index.searcher())
            self._counts = {}
        elif stamp is None or stamp != here.stamp:
            here.index.reload()
            here.stamp, here.searcher = stamp, here.index.searcher()
            self._counts = {}
        return here.searcher
