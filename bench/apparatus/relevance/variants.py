"""Ways to search that are compared: the product's, and what is left of it without some of its fields.

The product's own code compiles every query; what a way does not have is taken out of the clauses afterwards.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Final, assert_never

from bench.apparatus.relevance.bank import READERS
from bench.apparatus.relevance.measures import SEEN
from search.analysis import lexicon
from search.engines.base import Engine
from search.engines.tantivy import TantivyEngine
from search.query.clauses import (
    All,
    Any,
    Best,
    Clause,
    Prefix,
    Ranked,
    Sequence,
    Silent,
    Term,
    Within,
    Without,
)
from search.query.compiler import compiled
from search.query.parser import parse
from search.types import Entry, Request

Way = Callable[[Engine, str], list[str]]
"""Asks an engine for a text; the keys of what it finds, best first."""


def product(engine: Engine, text: str) -> list[str]:
    """As whoever types it into the site: parsed, cut at a share of the top score, lifted by use."""
    tree = parse(text).tree
    if tree is None:
        return []
    found = engine.search(Request(principals=READERS, query=tree, limit=SEEN))
    return [hit.key for hit in found.hits]


def without_cut(fields: str, *, synonyms: bool = False) -> Way:
    """By the matches alone, in fields that end with one of these letters (``search.fields``)."""

    def ask(engine: Engine, text: str) -> list[str]:
        tree = parse(text).tree
        clause = None if tree is None else narrowed(compiled(tree, synonyms=synonyms), fields)
        if clause is None:
            return []
        hits = engine.matching(clause, principals=READERS, excluded=(), kinds=(), limit=SEEN)
        return [hit.key for hit in hits]

    return ask


WAYS: Final[dict[str, Way]] = {
    "words": without_cut("w"),
    "pairs": without_cut("b"),
    "words + pairs": without_cut("wb"),
    "+ pinyin": without_cut("wbpi"),
    "+ synonyms": without_cut("wbpi", synonyms=True),
    "product": product,
}


def narrowed(clause: Clause, letters: str) -> Clause | None:
    """The clause without what asks other fields; None if nothing is left of it."""
    match clause:
        case Term(field=field) | Sequence(field=field) | Prefix(field=field):
            return clause if field[-1] in letters else None
        case Any(clauses) | Best(clauses) | All(clauses):
            left = _left(clauses, letters)
            return type(clause)(left) if left else None
        case Without(wanted, unwanted):
            kept = None if wanted is None else narrowed(wanted, letters)
            return Without(kept, _left(unwanted, letters)) if kept or wanted is None else None
        case Within():
            return clause
        case Silent(inner):
            left_of_it = narrowed(inner, letters)
            return Silent(left_of_it) if left_of_it else None
        case Ranked(must, by):
            held, scored = narrowed(must, letters), narrowed(by, letters)
            return Ranked(held, scored) if held and scored else held
        case _:
            assert_never(clause)


def _left(clauses: Collection[Clause], letters: str) -> tuple[Clause, ...]:
    return tuple(left for one in clauses if (left := narrowed(one, letters)) is not None)


@contextmanager
def shipped_words() -> Iterator[None]:
    """Within the block nobody has added words or synonyms, and no database is asked for them."""
    before = lexicon._kept  # noqa: SLF001 - the only way past the database
    lexicon._kept = (time.monotonic() + 1e9, lexicon.Lexicon(groups=lexicon.shipped_groups()))  # noqa: SLF001
    try:
        yield
    finally:
        lexicon._kept = before  # noqa: SLF001


def engine_with(entries: Iterable[Entry]) -> TantivyEngine:
    """The site's engine in memory, with these."""
    engine = TantivyEngine(None)
    with engine.rebuilding() as batch:
        for entry in entries:
            batch.put(entry)
    return engine
