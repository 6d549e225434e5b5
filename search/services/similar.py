"""What is like a thing (相似内容): whatever shares its rarest and most repeated words."""

from collections import Counter
from dataclasses import replace
from typing import Any, Final

from search import fields, kinds
from search.analysis.entries import tokens_of
from search.analysis.pairs import BORDER
from search.engines import engine
from search.errors import EngineUnavailableError
from search.models import EntryRow
from search.query import clauses
from search.services import searching
from search.services.outbox import hidden_now
from search.services.rechecking import may_find
from search.services.searching import Card, Wanted
from search.types import Entry, Part

SHOWN: Final = 5
_LOOKED_AT: Final = 15
_TOKENS: Final = 25
_LOOKED_THROUGH: Final = 20_000
"""Characters of the text; what a book is about stands at its beginning, and its rarest pairs of characters say little."""
_TITLE: Final = 3
"""A word of the title tells as much as three in the text."""
_SOURCES: Final = (
    (fields.TITLE_WORDS, fields.BODY_WORDS, _TITLE),
    (fields.TAG_WORDS, fields.BODY_WORDS, 1),
    (fields.BODY_WORDS, fields.BODY_WORDS, 1),
    (fields.BODY_PAIRS, fields.BODY_PAIRS, 1),
)
"""Where tokens are counted, where they are looked for, and how much they count."""


def similar(person: Any, kind: str, key: str) -> tuple[Card, ...]:
    """The few things most like this one that the person may find now; none while the engine is away. The caller has made
    sure that the person may find the thing itself.
    """
    row = EntryRow.objects.filter(kind=kind, key=key).first()
    if row is None:
        return ()
    try:
        clause = _telling(_beginning(row.entry()))
        if clause is None:
            return ()
        hits = engine().matching(
            clause,
            principals=kinds.principals_of(person),
            excluded=hidden_now() | {f"{kind}:{key}"},
            kinds=(kind,),
            limit=_LOOKED_AT,
        )
    except EngineUnavailableError:
        return ()
    may = may_find(person, hits)
    best = [hit for hit in hits if hit.id in may][:SHOWN]
    return searching.cards_of(person, best, None, Wanted(), may)


def _beginning(entry: Entry) -> Entry:
    parts, left = [], _LOOKED_THROUGH
    for part in entry.parts:
        if left <= 0:
            break
        parts.append(Part(part.key, part.label, part.text[:left], part.scope))
        left -= len(part.text)
    return replace(entry, parts=tuple(parts))


def _telling(entry: Entry) -> clauses.Clause | None:
    """The tokens with the highest tf·idf of this entry, one of which must hold."""
    tokens = tokens_of(entry)
    counts: dict[str, Counter[str]] = {}
    for source, field, weight in _SOURCES:
        count = counts.setdefault(field, Counter())
        for token in tokens[source]:
            if token != BORDER and len(token) > 1:
                count[token] += weight
    weights = {
        (field, token): (1 + count[token]) ** 0.5 * rarity
        for field, count in counts.items()
        for token, rarity in engine().rarity(field, count).items()
    }
    best = sorted(weights, key=lambda one: (-weights[one], one))[:_TOKENS]
    terms = [clauses.Term(field, token) for field, token in best]
    terms += [
        clauses.Term(fields.TITLE_WORDS, token, 2.0) for field, token in best if field == fields.BODY_WORDS
    ]
    return clauses.Any(tuple(terms)) if terms else None
