"""What a form offers to narrow by before anything was found (可选的筛选值)."""

from collections.abc import Sequence
from typing import Any, Final

from search import kinds
from search.engines import engine
from search.errors import EngineUnavailableError
from search.services.outbox import hidden_now
from search.types import Request

MOST_OTHERS: Final = 20


def offered(person: Any, facets: Sequence[str]) -> dict[str, list[str]]:
    """By facet what the apps say is common, then what else is said of the newest things that the person may find, the most
    frequent first; while the engine is away what is common alone.
    """
    request = Request(
        principals=kinds.principals_of(person), facets=tuple(facets), limit=1, excluded=hidden_now()
    )
    try:
        counts = engine().search(request).facets
    except EngineUnavailableError:
        counts = {}
    found = {}
    for name in facets:
        common = kinds.values_of(name)
        others = {value: count for value, count in counts.get(name, {}).items() if value not in common}
        found[name] = [*common, *sorted(others, key=lambda value: (-others[value], value))[:MOST_OTHERS]]
    return found
