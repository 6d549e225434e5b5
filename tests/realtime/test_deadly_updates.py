"""Updates that Yrs takes and that would end the pages, or the whole process; and edits that cut a character."""

import pytest

from realtime import documents, updates, wire
from realtime.errors import RefusedUpdateError
from realtime.models import Document, QuarantinedUpdate, Update
from realtime.replica import Replica
from tests.realtime import forged
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.realtime.seeds import text_of
from tests.realtime.test_stock_client import SCRIPTS
from tests.servers import run_node, run_ours


@pytest.mark.parametrize("update", forged.DEADLY.values(), ids=forged.DEADLY.keys())
def test_update_that_no_page_could_read_is_refused(update: bytes) -> None:
    with pytest.raises(RefusedUpdateError):
        updates.check(update)


@pytest.mark.parametrize("update", forged.WRITTEN_TODAY.values(), ids=forged.WRITTEN_TODAY.keys())
def test_update_of_any_sort_that_pages_read_is_taken(update: bytes) -> None:
    updates.check(update)


def test_value_nested_deep_does_not_end_the_process() -> None:
    """In a process of its own: what happens here is no exception, it is a stack that runs over."""
    code = """
from realtime import updates
from realtime.errors import RefusedUpdateError
from tests.realtime import forged
try:
    updates.check(forged.update(forged.value(forged.nested(200_000))))
except RefusedUpdateError:
    print("refused")
"""
    assert run_ours("-c", code) == "refused\n"


@pytest.mark.parametrize("pair", range(len(forged.WAITING_TOGETHER)))
@pytest.mark.parametrize("order", [1, -1])
def test_forged_updates_that_wait_together_do_not_end_the_process(pair: int, order: int) -> None:
    code = f"""
from realtime.errors import RefusedUpdateError
from realtime.replica import Replica
from tests.realtime import forged
replica = Replica()
for update in forged.WAITING_TOGETHER[{pair}][::{order}]:
    try:
        replica.apply([update])
        Replica.of([replica.encode()])
    except RefusedUpdateError:
        pass
print("alive")
"""
    assert run_ours("-c", code) == "alive\n"


@pytest.mark.usefixtures("note")
@pytest.mark.parametrize("name", ["a type without a definition", "a value nested too deep for a page"])
async def test_deadly_update_closes_its_sender_and_is_kept_aside(
    site: Site, writer: Somebody, colleague: Somebody, name: str
) -> None:
    async with site.tab(writer) as one, site.tab(colleague) as two:
        await one.socket.send(wire.update(forged.DEADLY[name]))

        assert await one.closed() == 4400
        await two.write("照常")
        await two.saved()
        await site.live.settled()
        assert not any(forged.DEADLY[name] in frame for frame in two.frames)
    counts = await in_thread(lambda: (QuarantinedUpdate.objects.count(), Update.objects.count()))()
    assert counts == (1, 1)


# --- characters cut in half -----------------------------------------------------------------------------------


@pytest.mark.node
@pytest.mark.parametrize("seed", range(1, 7))
def test_replica_says_what_a_page_reads_when_characters_are_cut(seed: int) -> None:
    answer = run_node(SCRIPTS / "halves.mjs", seed)
    log = [bytes.fromhex(update) for update in answer["log"]]
    clocks = {int(client): clock for client, clock in answer["clocks"].items()}
    one_by_one = Replica()
    for update in log:
        one_by_one.apply([update])

    for replica in (
        Replica.of(log),
        Replica.of([updates.merge(log)]),
        Replica.of([Replica.of(log[:30]).encode(), *log[30:]]),
        Replica.of(list(reversed(log))),
        one_by_one,
    ):
        assert text_of(replica.doc) == answer["texts"][-1]
        assert updates.state_clocks(replica.state()) == clocks
        assert list(replica.waiting) == []
        assert text_of(Replica.of([replica.encode()]).doc) == answer["texts"][-1]


@pytest.mark.node
@pytest.mark.usefixtures("note")
async def test_page_that_comes_later_reads_what_the_others_read(
    site: Site, note: Document, writer: Somebody, colleague: Somebody
) -> None:
    answer = run_node(SCRIPTS / "halves.mjs", 4)
    async with site.tab(writer) as one:
        for update in answer["log"]:
            await one.socket.send(wire.update(bytes.fromhex(update)))
        await one.saved()
        async with site.tab(colleague) as two:
            assert two.text == answer["texts"][-1]
    assert text_of(await in_thread(documents.load)(note.pk)) == answer["texts"][-1]
