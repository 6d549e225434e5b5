"""What Tantivy keeps of an entry (索引结构): our tokens, which it splits at blanks, and values to filter, count and sort by."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from tantivy import Schema, SchemaBuilder

from search import fields
from search.fields import Detail
from search.types import PATH_MARK, Entry

_FORM: Final = 2
"""Counts up with each change of what stands below."""


def form_of(text_fields: Sequence[fields.TextField], facets: Sequence[str]) -> int:
    """Another number for other fields, or another order of them: queries name fields by their places, so an index of another
    order would answer nonsense.
    """
    named = [*((one.name, one.detail.value) for one in text_fields), *facets]
    return _FORM * 2**32 + zlib.crc32(repr(named).encode())


CODE: Final = form_of(fields.TEXT_FIELDS, fields.FACETS)

ID, KIND, READERS = "id", "kind", fields.READERS
KIND_VALUE, VERSION, CHANGED, USED, COMPLETENESS, YEAR = (
    "kind_value", "version", "changed", "used", "completeness", "year_number",
)  # fmt: skip

OPTIONS: Final[dict[str, str]] = {
    field.name: {Detail.NOTHING: "basic", Detail.FREQUENCY: "freq", Detail.POSITIONS: "position"}[
        field.detail
    ]
    for field in fields.TEXT_FIELDS
}
_LONGEST_VALUE: Final = 500
_MOMENT_BITS: Final = 43
"""Milliseconds until the year 2248; the bits above them in ``USED`` count uses."""
_MOST_USES: Final = (1 << 20) - 1
_HASH_BITS: Final = 63


def value_field(facet: str) -> str:
    """Holds a number that stands for the value of a facet: what is counted."""
    return f"{facet}_value"


def path_field(facet: str) -> str:
    """Holds a facet's value and all above it: what is filtered by, and what its numbers stand for."""
    return f"{facet}_paths"


@cache
def schema() -> Schema:
    """All fields; an index keeps those that it was made with."""
    builder = SchemaBuilder()
    builder.add_text_field(ID, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (KIND, READERS, *map(path_field, fields.FACETS)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name, option in OPTIONS.items():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=option)
    for name in (KIND_VALUE, VERSION, CHANGED, USED, YEAR, *map(value_field, fields.FACETS)):
        builder.add_unsigned_field(name, fast=True)
    builder.add_float_field(COMPLETENESS, fast=True)
    return builder.build()


def made_with(analyser: str) -> str:
    """What an index is made with today (索引指纹); one made with something else must be made anew."""
    return f"{analyser}-{CODE}-{version('tantivy')}"


def values_of(entry: Entry, tokens: Mapping[str, str]) -> dict[str, Any]:
    """An entry as Tantivy takes it, in plain values that JSON can hold as well."""
    values: dict[str, Any] = {name: tokens.get(name, "") for name in OPTIONS}
    for facet in fields.FACETS:
        if value := entry.facets.get(facet):
            values[value_field(facet)] = number_of(as_value(value))
            values[path_field(facet)] = paths(as_value(value))
    if (year := entry.facets.get("year", "")).isdecimal():
        values[YEAR] = int(year)
    changed = _milliseconds(entry.changed_at)
    return values | {
        ID: entry.id,
        KIND: entry.kind,
        KIND_VALUE: number_of(entry.kind),
        READERS: sorted(entry.readers),
        VERSION: entry.version,
        CHANGED: changed,
        USED: max(0, min(entry.uses, _MOST_USES)) << _MOMENT_BITS | changed,
        COMPLETENESS: float(entry.completeness),
    }


def uses_of(used: int) -> int:
    return used >> _MOMENT_BITS


def changed_of(used: int) -> int:
    """When a thing was changed, in milliseconds; 0 where it is not known."""
    return used & ((1 << _MOMENT_BITS) - 1)


def number_of(value: str) -> int:
    """The number that stands for a value in a column."""
    digest = hashlib.blake2b(value.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> (64 - _HASH_BITS)


def as_value(value: str) -> str:
    """A facet's value as it stands in the index."""
    return value[:_LONGEST_VALUE]


def paths(value: str) -> list[str]:
    """«人教版›七年级上册» is found under «人教版» too."""
    steps = value.split(PATH_MARK)
    return [PATH_MARK.join(steps[:count]) for count in range(1, len(steps) + 1)]


def _milliseconds(moment: datetime | None) -> int:
    """0 where it is not known, so that it comes last."""
    return max(0, int(moment.timestamp() * 1000)) if moment else 0
