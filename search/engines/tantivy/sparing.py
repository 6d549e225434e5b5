"""What a ranked query may do without (省略): adding up scores takes as long as there are texts with one of its tokens, and common
characters are asked for three times, as a word, as a pair and as a sound.

Where a pair of characters is common, its sound and the word that it is stand in the same texts again. They are asked for no more, and
their part of the score is given to the pair; what is rare is asked for in every way, for that says what is meant.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tantivy import Searcher

from search import fields
from search.analysis.sounds import sounds_of
from search.engines.tantivy.schema import as_indexed
from search.query.clauses import All, Any, Clause, Term, Without

DENSE: Final = 2_000
"""So many texts take time to be added up."""
_WORD, _PAIR, _SOUND = fields.BODY_WORDS, fields.BODY_PAIRS, fields.BODY_SOUNDS


def idf(total: int, count: int) -> float:
    """The inverse document frequency of BM25."""
    count = min(count, total)  # what was replaced is counted until segments are merged
    return math.log(1 + (total - count + 0.5) / (count + 0.5))


@dataclass(frozen=True, slots=True)
class Sparing:
    """For one state of the index."""

    searcher: Searcher

    def spared(self, clause: Clause) -> Clause:
        """The clause with what is ranked asked for once. What must hold, and what must not, stays."""
        match clause:
            case Any(inner):
                return Any(self._once(inner))
            case All(inner):
                return All(tuple(map(self.spared, inner)))
            case Without(wanted, unwanted) if wanted is not None:
                return Without(self.spared(wanted), unwanted)
            case _:
                return clause

    def _once(self, inner: Sequence[Clause]) -> tuple[Clause, ...]:
        terms = {(one.field, one.token): one for one in inner if isinstance(one, Term)}
        out: set[tuple[str, str]] = set()
        for (field, pair), term in list(terms.items()):
            if field != _PAIR or (count := self._count(_PAIR, pair)) < DENSE:
                continue
            boost = term.boost
            for name, token in ((_WORD, pair), *((_SOUND, sound) for sound in sounds_of([pair]))):
                if (same := terms.get((name, token))) is not None and (name, token) not in out:
                    boost += same.boost * self._worth(name, token) / idf(self.searcher.num_docs, count)
                    out.add((name, token))
            terms[field, pair] = replace(term, boost=boost)
        if not out:
            return tuple(inner)
        return tuple(
            terms[one.field, one.token] if isinstance(one, Term) else one
            for one in inner
            if not isinstance(one, Term) or (one.field, one.token) not in out
        )

    def _count(self, field: str, token: str) -> int:
        return self.searcher.doc_freq(field, as_indexed(token))

    def _worth(self, field: str, token: str) -> float:
        return idf(self.searcher.num_docs, self._count(field, token))
