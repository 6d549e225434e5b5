"""Bring changes into generations (写入): in bulk, with the entries' own versions, so that what comes late overwrites nothing."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from elasticsearch import Elasticsearch, helpers

from search.engines.elasticsearch.documents import body_of
from search.engines.elasticsearch.generations import door
from search.errors import EngineUnavailableError
from search.types import Entry

logger = logging.getLogger(__name__)

AT_ONCE: Final = 500
_MOST_BYTES: Final = 10 * 1024 * 1024
_TRIES: Final = 4
_STALE, _GONE, _REFUSED = 409, 404, 400


class GoneError(Exception):
    """The generation is no more: another one took its place meanwhile."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that is put, or None for one that is taken out."""

    id: str
    version: int
    entry: Entry | None

    def is_late(self, held: int | None) -> bool:
        """Whether what the index holds is as new (None: it holds nothing)."""
        if held is None:
            return self.entry is None
        return held > self.version or (held == self.version and self.entry is not None)


class Changes:
    """What a batch is told, the newest of each entry."""

    def __init__(self) -> None:
        self._made: dict[str, Change] = {}

    def __len__(self) -> int:
        return len(self._made)

    def put(self, entry: Entry) -> None:
        self._add(Change(entry.id, entry.version, entry))

    def remove(self, kind: str, key: str, version: int) -> None:
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
    """Make the changes in one generation; what it refused, by id. They show when it is refreshed.

    Raises GoneError if there is no such generation.
    """
    faults: dict[str, str] = {}
    conflicts: set[str] = set()
    for id_, status, fault in _sent(client, (_action(index, change) for change in changes)):
        if status == _STALE:
            conflicts.add(id_)
        else:
            faults[id_] = fault
    return faults | _settled(client, index, [change for change in changes if change.id in conflicts])


def _action(index: str, change: Change, **guard: Any) -> dict[str, Any]:
    """``guard`` says under which condition; the version of the entry is one, unless there is another."""
    guard = guard or {"version": change.version, "version_type": "external"}
    action = {"_op_type": "index", "_index": door(index), "_id": change.id, **guard}
    if change.entry is None:
        return action | {"_op_type": "delete"}
    return action | {"_source": body_of(change.entry)}


def _sent(client: Elasticsearch, actions: Iterable[dict[str, Any]]) -> Iterator[tuple[str, int, str]]:
    """Send actions; what was not done: id, status, reason. Raises EngineUnavailableError where the server is at fault."""
    answers = helpers.streaming_bulk(
        client,
        actions,
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
        if is_done or not error:
            continue  # done, or nothing there to be taken out
        status, reason = item["status"], f"{error['type']}: {error['reason']}"
        if status == _GONE:
            raise GoneError(reason)
        if status not in {_STALE, _REFUSED}:
            raise EngineUnavailableError(f"Elasticsearch: {reason}"[:500])
        yield item["_id"], status, reason


def _settled(client: Elasticsearch, index: str, changes: Sequence[Change]) -> dict[str, str]:
    """What the server takes for late. It remembers for a minute the version of what was taken out, and refuses a thing that
    comes back under a lower one; so the entry's own version decides, and its place in the log guards the change.
    """
    waiting, faults = list(changes), dict[str, str]()
    for _ in range(_TRIES):
        if not waiting:
            return faults
        again: set[str] = set()
        for id_, status, fault in _sent(client, list(_guarded(client, index, waiting))):
            if status == _STALE:
                again.add(id_)
            else:
                faults[id_] = fault
        waiting = [change for change in waiting if change.id in again]
    return faults | {change.id: "changed by others again and again" for change in waiting}


def _guarded(client: Elasticsearch, index: str, changes: Sequence[Change]) -> Iterator[dict[str, Any]]:
    """The changes that are newer than what is held now, to be made only if nobody else is quicker."""
    held = client.mget(index=door(index), ids=[one.id for one in changes], source_includes=["version"])
    for change, document in zip(changes, held["docs"], strict=True):
        if "error" in document:
            raise GoneError(str(document["error"]))
        if not document["found"]:
            if not change.is_late(None):
                yield _action(index, change, _op_type="create")
        elif not change.is_late(document["_source"]["version"]):
            at = {"if_seq_no": document["_seq_no"], "if_primary_term": document["_primary_term"]}
            yield _action(index, change, **at)
