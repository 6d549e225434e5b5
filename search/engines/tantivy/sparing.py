"""What a ranked query may do without (省略): adding up scores takes as long as there are texts with one of its tokens, and common
characters are asked for three times, as a word, as a pair and as a sound.

Where a pair of characters is common, its sound and the word that it is stand in the same texts again. They are asked for no more, and
their part of the score is given to the pair; what is rare is asked for in every way, for that says what is meant. Half a sentence
of nothing but common characters is still too much: then the commonest of them, which say least, are left out. What must hold is
asked for whole (``clauses.Ranked``), and so is everything of whoever wants to see everything.
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from search import fields
from search.analysis.pairs import BORDER
from search.analysis.sounds import sounds_of
from search.analysis.written import as_written
from search.engines.tantivy.reading import Look
from search.query.clauses import All, Any, Best, Clause, Ranked, Term, Without
from search.query.clauses import Sequence as Phrase

DENSE: Final = 1_000
"""So many entries take time to be added up."""
MOST_ADDED: Final = 30_000
"""What takes longer than adding up so many is left out, the commonest first …"""
LEAST_KEPT: Final = 0.6
"""… as long as what stays could make up this share of the highest score."""
MOST_HELD: Final = 3_000
"""A phrase whose rarest pair stands in more entries is a manner of speaking: looking where it stands takes longest, and says
least.
"""
_ALIKE: Final = {
    fields.TITLE_PAIRS: (fields.TITLE_WORDS, fields.TITLE_SOUNDS),
    fields.BODY_PAIRS: (fields.BODY_WORDS, fields.BODY_SOUNDS),
    fields.TAG_PAIRS: (fields.TAG_WORDS,),
    fields.UNIT_PAIRS: (fields.UNIT_WORDS,),
}
"""By a field of pairs, the fields where the same characters are a word, or a sound."""

_LONG: Final = frozenset(
    {*_ALIKE, *chain.from_iterable(_ALIKE.values())} - {fields.UNIT_PAIRS, fields.UNIT_WORDS}
)
"""Where tokens can be so common that it matters: no name is."""
_MOST_COUNTED: Final = 100_000

Name = tuple[str, str]
"""A field and a token in it."""


def idf(total: int, count: int) -> float:
    """The inverse document frequency of BM25."""
    count = min(count, total)  # what was replaced is counted until segments are merged
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


class Sparing:
    """For one state of the index."""

    def __init__(self, look: Look) -> None:
        self._searcher, self._total = look.searcher, look.searcher.num_docs
        self._counts = look.counts

    def spared(self, clause: Clause) -> Clause:
        """The clause with what is ranked asked for once, and in bounds. What must hold, and what must not, stays."""
        match clause:
            case Any(inner):
                return Any(self._bounded(self._once(self._telling(self._held(inner)))))
            case All(inner):
                return All(tuple(map(self.spared, inner)))
            case Ranked(must, by):
                return Ranked(must, self.spared(by))
            case Without(wanted, unwanted) if wanted is not None:
                return Without(self.spared(wanted), unwanted)
            case _:
                return clause

    def _held(self, inner: Sequence[Clause]) -> Sequence[Clause]:
        """Without what no text holds: half of what is asked for, for few words are names as well."""
        return [held for one in inner if (held := self._as_held(one)) is not None]

    def _as_held(self, one: Clause) -> Clause | None:
        """What there is of a clause; of what means the same as a word, in the form that is found soonest."""
        match one:
            case Best(inner):
                return _several(Best, map(self._in_other_words, inner))
            case All(inner):
                return one if all(map(self._is_held, inner)) else None
            case _:
                return one if self._is_held(one) else None

    def _is_held(self, one: Clause) -> bool:
        match one:
            case Term(field, token):
                return self._count((field, token)) > 0
            case Phrase(field, tokens):
                return all(self._count((field, token)) for token in tokens)
            case _:
                return True

    def _in_other_words(self, one: Clause) -> Clause | None:
        """A common phrase as the rarest of its pairs, which stands hardly anywhere else: nobody typed it just so."""
        if isinstance(one, Any):
            return _several(Any, map(self._in_other_words, one.clauses))
        if not self._is_held(one):
            return None
        if not isinstance(one, Phrase):
            return one
        names = [(one.field, token) for token in one.tokens if token != BORDER]
        rarest = min(names, key=self._count)
        if self._count(rarest) <= MOST_HELD:
            return one
        weight = one.boost * sum(map(self._rarity, names))
        return Term(*rarest, weight / self._rarity(rarest))

    def _telling(self, inner: Sequence[Clause]) -> Sequence[Clause]:
        """Without phrases that say little. Only such as add to a score: whatever they find, their pairs find too."""
        asked = {(one.field, one.token) for one in inner if isinstance(one, Term)}

        def is_told(one: Clause) -> bool:
            if not isinstance(one, Phrase):
                return True
            names = {(one.field, token) for token in one.tokens if token != BORDER}
            return not names <= asked or min(map(self._count, names)) <= MOST_HELD

        return [one for one in inner if is_told(one)]

    def _once(self, inner: Sequence[Clause]) -> Sequence[Clause]:
        """Common pairs in the place of the words and sounds that they are."""
        terms = {(one.field, one.token): one for one in inner if isinstance(one, Term)}
        pairs = [term for name, term in terms.items() if term.field in _ALIKE and self._count(name) >= DENSE]
        out: set[Name] = set()
        for pair in pairs:
            weight = pair.boost * self._rarity((pair.field, pair.token))
            for name in _same(pair.field, pair.token):
                if name in terms and name not in out:
                    weight += terms[name].boost * self._rarity(name)
                    out.add(name)
            name = pair.field, pair.token
            terms[name] = Term(pair.field, pair.token, weight / self._rarity(name))
        if not out:
            return inner
        named = [(one, (one.field, one.token) if isinstance(one, Term) else None) for one in inner]
        return [terms[name] if name else one for one, name in named if name not in out]

    def _bounded(self, inner: Sequence[Clause]) -> tuple[Clause, ...]:
        """Without the commonest, where all together are too many to be added up."""
        counts = {
            nth: self._count((one.field, one.token))
            for nth, one in enumerate(inner)
            if isinstance(one, Term) and one.field in _LONG
        }
        out: set[int] = set()
        over = sum(counts.values()) - MOST_ADDED
        weights = {nth: self._weight(inner[nth], count) for nth, count in counts.items()} if over > 0 else {}
        left = (1 - LEAST_KEPT) * sum(weights.values())
        for nth in sorted(weights, key=lambda nth: -counts[nth]):
            left -= weights[nth]
            if over <= 0 or left < 0:
                break
            over -= counts[nth]
            out.add(nth)
        return tuple(one for nth, one in enumerate(inner) if nth not in out)

    def _weight(self, term: Clause, count: int) -> float:
        """The most that a term can add to a score, in some unit."""
        return term.boost * idf(self._total, count) if isinstance(term, Term) and count else 0.0

    def _count(self, name: Name) -> int:
        if name not in self._counts:
            if len(self._counts) >= _MOST_COUNTED:
                self._counts.clear()
            field, token = name
            self._counts[name] = self._searcher.doc_freq(field, as_written(token))
        return self._counts[name]

    def _rarity(self, name: Name) -> float:
        return idf(self._total, self._count(name))


def _several(kind: type[Any] | type[Best], found: Iterable[Clause | None]) -> Clause | None:
    given = tuple(one for one in found if one is not None)
    return kind(given) if given else None


@lru_cache(maxsize=1 << 16)
def _same(field: str, pair: str) -> tuple[Name, ...]:
    """The word and the sound that a pair is."""
    words, *sounding = _ALIKE[field]
    return ((words, pair), *((name, sound) for name in sounding for sound in sounds_of([pair])))
