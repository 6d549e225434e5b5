"""A kind of things to find, for tests of services and pages: a title, some text, and who may find it now."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from search import kinds
from search.models import EntryRow
from search.models.entries import values_of
from search.types import Entry, Part
from tests.search.desk import Desk


class Leaves:
    """Things of one kind, on the desk and in the database. What is in ``hidden`` nobody may find any more."""

    def __init__(self, desk: Desk, name: str = "leaf", label: str = "叶子") -> None:
        self.desk, self.name, self.label = desk, name, label
        self.hidden: set[str] = set()

    def kind(self) -> kinds.Kind:
        return kinds.Kind(
            name=self.name,
            label=self.label,
            read=lambda _keys: (),
            all_keys=lambda: iter(()),
            visible=self._visible,
            cards=self._cards,
            template="search/_plain_card.html",
        )

    def add(self, key: str, title: str, text: str = "", **own: Any) -> Entry:
        parts = (Part("aims", "教学目标", text, "aims"),) if text else ()
        values: dict[str, Any] = {"readers": frozenset({"all"}), "parts": parts, "version": 1} | own
        entry = Entry(kind=self.name, key=key, title=title, **values)
        EntryRow.objects.create(kind=self.name, key=key, is_indexed=True, **values_of(entry))
        self.desk.held[entry.id] = entry
        return entry

    def _visible(self, _person: Any, keys: Collection[str]) -> set[str]:
        return set(keys) - self.hidden

    def _cards(self, _person: Any, keys: Sequence[str]) -> dict[str, Any]:
        return {key: {"url": f"/leaves/{key}/", "line": ""} for key in keys}


def forget_kinds(wanted: Iterable[Leaves]) -> dict[str, kinds.Kind]:
    """The registry with these alone."""
    return {leaves.name: leaves.kind() for leaves in wanted}
