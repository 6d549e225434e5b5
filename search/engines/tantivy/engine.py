"""The engine that lives in this process and keeps its index in a folder (检索引擎)."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from tantivy import Query
from typing_extensions import override

from search.analysis.version import Analyser
from search.analysis.version import analyser as analyser_in_force
from search.analysis.written import as_written
from search.engines.base import Batch, Engine, State
from search.engines.tantivy import asking, batches
from search.engines.tantivy.explained import explained
from search.engines.tantivy.folders import FolderGenerations
from search.engines.tantivy.generations import Generations
from search.engines.tantivy.memory import MemoryGenerations
from search.engines.tantivy.reading import Look, Reader
from search.engines.tantivy.schema import KIND, VERSION, made_with
from search.engines.tantivy.searches import Searching
from search.engines.tantivy.sparing import Sparing, idf
from search.engines.tantivy.translate import one_of
from search.errors import EngineUnavailableError
from search.query.clauses import Clause
from search.query.compiler import compiled
from search.ranking import in_order
from search.types import Found, Hit, Reason, Request


class TantivyEngine(Engine):
    """An index in a folder that many processes may read and write at once; without a folder, in memory."""

    name = "tantivy"

    def __init__(self, folder: Path | None, *, analyser: Callable[[], Analyser] = analyser_in_force) -> None:
        self._generations: Generations = FolderGenerations(folder) if folder else MemoryGenerations()
        self._analyser = analyser
        self._reader = Reader(self._generations)

    # --- searching --------------------------------------------------------------------------------------------

    @override
    def search(self, request: Request) -> Found:
        if not request.principals:
            return Found(hits=(), total=0)
        look = self._reader.look()
        return Searching(look, request, _clause_of(request, look)).found()

    @override
    def matching(
        self,
        clause: Clause,
        *,
        principals: Collection[str],
        excluded: Collection[str],
        kinds: Collection[str],
        limit: int,
    ) -> list[Hit]:
        if not principals or limit < 1:
            return []
        look = self._reader.look()
        filters = [one_of(KIND, sorted(kinds))] if kinds else []
        query = asking.narrowed(asking.wanted(clause, principals, excluded), filters)
        found = look.searcher.search(query, limit=limit, count=False).hits
        return sorted((Hit(*look.name(at), score) for score, at in found), key=in_order)

    @override
    def explain(self, request: Request, hit: Hit) -> Reason | None:
        if not request.principals:
            return None
        look = self._reader.look()
        clause = _clause_of(request, look)
        return explained(look, Searching(look, request, clause), clause, hit)

    @override
    def rarity(self, field: str, tokens: Collection[str]) -> dict[str, float]:
        if not tokens:
            return {}
        searcher = self._reader.look().searcher
        total = searcher.num_docs
        return {token: idf(total, searcher.doc_freq(field, as_written(token))) for token in tokens}

    # --- writing ----------------------------------------------------------------------------------------------

    @override
    def writing(self) -> AbstractContextManager[Batch]:
        return batches.one_batch(self._generations, self._analyser())

    @override
    def rebuilding(self) -> AbstractContextManager[Batch]:
        return batches.anew(self._generations, self._analyser())

    # --- looking ----------------------------------------------------------------------------------------------

    @override
    def versions(self) -> Iterator[tuple[str, str, int]]:
        if self._generations.current() is None:
            return
        look = self._reader.look()
        everything = look.searcher.search(
            Query.all_query(), limit=max(1, look.searcher.num_docs), count=False
        )
        at = [place for _, place in everything.hits]
        for place, version in zip(at, look.numbers(VERSION, at), strict=True):
            yield *look.name(place), version

    @override
    def state(self) -> State:
        current = self._generations.current()
        if current is None:
            return State(documents=0, size_bytes=0, fingerprint="", is_current=False)
        about = current.about()
        try:
            documents, is_readable = self._reader.look().searcher.num_docs, True
        except EngineUnavailableError:
            documents, is_readable = 0, False
        return State(
            documents=documents,
            size_bytes=current.size_bytes(),
            fingerprint=about.fingerprint,
            is_current=is_readable
            and about.is_whole
            and about.fingerprint == made_with(self._analyser().fingerprint),
        )


def _clause_of(request: Request, look: Look) -> Clause | None:
    if request.query is None:
        return None
    whole = compiled(request.query, synonyms=request.synonyms)
    return whole if request.everything else Sparing(look).spared(whole)
