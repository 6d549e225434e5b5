"""What is common is asked for once: the same is found, in the same order."""

from pathlib import Path

import pytest

from search import fields
from search.analysis.pairs import BORDER
from search.engines.tantivy import TantivyEngine, sparing
from search.query.clauses import All, Any, Best, Clause, Ranked, Sequence, Silent, Term, Without
from search.query.tree import AllOf, Node, Words
from search.types import Request
from tests.search.engines.entries import entry
from tests.search.engines.plans import plans, queries

pytestmark = pytest.mark.django_db

WORD = Term(fields.BODY_WORDS, "内角", 1.0)
PAIR = Term(fields.BODY_PAIRS, "内角", 0.5)
SOUND = Term(fields.BODY_SOUNDS, "nei·jiao", 0.3)
TITLE = Term(fields.TITLE_PAIRS, "内角", 1.0)
EVERYBODY = frozenset({"all"})


def engine_with(*texts: str, title: str = "内角") -> TantivyEngine:
    engine = TantivyEngine(None)
    with engine.writing() as batch:
        for nth, text in enumerate(texts):
            batch.put(entry(str(nth), title, text=text))
    return engine


def spared(engine: TantivyEngine, clause: Clause) -> Clause:
    return sparing.Sparing(engine._reader.look()).spared(clause)


def scores(engine: TantivyEngine, clause: Clause) -> dict[str, float]:
    hits = engine.matching(clause, principals=EVERYBODY, excluded=(), kinds=(), limit=10)
    return {hit.key: hit.score for hit in hits}


def test_common_pair_is_asked_for_once_and_counts_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparing, "DENSE", 2)
    engine = engine_with("内角", "内角", "周长")
    asked = Any((WORD, TITLE, PAIR, SOUND))

    found = spared(engine, asked)

    assert isinstance(found, Any)
    assert found.clauses[0] == TITLE
    [pair] = found.clauses[1:]
    assert isinstance(pair, Term)
    assert (pair.field, pair.token, round(pair.boost, 6)) == (PAIR.field, PAIR.token, 1.8)
    assert scores(engine, found) == pytest.approx(scores(engine, asked))


def test_rare_pair_is_asked_for_in_every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparing, "DENSE", 3)
    engine = engine_with("内角", "内角", "周长")

    assert spared(engine, Any((WORD, PAIR, SOUND))) == Any((WORD, PAIR, SOUND))


def test_commonest_is_left_out_where_there_is_too_much_to_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_with(*["教师"] * 6, *["教师内角"] * 2)
    common, rare = Term(fields.BODY_PAIRS, "教师", 0.5), Term(fields.BODY_PAIRS, "内角", 0.5)
    assert spared(engine, Any((common, rare))) == Any((common, rare))

    monkeypatch.setattr(sparing, "MOST_ADDED", 9)
    assert spared(engine, Any((common, rare))) == Any((rare,))
    assert spared(engine, Any((common,))) == Any((common,)), "what alone is asked for is never left out"


def test_what_no_text_holds_is_not_asked_for() -> None:
    engine = engine_with("内角。周长", title="周长")
    nothing = Term(fields.TITLE_KEYS, "nj", 1.0), Term(fields.PEOPLE_WORDS, "内角", 2.0)
    phrase, no_phrase = (
        Sequence(fields.BODY_PAIRS, tokens, 1.0) for tokens in (("内角", BORDER), ("内角", "角周"))
    )

    assert spared(engine, Any((PAIR, TITLE, *nothing, phrase, no_phrase))) == Any((PAIR, phrase))


def test_phrase_that_is_a_manner_of_speaking_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as its pairs are asked for too: what it finds, they find."""
    monkeypatch.setattr(sparing, "MOST_HELD", 2)
    engine = engine_with("内角和", "内角和", "内角和", "外角和")
    pairs = tuple(Term(fields.BODY_PAIRS, token, 0.5) for token in ("内角", "外角", "角和"))
    common = Sequence(fields.BODY_PAIRS, ("内角", "角和"), 1.0)
    rare = Sequence(fields.BODY_PAIRS, ("外角", "角和"), 1.0)

    assert spared(engine, Any((*pairs, common, rare))) == Any((*pairs, rare))
    assert spared(engine, Any((common, rare))) == Any((common, rare))
    assert spared(engine, Any((pairs[0], common))) == Any((pairs[0], common))


def test_common_phrase_that_means_the_same_is_asked_for_by_the_rarest_of_its_pairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As a phrase it would have to be looked for wherever its pairs stand; it weighs the same."""
    monkeypatch.setattr(sparing, "MOST_HELD", 2)
    engine = engine_with("学习单", "学习单", "学习单", "学习", "任务单", "导学单")
    word = Any((Term(fields.BODY_WORDS, "任务单", 1.0), Term(fields.PEOPLE_WORDS, "任务单", 2.0)))
    common = Sequence(fields.BODY_PAIRS, ("学习", "习单"), 0.5)
    rare = Any(
        (
            Sequence(fields.BODY_PAIRS, ("导学", "学单"), 0.5),
            Sequence(fields.TITLE_PAIRS, ("导学", "学单"), 0.5),
        )
    )

    found = spared(engine, Any((PAIR, Best((word, common, rare)))))

    assert isinstance(found, Any)
    [best] = found.clauses
    assert isinstance(best, Best)
    assert (best.clauses[0], best.clauses[2]) == (Any(word.clauses[:1]), Any(rare.clauses[:1]))
    pair = best.clauses[1]
    assert isinstance(pair, Term)
    assert (pair.field, pair.token) == (fields.BODY_PAIRS, "习单")
    assert scores(engine, Any((pair,))) == pytest.approx(scores(engine, Any((common,))))


def test_what_means_the_same_and_stands_nowhere_is_not_asked_for() -> None:
    engine = engine_with("内角")
    nowhere = Sequence(fields.BODY_PAIRS, ("学习", "习单"), 0.5)

    assert spared(engine, Any((PAIR, Best((nowhere, Any((nowhere,))))))) == Any((PAIR,))
    assert spared(engine, Any((PAIR, All((PAIR, nowhere))))) == Any((PAIR,))


def test_what_must_hold_and_what_must_not_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sparing, "DENSE", 1)
    engine = engine_with("内角")
    both = Any((PAIR, SOUND))
    inner = (Silent(both), Best((both, WORD)), Without(None, (both,)))

    assert spared(engine, All(inner)) == All(inner)
    assert spared(engine, Ranked(both, both)) == Ranked(both, spared(engine, both))
    less = Without(spared(engine, both), (both,))
    assert less != Without(both, (both,))
    assert spared(engine, Without(both, (both,))) == less


@pytest.fixture
def crowded(monkeypatch: pytest.MonkeyPatch) -> TantivyEngine:
    """Where 教师 stands in nearly all texts and in few titles, and is too common to be ranked by."""
    monkeypatch.setattr(sparing, "MOST_ADDED", 12)
    engine = TantivyEngine(None)
    with engine.writing() as batch:
        for nth in range(40):
            batch.put(entry(f"common{nth}", "教师" if nth < 3 else "周长", text="教师讲话，说明了许多事情"))
        batch.put(entry("both", "平行", text="内角。教师"))
        batch.put(entry("rare", "平行", text="内角"))
    return engine


def test_what_is_required_is_found_where_it_is_too_common_to_be_ranked_by(crowded: TantivyEngine) -> None:
    query = AllOf((Words("教师"), Words("内角")))
    assert [hit.key for hit in crowded.search(Request(principals=EVERYBODY, query=query)).hits] == ["both"]


def test_who_wants_everything_gets_what_is_common_too(crowded: TantivyEngine) -> None:
    request = Request(principals=EVERYBODY, query=Words("教师 内角"), everything=True, limit=100)
    assert crowded.search(request).total == 42


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


@pytest.fixture
def library(folder: Path) -> TantivyEngine:
    """A few hundred plans, made once."""
    engine = TantivyEngine(folder)
    if not engine.state().documents:
        with engine.rebuilding() as batch:
            for one in plans():
                batch.put(one)
    return engine


@pytest.mark.parametrize("query", queries(), ids=str)
def test_best_match_stays_among_the_best(
    library: TantivyEngine, monkeypatch: pytest.MonkeyPatch, query: Node
) -> None:
    request = Request(principals=EVERYBODY, query=query, limit=3)
    whole = library.search(request)
    monkeypatch.setattr(sparing, "DENSE", 20)

    assert {hit.id for hit in whole.hits[:1]} <= {hit.id for hit in library.search(request).hits}


def test_words_that_nobody_wrote_find_nothing(
    library: TantivyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sparing, "DENSE", 0)

    assert library.search(Request(principals=EVERYBODY, query=Words("量子纠缠"))).total == 0
