"""Bring changes into generations (写入): in bulk, with the entries' own versions, so that what comes late overwrites nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import Elasticsearch, helpers

from search.analysis.crew import Crew, Made
from search.engines.elasticsearch.generations import door
from search.errors import EngineUnavailableError
from search.types import Entry

AT_ONCE: Final = 500
_MOST_BYTES: Final = 10 * 1024 * 1024
_LATE, _GONE, _REFUSED = 409, 404, 400


class GoneError(Exception):
    """The generation is no more: another one took its place meanwhile."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is kept of an entry, or None for one that is taken out."""

    id: str
    version: int
    body: Mapping[str, Any] | None


class Changes:
    """What a batch is told, the newest of each entry; ``faults`` are of entries of which nothing can be made."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._made: dict[str, Change] = {}
        self.faults: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._made)

    def put(self, entry: Entry) -> None:
        for made in self._crew.put(entry):
            self._take(made)

    def settle(self) -> None:
        """Take what helpers are still about."""
        for made in self._crew.rest():
            self._take(made)

    def _take(self, made: Made) -> None:
        if made.values is None:
            self.faults[made.id] = made.fault
        else:
            self._add(Change(made.id, made.version, made.values))

    def remove(self, kind: str, key: str, version: int) -> None:
        self.settle()
        self._add(Change(f"{kind}:{key}", version, None))

    def _add(self, change: Change) -> None:
        known = self._made.get(change.id)
        if known is None or known.version <= change.version:
            self._made[change.id] = change

    def take(self) -> list[Change]:
        """What is in it, which leaves it empty."""
        taken, self._made = list(self._made.values()), {}
        return taken


def write(client: Elasticsearch, index: str, changes: Sequence[Change]) -> dict[str, str]:
    """Make the changes in one generation; what it refused, by id. They show when it is refreshed. What is late is no fault.

    Raises GoneError if there is no such generation, EngineUnavailableError where the server is at fault.
    """
    faults: dict[str, str] = {}
    answers = helpers.streaming_bulk(
        client,
        (_action(index, change) for change in changes),
        chunk_size=AT_ONCE,
        max_chunk_bytes=_MOST_BYTES,
        raise_on_error=False,
        max_retries=3,
        initial_backoff=0.2,
        require_alias=True,
    )
    for is_done, answer in answers:
        item = next(iter(answer.values()))
        error = item.get("error")
        if is_done or not error or item["status"] == _LATE:
            continue  # done, or nothing there to be taken out, or something newer stands there
        reason = f"{error['type']}: {error['reason']}"
        if item["status"] == _GONE:
            raise GoneError(reason)
        if item["status"] != _REFUSED:
            raise EngineUnavailableError(f"Elasticsearch: {reason}"[:500])
        faults[item["_id"]] = reason
    return faults


def _action(index: str, change: Change) -> dict[str, Any]:
    """The server compares versions, also with that of what was taken out a short while ago. The same one once more is taken:
    what is sent again after a lost answer, or made of the same reading by another analyser.
    """
    action = {
        "_op_type": "index",
        "_index": door(index),
        "_id": change.id,
        "version": change.version,
        "version_type": "external_gte",
    }
    if change.body is None:
        return action | {"_op_type": "delete"}
    return action | {"_source": change.body}
