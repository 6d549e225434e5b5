"""Elasticsearch's explanation of a score as reasons (为什么在这里)."""

from collections.abc import Mapping
from typing import Any, Final

from search.types import Reason

_DEEPEST: Final = 6


def explained(explanation: Mapping[str, Any], depth: int = _DEEPEST) -> Reason:
    """The tree as it is, without what adds nothing."""
    details = explanation["details"] if depth else ()
    inner = tuple(explained(one, depth - 1) for one in details if one["value"])
    return Reason(explanation["description"], float(explanation["value"]), inner)
