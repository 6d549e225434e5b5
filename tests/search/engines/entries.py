"""Entries for tests of engines."""

from datetime import UTC, datetime
from typing import Any

from search.types import Entry, Part

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def entry(key: str, title: str = "教案", text: str = "", **own: Any) -> Entry:
    """A plan that anybody finds."""
    parts = (Part("aims", "教学目标", text, "aims"),) if text else ()
    values: dict[str, Any] = {
        "kind": "plan",
        "version": 1,
        "readers": frozenset({"all"}),
        "parts": parts,
        "created_at": NOW,
        "changed_at": NOW,
    }
    return Entry(key=key, title=title, **(values | own))
