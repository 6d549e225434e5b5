"""Clauses as Tantivy's queries, one to one (子句译法)."""

import re
from collections.abc import Sequence as Several
from typing import assert_never

from tantivy import FieldType, Occur, Query

from search.analysis.written import as_written
from search.engines.tantivy.schema import OPTIONS, YEAR, schema
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

_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&~-])")


def translated(clause: Clause) -> Query:  # noqa: C901, PLR0911 - one return for each sort of clause
    """The query that finds what the clause finds, with its score."""
    match clause:
        case Term(field, token, boost):
            return _boosted(Query.term_query(schema(), field, as_written(token), OPTIONS[field]), boost)
        case Sequence(field, tokens, boost):
            words: list[str | tuple[int, str]] = [as_written(token) for token in tokens]
            return _boosted(Query.phrase_query(schema(), field, words), boost)
        case Prefix(field, start, boost):
            pattern = _SPECIAL.sub(r"\\\1", as_written(start)) + ".*"
            return Query.const_score_query(Query.regex_query(schema(), field, pattern), boost)
        case Within(first, last):
            return Query.const_score_query(in_years(first, last), 1.0)
        case Any(clauses):
            return _any_apart(clauses)
        case All(clauses):
            return all_of([translated(one) for one in clauses])
        case Best(clauses):
            return Query.disjunction_max_query([translated(one) for one in clauses])
        case Without(wanted, unwanted):
            found = Query.all_query() if wanted is None else translated(wanted)
            return without(found, [translated(one) for one in unwanted])
        case Silent(inner):
            return silent(translated(inner))
        case Ranked(must, by):
            return Query.boolean_query(
                [(Occur.Must, silent(translated(must))), (Occur.Should, translated(by))]
            )
        case _:
            assert_never(clause)


def _boosted(query: Query, boost: float) -> Query:
    return query if boost == 1.0 else Query.boost_query(query, boost)


def _any_apart(clauses: Several[Clause]) -> Query:
    """Terms by themselves: Tantivy adds up the scores of nothing but terms in half of the time."""
    terms = [translated(one) for one in clauses if isinstance(one, Term)]
    others = [translated(one) for one in clauses if not isinstance(one, Term)]
    return any_of([any_of(terms), *others] if terms and others else terms or others)


def any_of(queries: Several[Query]) -> Query:
    """One of them must hold; nothing does where there is none."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Several[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def without(wanted: Query, unwanted: Several[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, wanted), *((Occur.MustNot, query) for query in unwanted)])


def silent(query: Query) -> Query:
    """Holds for the same, and adds nothing to the score."""
    return Query.const_score_query(query, 0.0)


def in_years(first: int | None, last: int | None) -> Query:
    """What is of these years, both ends included."""
    lower, upper = (None if year is None else max(0, year) for year in (first, last))
    return Query.range_query(schema(), YEAR, FieldType.Unsigned, lower, upper)


def one_of(field: str, values: Several[str]) -> Query:
    """What has one of these values in a field, without a score."""
    terms = [Query.term_query(schema(), field, value, "basic") for value in values]
    return silent(terms[0] if len(terms) == 1 else any_of(terms))
