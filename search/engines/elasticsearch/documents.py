"""What Elasticsearch keeps of an entry (文档): our tokens, which it splits at blanks, and values to filter, count and sort by."""

from datetime import datetime
from typing import Any, Final, Literal

from elasticsearch.dsl import Document, Float, Keyword, Long, MetaField, Text

from search import fields
from search.analysis.version import Tokens, fingerprint
from search.fields import Detail
from search.types import PATH_MARK, Entry

CODE: Final = 1
"""Counts up with each change of the mapping below."""
_LONGEST_VALUE: Final = 500
_KEPT: Final[dict[Detail, Literal["docs", "freqs", "positions"]]] = {
    Detail.NOTHING: "docs",
    Detail.FREQUENCY: "freqs",
    Detail.POSITIONS: "positions",
}


class EntryDocument(Document):
    """One entry in an index. Strict: a field that is not named here is refused, not guessed."""

    kind = Keyword()
    key = Keyword()
    version = Long()
    readers = Keyword(doc_values=False)
    uses = Long()
    completeness = Float()
    created = Long()
    changed = Long()
    year = Long()

    class Meta:
        dynamic = MetaField("strict")
        # What is kept beside the index is what a person at the console wants to read; tokens are made anew.
        _source = MetaField(excludes=[field.name for field in fields.TEXT_FIELDS])


for _field in fields.TEXT_FIELDS:
    EntryDocument._doc_type.mapping.field(  # noqa: SLF001 - dsl's own way to fields that are not written out
        _field.name, Text(analyzer="whitespace", index_options=_KEPT[_field.detail])
    )


def value_field(facet: str) -> str:
    """Holds the value of a facet, whole: what is counted."""
    return f"{facet}_value"


def path_field(facet: str) -> str:
    """Holds a facet's value and all above it: what is filtered by."""
    return f"{facet}_paths"


for _facet in fields.FACETS:
    EntryDocument._doc_type.mapping.field(value_field(_facet), Keyword())  # noqa: SLF001 - as above
    EntryDocument._doc_type.mapping.field(path_field(_facet), Keyword(doc_values=False))  # noqa: SLF001 - as above


def made_with(analyser: str | None = None) -> str:
    """What an index is made with (索引指纹) by an analyser of this fingerprint, or by today's; one made with something else must be
    made anew.
    """
    return f"{analyser or fingerprint()}-{CODE}"


def body_by(tokens: Tokens, entry: Entry) -> dict[str, Any]:
    """An entry as Elasticsearch takes it, with these tokens; a pure function of both."""
    body: dict[str, Any] = dict(tokens(entry))
    for facet, value in entry.facets.items():
        if value and facet in fields.FACETS:
            body[value_field(facet)] = as_value(value)
            body[path_field(facet)] = _paths(as_value(value))
    return body | {
        "kind": entry.kind,
        "key": entry.key,
        "version": entry.version,
        "readers": sorted(entry.readers),
        "uses": entry.uses,
        "completeness": entry.completeness,
        "created": _milliseconds(entry.created_at),
        "changed": _milliseconds(entry.changed_at),
        "year": _year(entry),
    }


def as_value(value: str) -> str:
    """A facet's value as it stands in the index; the server refuses very long ones, in queries as well."""
    return value[:_LONGEST_VALUE]


def _paths(value: str) -> list[str]:
    """«人教版›七年级上册» is found under «人教版» too."""
    steps = value.split(PATH_MARK)
    return [PATH_MARK.join(steps[:count]) for count in range(1, len(steps) + 1)]


def _milliseconds(moment: datetime | None) -> int | None:
    return int(moment.timestamp() * 1000) if moment else None


def _year(entry: Entry) -> int | None:
    said = entry.facets.get("year", "")
    return int(said) if said.isdecimal() else None
