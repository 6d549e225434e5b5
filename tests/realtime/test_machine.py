"""Random edits, lost connections, crashes between the steps of a commit, compaction at any point.

Whatever happens: every acknowledged token is there once unless somebody erased it, nobody sees what is not committed, and all copies
are equal.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pycrdt
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from typing_extensions import override

from realtime import documents, updates
from realtime.models import Document, Snapshot, Update
from realtime.replica import Replica
from realtime.services import log, replay
from tests.realtime.seeds import text_of


@dataclass
class Page:
    """A page: its document, and what it has not sent or not got acknowledged."""

    doc: "pycrdt.Doc[Any]" = field(default_factory=pycrdt.Doc)
    outbox: list[bytes] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    connected: bool = True

    def change(self, what: Any) -> None:
        seen: list[bytes] = []
        subscription = self.doc.observe(lambda event: seen.append(event.update))
        with self.doc.transaction():
            what(self.doc.get("t", type=pycrdt.Text))
        self.doc.unobserve(subscription)
        self.outbox += seen


class Documents(RuleBasedStateMachine):
    """The log and a server's replica of it, with a server that may die at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.document_id = documents.create(kind="note", key=str(Document.objects.count()), by_id=None).pk
        self.server = Replica()
        self.seq = 0
        self.pages = [Page() for _ in range(3)]
        self.erased: set[str] = set()
        self.number = 0

    # --- people ---------------------------------------------------------------------------------------------

    @rule(who=st.integers(0, 2), where=st.floats(0, 1))
    def type_a_token(self, who: int, where: float) -> None:
        page = self.pages[who]
        self.number += 1
        token = f"<{self.number}>"
        places = [0, len(text_of(page.doc))]
        page.change(lambda text: text.insert(places[round(where)], token))
        page.typed.append(token)

    @rule(who=st.integers(0, 2), which=st.integers(0, 9))
    def erase_a_token(self, who: int, which: int) -> None:
        """An edit that only deletes: anybody's token, as soon as this page shows it."""
        page = self.pages[who]
        shown = re.findall(r"<\d+>", text_of(page.doc))
        if shown:
            token = shown[which % len(shown)]
            start = text_of(page.doc).index(token)
            page.change(lambda text: text.__delitem__(slice(start, start + len(token))))
            self.erased.add(token)

    @rule(who=st.integers(0, 2))
    def format_everything(self, who: int) -> None:
        """An edit without text."""
        page = self.pages[who]
        if text_of(page.doc):
            page.change(lambda text: text.format(0, len(text), {"bold": True}))

    @rule(who=st.integers(0, 2))
    def lose_the_connection(self, who: int) -> None:
        self.pages[who].connected = False

    @rule(who=st.integers(0, 2))
    def come_back(self, who: int) -> None:
        """The page brings what the server lacks and gets what it lacks itself."""
        page = self.pages[who]
        page.connected = True
        page.outbox = [page.doc.get_update(self.server.state())]
        page.doc.apply_update(self.server.encode(since=page.doc.get_state()))

    # --- the server -----------------------------------------------------------------------------------------

    @rule(reorder=st.randoms(use_true_random=False))
    def commit_a_window(self, reorder: Any) -> None:
        self._window(reorder, crash_before=False, crash_after=False)

    @rule(reorder=st.randoms(use_true_random=False))
    def crash_before_the_commit(self, reorder: Any) -> None:
        self._window(reorder, crash_before=True, crash_after=False)

    @rule(reorder=st.randoms(use_true_random=False))
    def crash_after_the_commit(self, reorder: Any) -> None:
        self._window(reorder, crash_before=False, crash_after=True)

    def _window(self, reorder: Any, *, crash_before: bool, crash_after: bool) -> None:
        sent = [(page, update) for page in self.pages if page.connected for update in page.outbox]
        reorder.shuffle(sent)
        news = [update for _, update in sent if updates.brings_news(self.server.doc, update)]
        self.server.apply(news)
        if crash_before:
            self._restart()
            return
        if news:
            rows = [(None, update) for update in news]
            self.seq = log.append([log.NewRows(self.document_id, 1, rows)])[self.document_id]
        if crash_after:
            self._restart()
            return
        for page in self.pages:
            if page.connected:
                page.outbox.clear()
                page.acknowledged |= set(page.typed)
                for update in news:
                    page.doc.apply_update(update)

    def _restart(self) -> None:
        """The process is killed: pages lose their connection, the document is read from the log."""
        loaded = replay.load(self.document_id)
        self.server, self.seq = loaded.replica, loaded.seq
        for page in self.pages:
            page.connected = False

    @rule()
    def keep_a_snapshot(self) -> None:
        loaded = replay.load(self.document_id)
        replay.keep_snapshot(self.document_id, epoch=1, seq=loaded.seq, whole=loaded.replica.encode())

    @rule()
    def lose_the_snapshot(self) -> None:
        Snapshot.objects.filter(document=self.document_id).delete()

    @rule(hours=st.integers(0, 3))
    def compact(self, hours: int) -> None:
        Update.objects.filter(document=self.document_id).update(
            at=timezone.now() - timedelta(hours=6 - hours)
        )
        documents.compact(self.document_id)

    # --- what holds -----------------------------------------------------------------------------------------

    @invariant()
    def acknowledged_tokens_are_in_the_log_once(self) -> None:
        text = text_of(documents.load(self.document_id))
        wanted = set().union(*(page.acknowledged for page in self.pages)) - self.erased
        assert {token: text.count(token) for token in wanted} == dict.fromkeys(wanted, 1)

    @override
    def teardown(self) -> None:
        """In the end all come back, and all say the same."""
        for _ in range(2):
            for who in range(3):
                self.come_back(who)
            self._window(_Still(), crash_before=False, crash_after=False)
        texts = {text_of(page.doc) for page in self.pages} | {text_of(documents.load(self.document_id))}
        assert len(texts) == 1
        (text,) = texts
        typed = [token for page in self.pages for token in page.typed]
        assert {token: text.count(token) for token in typed} == {
            token: int(token not in self.erased) for token in typed
        }


class _Still:
    """Reorders nothing."""

    def shuffle(self, _items: list[Any]) -> None:
        return


@pytest.mark.django_db
def test_acknowledged_edits_survive_whatever_happens() -> None:
    run_state_machine_as_test(
        Documents,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
