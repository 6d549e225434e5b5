"""For tests of indexing: an engine that is a dictionary and fails when told to, and a kind of things that are one."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from typing_extensions import override

from search import kinds
from search.engines.base import Batch, Engine, State
from search.errors import EngineUnavailableError, RejectedEntriesError
from search.query.clauses import Clause
from search.types import Entry, Found, Hit, Reason, Request


class _Changes:
    def __init__(self) -> None:
        self.made: list[tuple[str, Entry | int]] = []

    def put(self, entry: Entry) -> None:
        self.made.append((entry.id, entry))

    def remove(self, kind: str, key: str, version: int) -> None:
        self.made.append((f"{kind}:{key}", version))


class Shelf(Engine):
    """``held`` is the index; ``fault`` is raised by the next batches, ``rejects`` are ids that no batch takes; it does not say how it is
    while ``away``.
    """

    name = "shelf"

    def __init__(self) -> None:
        self.held: dict[str, Entry] = {}
        self.fault: Exception | None = None
        self.rejects: set[str] = set()
        self.is_current = True
        self.away = False
        self.commits = 0
        self.amid_rebuild: Any = None

    @override
    @contextmanager
    def writing(self) -> Iterator[Batch]:
        if self.fault:
            raise self.fault
        changes = _Changes()
        yield changes
        self._make(self.held, changes)
        self.commits += 1
        self._complain(changes)

    @override
    @contextmanager
    def rebuilding(self) -> Iterator[Batch]:
        changes, fresh = _Changes(), dict[str, Entry]()
        yield changes
        if self.amid_rebuild:
            self.amid_rebuild()
        self._make(fresh, changes)
        self.held, self.is_current = fresh, True
        self._complain(changes)

    def _complain(self, changes: _Changes) -> None:
        if bad := {name: "too odd" for name, _ in changes.made if name in self.rejects}:
            raise RejectedEntriesError(bad)

    def _make(self, held: dict[str, Entry], changes: _Changes) -> None:
        for name, change in changes.made:
            if name in self.rejects:
                continue
            if isinstance(change, Entry):
                held[name] = change
            else:
                held.pop(name, None)

    @override
    def versions(self) -> Iterator[tuple[str, str, int]]:
        for entry in self.held.values():
            yield entry.kind, entry.key, entry.version

    @override
    def state(self) -> State:
        if self.away:
            raise EngineUnavailableError("down")
        return State(len(self.held), 0, "shelf", self.is_current)

    @override
    def search(self, request: Request) -> Found:
        raise AssertionError("a shelf is written to and never asked")

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
        raise AssertionError("a shelf is written to and never asked")

    @override
    def explain(self, request: Request, hit: Hit) -> Reason | None:
        raise AssertionError("a shelf is written to and never asked")

    @override
    def rarity(self, field: str, tokens: Collection[str]) -> dict[str, float]:
        raise AssertionError("a shelf is written to and never asked")


class Slips:
    """A kind whose things are in a dictionary: key → title. Reading what is in ``unreadable`` fails."""

    def __init__(self) -> None:
        self.there: dict[str, str] = {}
        self.unreadable: set[str] = set()
        self.reads: list[list[str]] = []

    def kind(self, name: str = "slip") -> kinds.Kind:
        return kinds.Kind(
            name=name,
            label="slips",
            read=self.read,
            all_keys=lambda: iter(sorted(self.there)),
            visible=lambda _person, keys: set(keys) & self.there.keys(),
            cards=lambda _person, keys: {key: self.there[key] for key in keys},
            template="slip.html",
        )

    def read(self, keys: Sequence[str]) -> list[Entry]:
        self.reads.append(list(keys))
        if broken := self.unreadable & set(keys):
            raise ValueError(f"cannot read {sorted(broken)}")
        return [
            Entry("slip", key, 0, self.there[key], frozenset({"all"})) for key in keys if key in self.there
        ]
