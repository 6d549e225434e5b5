"""Edits that cut a character beyond the first plane: the server's document says what the pages say."""

import pycrdt
import pytest

from realtime import halves, updates
from realtime.replica import Replica
from tests.realtime import forged
from tests.realtime.seeds import keystrokes, text_of
from tests.realtime.test_stock_client import SCRIPTS
from tests.servers import run_node

pytestmark = pytest.mark.node


def after_each(log: list[bytes]) -> Replica:
    """A document that is mended after every single update."""
    replica = Replica()
    for update in log:
        replica = Replica.of(halves.mended([replica.encode(), update]))
    return replica


@pytest.mark.parametrize("seed", range(1, 9))
def test_mended_document_says_what_a_page_reads(seed: int) -> None:
    answer = run_node(SCRIPTS / "halves.mjs", seed)
    log = [bytes.fromhex(update) for update in answer["log"]]
    clocks = {int(client): clock for client, clock in answer["clocks"].items()}

    for replica in (
        Replica.of(halves.mended(log)),
        Replica.of(halves.mended([updates.merge(log)])),
        after_each(log),
    ):
        assert text_of(replica.doc) == answer["texts"][-1]
        assert updates.state_clocks(replica.state()) == clocks


def test_updates_that_cut_nothing_stay_as_they_are() -> None:
    log = keystrokes("a𠮷b", "教", "👍🏽", "")

    assert halves.mended(log) == log


def test_text_that_stands_in_the_same_update_as_the_cut_is_mended() -> None:
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=5)
    doc.apply_update(forged.update(forged.text("a𠮷b"), deletions=b"\x01\x05\x01\x02\x01"))
    (mended,) = halves.mended([forged.update(forged.text("a𠮷b"), deletions=b"\x01\x05\x01\x02\x01")])

    assert text_of(Replica.of([mended]).doc) == "a\ufffdb"


def test_bytes_without_wide_characters_are_told_from_those_with() -> None:
    assert not halves.hold_any(keystrokes("教案", client_id=1))
    assert halves.hold_any(keystrokes("教案", "𠮷", client_id=1))
