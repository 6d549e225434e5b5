"""The last word of the database on what an engine found (复核)."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Q

from search import kinds
from search.models import EntryRow
from search.types import Hit


def may_find(person: Any, hits: Iterable[Hit]) -> set[str]:
    """Ids of those that the person may find now: one question for each kind, however many hits."""
    return {f"{kind.name}:{key}" for kind, keys in by_kind(hits) for key in kind.visible(person, keys)}


def by_kind(hits: Iterable[Hit]) -> list[tuple[kinds.Kind, list[str]]]:
    """The keys of each kind, in the order of the hits; what is of no kind any more is left out."""
    found: dict[str, list[str]] = {}
    for hit in hits:
        found.setdefault(hit.kind, []).append(hit.key)
    return [(kind, found[kind.name]) for kind in kinds.kinds() if kind.name in found]


def rows_of(hits: Collection[Hit], *columns: str) -> dict[str, EntryRow]:
    """The entries of these hits by their ids, in one query; with these columns alone, if some are named."""
    keys = by_kind(hits)
    if not keys:
        return {}
    wanted = Q()
    for kind, own in keys:
        wanted |= Q(kind=kind.name, key__in=own)
    rows = EntryRow.objects.filter(wanted)
    if columns:
        rows = rows.only("kind", "key", *columns)
    return {f"{row.kind}:{row.key}": row for row in rows}
