"""What was read of each thing for the index."""

from __future__ import annotations

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from search.analysis.normal import settled
from search.types import Entry, Part


class Plain(json.JSONEncoder):
    """Chinese characters as they are: escaped they would take twice the room, and several times the time to read."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"ensure_ascii": False})


class EntryRow(models.Model):
    """What is searchable of one thing as it was last read (检索条目): what snippets are cut from, what an index is rebuilt
    from, and what a check compares with. A cache: ``search rebuild`` makes it anew from the apps.

    ``version`` grows by one with each reading that brought something new, and goes on after ``GoneEntry`` where a thing comes
    back; ``is_indexed`` says that the index has it.
    """

    kind = models.CharField(_("kind"), max_length=30)
    key = models.CharField(_("key"), max_length=100)
    version = models.PositiveBigIntegerField(_("version"), default=1)
    is_indexed = models.BooleanField(_("in the index"), default=False)
    title = models.CharField(_("title"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=200, blank=True)
    people = models.JSONField(_("authors"), default=list, encoder=Plain)
    tags = models.JSONField(_("tags"), default=list, encoder=Plain)
    parts = models.JSONField(_("parts"), default=list, encoder=Plain)
    facets = models.JSONField(_("facets"), default=dict, encoder=Plain)
    readers = models.JSONField(_("readers"), default=list)
    uses = models.PositiveIntegerField(_("uses"), default=0)
    completeness = models.FloatField(_("completeness"), default=0)
    created_at = models.DateTimeField(_("created"), null=True)
    changed_at = models.DateTimeField(_("changed"), null=True)
    read_at = models.DateTimeField(_("read"), auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("searchable entry")
        verbose_name_plural = _("searchable entries")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="entry_once")]
        indexes = [
            models.Index("id", condition=models.Q(is_indexed=False), name="entry_not_indexed"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.key} {self.title}"

    def entry(self) -> Entry:
        """The row as engines and highlighters take it."""
        return Entry(
            kind=self.kind,
            key=self.key,
            version=self.version,
            title=self.title,
            readers=frozenset(self.readers),
            parts=tuple(Part(**part) for part in self.parts),
            people=tuple(self.people),
            unit=self.unit,
            tags=tuple(self.tags),
            facets=dict(self.facets),
            uses=self.uses,
            completeness=self.completeness,
            created_at=self.created_at,
            changed_at=self.changed_at,
        )


class GoneEntry(models.Model):
    """The last version of a thing that is gone (已移出条目). It stays: what comes back must not look older than what was taken
    out, and whoever still writes what was read before is known to be late.
    """

    kind = models.CharField(_("kind"), max_length=30)
    key = models.CharField(_("key"), max_length=100)
    version = models.PositiveBigIntegerField(_("version"))

    class Meta:
        verbose_name = _("entry that is gone")
        verbose_name_plural = _("entries that are gone")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="gone_entry_once")]

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


def values_of(entry: Entry) -> dict[str, Any]:
    """The columns of an entry, but for its name and version; without what no database and no engine could write."""
    return {
        "title": settled(entry.title)[:300],
        "unit": settled(entry.unit)[:200],
        "people": [settled(name) for name in entry.people],
        "tags": [settled(tag) for tag in entry.tags],
        "parts": [
            {
                "key": settled(part.key),
                "label": settled(part.label),
                "text": settled(part.text),
                "scope": part.scope,
            }
            for part in entry.parts
        ],
        "facets": {name: settled(value) for name, value in entry.facets.items()},
        "readers": sorted(entry.readers),
        "uses": entry.uses,
        "completeness": entry.completeness,
        "created_at": entry.created_at,
        "changed_at": entry.changed_at,
    }
