"""Batches of changes, and a new generation filled by one (批次、重建)."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from tantivy import Document, Index, IndexWriter, Query, Searcher
from typing_extensions import override

from search.engines.base import Batch
from search.engines.tantivy.generations import Change, Generation, Generations
from search.engines.tantivy.schema import CODE, ID, VERSION, made_with, schema, values_of
from search.errors import EngineUnavailableError, RejectedEntriesError
from search.types import Entry

logger = logging.getLogger(__name__)

Tokens = Callable[[Entry], Mapping[str, Sequence[str]]]

_BATCH_BYTES: Final = 30_000_000
_FILLING_BYTES: Final = 120_000_000


class Changes:
    """What a batch was told, analysed before anybody waits for the lock."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.made: list[Change] = []
        self.faults: dict[str, str] = {}

    def put(self, entry: Entry) -> None:
        try:
            change = Change(entry.id, entry.version, values_of(entry, self._tokens(entry)))
            _document(change)
        except (ValueError, TypeError, OverflowError) as error:
            self.faults[entry.id] = f"{type(error).__name__}: {error}"
            return
        self._add(change)

    def remove(self, kind: str, key: str, version: int) -> None:
        self._add(Change(f"{kind}:{key}", version, None))

    def _add(self, change: Change) -> None:
        self.made.append(change)


def _document(change: Change) -> Document:
    """Built by the schema: a bare number would become a signed one, which the writer cannot bear."""
    return Document.from_dict(dict(change.values or {}), schema())


@contextmanager
def one_batch(generations: Generations, tokens: Tokens, analyser: Callable[[], str]) -> Iterator[Batch]:
    """Changes of the generation that answers, in one commit; of the one that is being filled, later. Nothing is written if the
    block raises. Raises RejectedEntriesError for entries that cannot be indexed, after the others were.
    """
    batch = Changes(tokens)
    yield batch
    if batch.made:
        with generations.locked():
            current = generations.current() or generations.begin(made_with(analyser()))
            if current.about().code != CODE:
                raise EngineUnavailableError("the index has other fields and must be made anew first")
            if (coming := generations.coming()) is not None:
                coming.note(batch.made)
            _write(current.index(), batch.made)
    if batch.faults:
        raise RejectedEntriesError(batch.faults)


def _write(index: Index, changes: Iterable[Change]) -> None:
    """Make changes one after another, each unless a higher version stands there; one commit."""
    accepted = _accepted(index.searcher(), changes)
    if not accepted:
        return
    writer = index.writer(_BATCH_BYTES, 1)
    try:
        # Who was killed amid a commit left files that the next commit would write under the same name: it would fail for ever.
        writer.garbage_collect_files()
        for change in accepted:
            writer.delete_documents_by_term(ID, change.id)
            if change.values is not None:
                writer.add_document(_document(change))
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


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
    """A batch that is written as it comes, for nobody sees it yet."""

    def __init__(self, tokens: Tokens, writer: IndexWriter) -> None:
        super().__init__(tokens)
        self._writer = writer
        self._held: dict[str, int] = {}

    @override
    def _add(self, change: Change) -> None:
        held = self._held.get(change.id)
        if held is not None:
            if held > change.version:
                return
            self._writer.delete_documents_by_term(ID, change.id)
            del self._held[change.id]
        if change.values is not None:
            self._writer.add_document(_document(change))
            self._held[change.id] = change.version


@contextmanager
def anew(generations: Generations, tokens: Tokens, analyser: Callable[[], str]) -> Iterator[Batch]:
    """A new generation beside the one that answers. When the block ends it takes in what was written meanwhile, and then its
    place; it goes if the block raises. Raises RejectedEntriesError for what could not be indexed, after it took its place.
    """
    with generations.filling():
        with generations.locked():
            fresh = generations.add(made_with(analyser()))
        try:
            with _filled(fresh, tokens) as stream:
                yield stream
            with generations.locked():
                _write(fresh.index(), fresh.noted())
                generations.finish(fresh)
        except BaseException:
            with generations.locked():
                generations.drop(fresh)
            raise
    if stream.faults:
        raise RejectedEntriesError(stream.faults)


@contextmanager
def _filled(fresh: Generation, tokens: Tokens) -> Iterator[_Stream]:
    writer = fresh.index().writer(_FILLING_BYTES, 1)
    try:
        stream = _Stream(tokens, writer)
        yield stream
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()
