"""Batches of changes, and a new generation filled by one (批次、重建)."""

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Final

from elasticsearch import Elasticsearch
from typing_extensions import override

from search.analysis.crew import Crew
from search.analysis.version import Analyser, Tokens
from search.engines.base import Batch
from search.engines.elasticsearch import changes
from search.engines.elasticsearch.changes import AT_ONCE, Change, Changes, GoneError
from search.engines.elasticsearch.connection import Connection
from search.engines.elasticsearch.documents import body_by, made_with
from search.engines.elasticsearch.generations import Generation, Generations
from search.errors import EngineBusyError, EngineUnavailableError, RejectedEntriesError

logger = logging.getLogger(__name__)

_TRIES: Final = 3


@contextmanager
def one_batch(connection: Connection, generations: Generations, tokens: Tokens) -> Iterator[Batch]:
    """Changes of all generations there are. Nothing is sent if the block raises.

    Raises RejectedEntriesError for what a generation of today refused, one of yesterday is about to be made anew; and for
    entries that cannot be indexed.
    """
    batch = Changes(Crew(partial(body_by, tokens), helpers=0))
    yield batch
    faults = batch.faults
    if made := batch.take():
        with connection.writing() as client:
            faults = faults | _in_all(client, generations, made)
    if faults:
        raise RejectedEntriesError(faults)


def _in_all(client: Elasticsearch, generations: Generations, made: list[Change]) -> dict[str, str]:
    """A generation that goes while it is written to has been replaced, so it is looked once more who takes changes."""
    for _ in range(_TRIES):
        faults: dict[str, str] = {}
        taking = generations.taking(client) or [generations.begin(client)]
        try:
            for one in taking:
                refused = changes.write(client, one.index, made)
                faults |= refused if one.is_of_today else {}
        except GoneError:
            continue
        client.indices.refresh(index=[one.index for one in taking], ignore_unavailable=True)
        return faults
    raise EngineUnavailableError("the indexes change all the time")


class _Stream(Changes):
    """A batch that is sent as it comes, for nobody sees it yet; helpers make what is sent."""

    def __init__(self, client: Elasticsearch, fresh: Generation, crew: Crew) -> None:
        super().__init__(crew)
        self._client = client
        self._fresh = fresh
        self.ids: set[str] = set()

    @override
    def _add(self, change: Change) -> None:
        super()._add(change)
        if len(self) >= AT_ONCE:
            self._send()

    def finish(self) -> None:
        """Send what helpers are still about, and what waits."""
        self.settle()
        self._send()

    def _send(self) -> None:
        made = self.take()
        self.faults |= changes.write(self._client, self._fresh.index, made)
        self.ids |= {change.id for change in made if change.body is not None}


@contextmanager
def anew(connection: Connection, generations: Generations, analyser: Analyser) -> Iterator[Batch]:
    """A new generation beside the old one. It takes its place when the block ends and all that was put is there; if not, or if
    the block raises, it goes.

    Raises RejectedEntriesError for what it refused, after it took its place without these, and EngineBusyError if
    another process began the same meanwhile.
    """
    crew = Crew(partial(body_by, analyser.tokens))
    with connection.writing() as client, closing(crew):
        fresh = generations.add(client, made_with(analyser.fingerprint))
        stream = _Stream(client, fresh, crew)
        try:
            yield stream
            stream.finish()
            _check(client, fresh, stream)
            generations.finish(client, fresh)
        except GoneError as error:
            raise EngineBusyError("another process makes the index anew as well") from error
        except BaseException:
            generations.drop(client, fresh)
            raise
    if stream.faults:
        raise RejectedEntriesError(stream.faults)


def _check(client: Elasticsearch, fresh: Generation, stream: _Stream) -> None:
    """What was put must be there, but for what was refused and what others took out meanwhile."""
    client.indices.refresh(index=fresh.index)
    held = client.count(index=fresh.index)["count"]
    totals = client.indices.stats(index=fresh.index, metric="indexing")["_all"]["primaries"]["indexing"]
    wanted = len(stream.ids - stream.faults.keys())
    if held + totals["delete_total"] < wanted:
        raise EngineUnavailableError(f"the new index holds {held} of {wanted} entries")
    logger.info("the new index %s holds %d entries", fresh.index, held)
