"""What every engine does with changes: newest versions stand, batches are whole, an index is made anew while all goes on."""

import threading

import pytest

from search.analysis import crew, lexicon
from search.analysis.entries import tokens_of
from search.engines.base import Batch, Engine
from search.errors import RejectedEntriesError
from search.fields import TEXT_FIELDS
from search.models import DictionaryWord
from search.query.clauses import Sequence, Term
from search.query.tree import Words
from search.types import Entry, Request
from tests.search.engines.entries import entry

pytestmark = pytest.mark.django_db

EVERYBODY = frozenset({"all"})


@pytest.fixture(autouse=True)
def _fresh() -> None:
    lexicon.forget()


def put(engine: Engine, *entries: Entry) -> None:
    with engine.writing() as batch:
        for one in entries:
            batch.put(one)


def take_out(engine: Engine, key: str, version: int) -> None:
    with engine.writing() as batch:
        batch.remove("plan", key, version)


def rebuild(engine: Engine, *entries: Entry) -> None:
    with engine.rebuilding() as batch:
        for one in entries:
            batch.put(one)


def held(engine: Engine) -> dict[str, int]:
    return {f"{kind}:{key}": version for kind, key, version in engine.versions()}


def keys(engine: Engine, text: str) -> list[str]:
    found = engine.search(Request(principals=EVERYBODY, query=Words(text)))
    return sorted(hit.key for hit in found.hits)


# --- versions ----------------------------------------------------------------------------------------------------


def test_what_is_put_is_found_when_the_batch_ends(engine: Engine) -> None:
    put(engine, entry("first"))
    with engine.writing() as batch:
        batch.put(entry("a", "三角形内角和"))
        assert keys(engine, "三角形") == []

    assert keys(engine, "三角形") == ["a"]


def test_what_is_put_again_stands_once(engine: Engine) -> None:
    put(engine, entry("a", "三角形", version=1))
    put(engine, entry("a", "勾股定理", version=2))

    assert held(engine) == {"plan:a": 2}
    assert (keys(engine, "三角形"), keys(engine, "勾股定理")) == ([], ["a"])


def test_late_change_overwrites_nothing(engine: Engine) -> None:
    put(engine, entry("a", "三角形内角和", version=5))
    put(engine, entry("a", "平行四边形", version=4))

    assert held(engine) == {"plan:a": 5}
    assert (keys(engine, "三角形"), keys(engine, "平行四边形")) == (["a"], [])


def test_late_removal_takes_nothing_out(engine: Engine) -> None:
    put(engine, entry("a", version=6))
    take_out(engine, "a", 5)
    take_out(engine, "never there", 5)

    assert held(engine) == {"plan:a": 6}


def test_same_version_once_more_replaces(engine: Engine) -> None:
    """What is sent again after a lost answer, or cut anew by another analyser, under the version that it has."""
    put(engine, entry("a", "三角形", version=3))
    put(engine, entry("a", "勾股定理", version=3))

    assert held(engine) == {"plan:a": 3}
    assert (keys(engine, "三角形"), keys(engine, "勾股定理")) == ([], ["a"])


def test_removal_under_the_same_version_takes_out(engine: Engine) -> None:
    put(engine, entry("a", version=3))
    take_out(engine, "a", 3)

    assert held(engine) == {}


def test_thing_that_comes_back_is_found_at_once(engine: Engine) -> None:
    """Its versions go on where they ended (GoneEntry)."""
    put(engine, entry("a", version=6))
    take_out(engine, "a", 7)
    assert held(engine) == {}

    put(engine, entry("a", "三角形", version=8))

    assert held(engine) == {"plan:a": 8}
    assert keys(engine, "三角形") == ["a"]


def test_batch_keeps_the_newest_of_what_it_is_told_of_a_thing(engine: Engine) -> None:
    with engine.writing() as batch:
        batch.put(entry("a", "二稿", version=2))
        batch.put(entry("a", "一稿", version=1))
        batch.put(entry("b", version=1))
        batch.remove("plan", "b", 2)

    assert held(engine) == {"plan:a": 2}


def test_same_key_of_two_kinds_is_two_things(engine: Engine) -> None:
    put(engine, entry("a:1", "三角形"), entry("a:1", "三角形", kind="person"))
    take_out(engine, "a:1", 9)

    assert held(engine) == {"person:a:1": 1}
    assert keys(engine, "三角形") == ["a:1"]


def test_batch_that_raises_leaves_nothing(engine: Engine) -> None:
    put(engine, entry("a"))
    with pytest.raises(ZeroDivisionError), engine.writing() as batch:
        _half_done(batch)

    assert held(engine) == {"plan:a": 1}
    put(engine, entry("c"))
    assert held(engine) == {"plan:a": 1, "plan:c": 1}


def _half_done(batch: Batch) -> None:
    batch.put(entry("b"))
    batch.remove("plan", "a", 9)
    raise ZeroDivisionError


def test_change_of_readers_counts_at_once(engine: Engine) -> None:
    put(engine, entry("a", "三角形", version=1))
    put(engine, entry("a", "三角形", version=2, readers=frozenset({"p:1"})))

    assert keys(engine, "三角形") == []


# --- tokens ------------------------------------------------------------------------------------------------------


def test_phrases_end_at_the_borders_of_parts_and_sentences(engine: Engine) -> None:
    put(engine, entry("a", "教案", "认识三角。形成概念", people=("王小红", "张建国")))

    def found(field: str, *tokens: str) -> bool:
        clause = Sequence(field, tokens)
        return bool(engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=1))

    assert found("body_b", "认识", "识三", "三角")
    assert found("body_b", "形成", "成概")
    assert not found("body_b", "三角", "形成")
    assert not found("people_b", "小红", "张建")
    assert found("people_b", "王小", "小红")


def test_tokens_with_blanks_and_without_end_are_found_as_they_are(engine: Engine) -> None:
    name, endless = "Anna  Maria\u00a0Li", "长" * 4_000
    put(engine, entry("a", endless, people=(name,)), entry("b", people=("anna",)))

    def found(token: str) -> list[str]:
        clause = Term("people_w", token)
        hits = engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=9)
        return sorted(hit.key for hit in hits)

    assert found("anna") == ["b"]
    assert found("anna maria li") == ["a"] or found("anna  maria li") == ["a"]
    assert held(engine) == {"plan:a": 1, "plan:b": 1}


@pytest.mark.parametrize("half", [chr(0xD83D), chr(0xDE00), "\0"], ids=["first half", "second half", "nul"])
def test_half_characters_and_nul_are_left_out_and_all_else_is_found(engine: Engine, half: str) -> None:
    """A cut emoji, as some editors paste it: no engine can write it."""
    odd = f"三角形{half}内角和"
    put(
        engine,
        entry("a", odd, odd, people=(f"王{half}小红",), unit=f"一中{half}", tags=(f"数学{half}",)),
        entry("b", "三角形"),
    )

    assert held(engine) == {"plan:a": 1, "plan:b": 1}
    assert keys(engine, "内角和") == ["a"]
    assert keys(engine, f"三角形{half}") == ["a", "b"]


# --- a new index beside the old one ------------------------------------------------------------------------------


def test_first_index_is_not_current_until_it_was_made_as_a_whole(engine: Engine) -> None:
    assert not engine.state().is_current
    put(engine, entry("a"))
    assert not engine.state().is_current

    rebuild(engine, entry("a"))

    state = engine.state()
    assert (state.documents, state.is_current) == (1, True)
    assert state.fingerprint


def test_old_index_answers_and_both_take_changes_while_a_new_one_is_made(engine: Engine) -> None:
    put(engine, entry("a", "三角形内角和"), entry("gone", "三角形"))

    with engine.rebuilding() as batch:
        assert keys(engine, "三角形") == ["a", "gone"]
        put(engine, entry("a", "三角形全等", version=3), entry("new", "三角形相似"))
        batch.put(entry("a", "三角形内角和", version=2))
        assert keys(engine, "三角形") == ["a", "gone", "new"]

    assert held(engine) == {"plan:a": 3, "plan:new": 1}
    assert keys(engine, "全等") == ["a"]


def test_what_was_taken_out_during_a_rebuild_stays_out(engine: Engine) -> None:
    """Also where the rebuild read it before, and puts it, or sends what it put, only afterwards."""
    put(engine, *(entry(key, "三角形") for key in ("sent before", "waits", "put after", "stays")))

    with engine.rebuilding() as batch:
        for key in ("sent before", "waits", "stays"):
            batch.put(entry(key, "三角形"))
        for key in ("sent before", "waits", "put after"):
            take_out(engine, key, 2)
        batch.put(entry("put after", "三角形"))

    assert held(engine) == {"plan:stays": 1}
    assert keys(engine, "三角形") == ["stays"]


def test_what_came_back_during_a_rebuild_is_there(engine: Engine) -> None:
    put(engine, entry("a", "三角形"))

    with engine.rebuilding() as batch:
        take_out(engine, "a", 2)
        put(engine, entry("a", "勾股定理", version=3))
        batch.put(entry("a", "三角形"))

    assert held(engine) == {"plan:a": 3}
    assert (keys(engine, "三角形"), keys(engine, "勾股定理")) == ([], ["a"])


def test_what_is_rebuilt_later_than_it_changed_wins_by_its_version(engine: Engine) -> None:
    put(engine, entry("a", "三角形", version=1))
    with engine.rebuilding() as batch:
        put(engine, entry("a", "勾股定理", version=2))
        batch.put(entry("a", "平行四边形", version=3))

    assert held(engine) == {"plan:a": 3}
    assert keys(engine, "平行四边形") == ["a"]


def test_new_index_keeps_the_newest_of_what_it_is_told_of_a_thing(engine: Engine) -> None:
    with engine.rebuilding() as batch:
        batch.put(entry("a", "一稿", version=1))
        batch.put(entry("a", "三角形", version=3))
        batch.put(entry("a", "二稿", version=2))
        batch.put(entry("b", version=1))
        batch.remove("plan", "b", 1)

    assert held(engine) == {"plan:a": 3}
    assert keys(engine, "三角形") == ["a"]


def test_new_index_takes_the_same_version_once_more(engine: Engine) -> None:
    rebuild(engine, entry("a", "三角形", version=2), entry("a", "勾股定理", version=2))

    assert held(engine) == {"plan:a": 2}
    assert (keys(engine, "三角形"), keys(engine, "勾股定理")) == ([], ["a"])


def test_new_index_goes_when_making_it_fails(engine: Engine) -> None:
    put(engine, entry("a"))
    with pytest.raises(ZeroDivisionError), engine.rebuilding() as batch:
        _half_done(batch)

    assert held(engine) == {"plan:a": 1}
    put(engine, entry("c"))
    rebuild(engine, entry("d"))
    assert held(engine) == {"plan:d": 1}


def test_searches_go_on_while_an_index_is_made_and_changes_are_written(engine: Engine) -> None:
    put(engine, *(entry(str(nth), "三角形") for nth in range(20)))
    answers: list[int] = []
    faults: list[BaseException] = []
    over = threading.Event()

    def search() -> None:
        while not over.is_set():
            try:
                request = Request(principals=EVERYBODY, query=Words("三角形"), limit=100)
                answers.append(len(engine.search(request).hits))
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test must say it
                faults.append(error)

    searching = threading.Thread(target=search)
    searching.start()
    for turn in range(3):
        with engine.rebuilding() as batch:
            for nth in range(20):
                batch.put(entry(str(nth), "三角形", version=turn + 2))
                if nth % 5 == 0:
                    put(engine, entry(str(nth), "三角形", version=turn + 2))
    over.set()
    searching.join()

    assert faults == []
    assert set(answers) == {20}


def test_versions_of_an_index_that_is_not_there_are_none(engine: Engine) -> None:
    assert list(engine.versions()) == []
    assert engine.state().documents == 0


# --- helpers -----------------------------------------------------------------------------------------------------


def test_index_made_by_helpers_is_the_one_that_is_made_without(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    DictionaryWord.objects.create(word="石头剪子布")
    lexicon.forget()
    plans = [
        entry(
            str(nth),
            f"石头剪子布第{nth}课",
            f"认识{'三角形' * (nth % 3)}。画出它的高" * (nth % 7),
            version=nth,
        )
        for nth in range(150)
    ]

    def held_of(alone: int) -> object:
        monkeypatch.setattr(crew, "ALONE", alone)
        monkeypatch.setattr(crew, "helpers_here", lambda: 2)
        with engine.rebuilding() as batch:
            for one in plans:
                batch.put(one)
            batch.put(entry("0", "圆的面积", version=0))
            batch.remove("plan", "1", 1)
            batch.put(entry("late", "认识三角形"))
        rarities = {
            name: engine.rarity(name, set().union(*(tokens_of(one)[name] for one in plans)))
            for name in (field.name for field in TEXT_FIELDS)
        }
        phrase = Sequence("body_b", ("三角", "角形"))
        hits = engine.matching(phrase, principals=EVERYBODY, excluded=(), kinds=(), limit=200)
        return held(engine), rarities, hits, keys(engine, "三角形的高")

    without = held_of(1_000)
    assert held_of(0) == without
    assert len(held(engine)) == 150
    whole = Term("title_w", "石头剪子布")
    found = engine.matching(whole, principals=EVERYBODY, excluded=(), kinds=(), limit=200)
    assert len(found) == 148


def test_entry_that_helpers_cannot_make_is_named_and_holds_up_no_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "ALONE", 0)
    with pytest.raises(RejectedEntriesError) as refused:
        rebuild(engine, entry("a"), entry("odd", unit=5), entry("b"))

    assert refused.value.faults.keys() == {"plan:odd"}
    assert held(engine) == {"plan:a": 1, "plan:b": 1}


def test_word_that_is_added_while_an_index_is_made_acts_in_the_next_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of an index is made with what its fingerprint says, also where the word goes again before it is finished."""
    monkeypatch.setattr(crew, "ALONE", 1)
    monkeypatch.setattr(crew, "helpers_here", lambda: 1)
    whole = Term("title_w", "石头剪子布")

    def found() -> int:
        return len(engine.matching(whole, principals=EVERYBODY, excluded=(), kinds=(), limit=9))

    with engine.rebuilding() as batch:
        batch.put(entry("a", "石头剪子布"))
        DictionaryWord.objects.create(word="石头剪子布")
        lexicon.forget()
        batch.put(entry("b", "石头剪子布"))
        batch.put(entry("c", "石头剪子布"))

    assert (found(), engine.state().is_current) == (0, False)
    rebuild(engine, *(entry(key, "石头剪子布") for key in "abc"))
    assert (found(), engine.state().is_current) == (3, True)
