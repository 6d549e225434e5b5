"""Batches of changes, and a new generation filled by one (批次、重建)."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from typing import Any, Final

from tantivy import Document, Index, IndexWriter, Query, Searcher
from typing_extensions import override

from search.analysis.crew import Crew, Made, stand_back
from search.analysis.version import Analyser, Tokens
from search.engines.base import Batch
from search.engines.tantivy.generations import Change, Generation, Generations
from search.engines.tantivy.schema import CODE, ID, VERSION, made_with, schema, values_of
from search.errors import EngineUnavailableError, RejectedEntriesError
from search.types import Entry

logger = logging.getLogger(__name__)

_BATCH_BYTES: Final = 30_000_000
_FILLING_BYTES: Final = 120_000_000
_QUEUED_CHARACTERS: Final = 100_000_000
"""So much may wait for the threads of a writer, where helpers are quicker than they are; about a segment's worth."""


class Changes:
    """What a batch was told, analysed before anybody waits for the lock."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self.made: list[Change] = []
        self.faults: dict[str, str] = {}

    def put(self, entry: Entry) -> None:
        for made in self._crew.put(entry):
            self._take(made)

    def settle(self) -> None:
        """Take what helpers are still about."""
        for made in self._crew.rest():
            self._take(made)

    def _take(self, made: Made) -> None:
        fault = made.fault
        if made.values is not None:
            try:
                document = _document(made.values)
            except (ValueError, TypeError, OverflowError) as error:
                fault = f"{type(error).__name__}: {error}"
            else:
                self._add(Change(made.id, made.version, made.values), document)
                return
        self.faults[made.id] = fault

    def remove(self, kind: str, key: str, version: int) -> None:
        self.settle()
        self._add(Change(f"{kind}:{key}", version, None), None)

    def _add(self, change: Change, _document: Document | None) -> None:
        self.made.append(change)


def values_by(tokens: Tokens, entry: Entry) -> dict[str, Any]:
    """What Tantivy keeps of an entry with these tokens."""
    return values_of(entry, tokens(entry))


def _document(values: Mapping[str, Any]) -> Document:
    """Built by the schema: a bare number would become a signed one, which the writer cannot bear."""
    return Document.from_dict(dict(values), schema())


@contextmanager
def one_batch(generations: Generations, analyser: Analyser) -> Iterator[Batch]:
    """Changes of the generation that answers, in one commit; of the one that is being filled, later. Nothing is written if the
    block raises. Raises RejectedEntriesError for entries that cannot be indexed, after the others were.
    """
    batch = Changes(Crew(partial(values_by, analyser.tokens), helpers=0))
    yield batch
    if batch.made:
        with generations.locked() as held:
            current = generations.current() or generations.begin(made_with(analyser.fingerprint))
            if current.about().code != CODE:
                raise EngineUnavailableError("the index has other fields and must be made anew first")
            if (coming := generations.coming()) is not None:
                coming.note(batch.made)
            # What was committed is found by now; only the next batch must wait until it is merged.
            held.afterwards(_write(current.index(), batch.made))
    if batch.faults:
        raise RejectedEntriesError(batch.faults)


def _write(index: Index, changes: Iterable[Change]) -> Callable[[], None]:
    """Make changes one after another, each unless a higher version stands there; one commit. What is left to do is to wait for the
    merging of small segments that it may have begun, before anybody else writes.
    """
    accepted = _accepted(index.searcher(), changes)
    if not accepted:
        return _nothing
    writer = index.writer(_BATCH_BYTES, 1)
    try:
        # Who was killed amid a commit left files that the next commit would write under the same name: it would fail for ever.
        writer.garbage_collect_files()
        for change in accepted:
            writer.delete_documents_by_term(ID, change.id)
            if change.values is not None:
                writer.add_document(_document(change.values))
        writer.commit()
    except BaseException:
        writer.rollback()
        writer.wait_merging_threads()
        raise
    return writer.wait_merging_threads


def _nothing() -> None:
    return


def _accepted(searcher: Searcher, changes: Iterable[Change]) -> list[Change]:
    """The last accepted change of each entry."""
    standing: dict[str, int | None] = {}
    accepted: dict[str, Change] = {}
    for change in changes:
        if change.id not in standing:
            standing[change.id] = version_in(searcher, change.id)
        held = standing[change.id]
        if (held is None and change.values is None) or (held is not None and held > change.version):
            continue
        accepted[change.id] = change
        standing[change.id] = None if change.values is None else change.version
    return list(accepted.values())


def version_in(searcher: Searcher, name: str) -> int | None:
    """The version of an entry that stands in the index."""
    found = searcher.search(Query.term_query(schema(), ID, name, "basic"), limit=1, count=False).hits
    if not found:
        return None
    return int(searcher.fast_field_values(VERSION, [found[0][1]])[0] or 0)


class _Stream(Changes):
    """A batch that is written as it comes, for nobody sees it yet; helpers make what is written."""

    def __init__(self, crew: Crew, writer: IndexWriter) -> None:
        super().__init__(crew)
        self._writer = writer
        self._held: dict[str, int] = {}
        self._queued = 0

    @override
    def _add(self, change: Change, document: Document | None) -> None:
        held = self._held.get(change.id)
        if held is not None:
            if held > change.version:
                return
            self._writer.delete_documents_by_term(ID, change.id)
            del self._held[change.id]
        if document is not None:
            self._writer.add_document(document)
            self._held[change.id] = change.version
            self._wait_for_the_writer(change.values or {})

    def _wait_for_the_writer(self, values: Mapping[str, Any]) -> None:
        """A commit waits until all that was added is written, which bounds the memory that it takes till then."""
        self._queued += sum(len(value) for value in values.values() if isinstance(value, str))
        if self._queued >= _QUEUED_CHARACTERS:
            self._writer.commit()
            self._queued = 0


@contextmanager
def anew(generations: Generations, analyser: Analyser) -> Iterator[Batch]:
    """A new generation beside the one that answers. When the block ends it takes in what was written meanwhile, and then its
    place; it goes if the block raises. Raises RejectedEntriesError for what could not be indexed, after it took its place.
    """
    with generations.filling():
        with generations.locked():
            fresh = generations.add(made_with(analyser.fingerprint))
        try:
            with _filled(fresh, analyser) as stream:
                yield stream
            with generations.locked():
                _write(fresh.index(), fresh.noted())()
                generations.finish(fresh)
        except BaseException:
            with generations.locked():
                generations.drop(fresh)
            raise
    if stream.faults:
        raise RejectedEntriesError(stream.faults)


@contextmanager
def _filled(fresh: Generation, analyser: Analyser) -> Iterator[_Stream]:
    writer = _polite_writer(fresh.index())
    try:
        with closing(Crew(partial(values_by, analyser.tokens))) as crew:
            stream = _Stream(crew, writer)
            yield stream
            stream.settle()
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _polite_writer(index: Index) -> IndexWriter:
    """A writer whose threads let searches go before: they inherit the priority of the thread that makes them. Ours has no lower one: it
    would be interrupted while it holds Python's lock, for which the outbox waits.
    """
    with ThreadPoolExecutor(1, initializer=stand_back) as thread:
        return thread.submit(index.writer, _FILLING_BYTES, 1).result()
