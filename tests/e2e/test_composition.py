"""拼音 becoming 汉字 while a peer edits the same field: right text, convergence, no pinyin sent."""

import json
import random
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

ROOT = Path(__file__).resolve().parents[2]
PINYIN = ["j", "ji", "jiao", "jiao'a", "jiao'an"]


@pytest.fixture(scope="session")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of the test page: the site's own modules, with two people in one page."""
    out = tmp_path_factory.mktemp("harness")
    config = "frontend/live/testing/vite.config.ts"
    vite = ROOT / "node_modules" / ".bin" / "vite"
    subprocess.run(
        [vite, "build", "--config", config, "--outDir", out], cwd=ROOT, check=True, capture_output=True
    )
    return out / "harness.js"


class Desk:
    """Somebody composing in one view, and a peer who edits in the other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.ime: CDPSession = page.context.new_cdp_session(page)

    def do(self, name: str, *arguments: object) -> Any:
        return self.page.evaluate(f"harness.{name}(...{json.dumps(arguments)})")

    def compose(self, *states: str) -> None:
        for state in states:
            self.ime.send(
                "Input.imeSetComposition",
                {"text": state, "selectionStart": len(state), "selectionEnd": len(state)},
            )

    def commit(self, text: str = "教案") -> None:
        self.ime.send("Input.insertText", {"text": text})
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_function("() => !harness.look().composing && harness.look().held === 0")

    def look(self) -> dict[str, Any]:
        seen: dict[str, Any] = self.do("look")
        return seen


@pytest.fixture(scope="module")
def page(browser: Browser, harness: Path) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.set_content("<!doctype html><div id=a></div><hr><div id=b></div><button id=away>away</button>")
    page.add_script_tag(path=harness)
    yield page
    context.close()


@pytest.fixture
def desk(page: Page) -> Iterator[Desk]:
    faults: list[str] = []

    def note(error: object) -> None:
        faults.append(str(error))

    page.on("pageerror", note)
    yield Desk(page)
    page.remove_listener("pageerror", note)
    assert faults == []


def expect_text(desk: Desk, text: str) -> None:
    seen = desk.look()
    assert seen["a"] == text
    assert seen["b"] == text
    assert seen["drawn"] == text
    assert seen["same"] is True
    assert re.findall("[a-z']+", seen["sent"]) == []


ONE = ["前文一二三", "第二段"]

# what the peer does meanwhile · what both read at the end; the caret stands between 前文 and 一二三
MEANWHILE: dict[str, tuple[list[tuple[Any, ...]], str | tuple[str, ...]]] = {
    "nothing": ([], "前文教案一二三|第二段"),
    "insert at the start": ([("insert", 0, 2, "R")], ("前文教案R一二三|第二段", "前文R教案一二三|第二段")),
    "insert before": ([("insert", 0, 0, "R")], "R前文教案一二三|第二段"),
    "insert after": ([("insert", 0, 5, "R")], "前文教案一二三R|第二段"),
    "insert on both sides": ([("insert", 0, 5, "R"), ("insert", 0, 1, "S")], "前S文教案一二三R|第二段"),
    "insert in another paragraph": ([("insert", 1, 1, "R")], "前文教案一二三|第R二段"),
    "split there": ([("split", 0, 2)], ("前文教案|一二三|第二段", "前文|教案一二三|第二段")),
    "split before": ([("split", 0, 1)], "前|文教案一二三|第二段"),
    "split after": ([("split", 0, 4)], "前文教案一二|三|第二段"),
    "new paragraph before": ([("split", 0, 0)], "|前文教案一二三|第二段"),
    "paragraph deleted": ([("remove", 0)], "教案|第二段"),
    "both paragraphs deleted": ([("remove", 1), ("cut", 0, 0, 5)], "教案"),
    "other paragraph deleted": ([("remove", 1)], "前文教案一二三"),
    "its text deleted": ([("cut", 0, 0, 5)], "教案|第二段"),
    "neighbours deleted": ([("cut", 0, 1, 3)], "前教案二三|第二段"),
    "bold over it": ([("bold", 0, 0, 5)], "前文教案一二三|第二段"),
    "bold beside it": ([("bold", 0, 2, 5)], "前文教案一二三|第二段"),
    "made a heading": ([("heading", 0)], "前文教案一二三|第二段"),
    "caret there": ([("caret", 0, 2)], "前文教案一二三|第二段"),
    "caret beside": ([("caret", 0, 1), ("caret", 0, 3)], "前文教案一二三|第二段"),
}


@pytest.mark.parametrize("when", [1, 3, 5])
@pytest.mark.parametrize("what", MEANWHILE)
def test_composition_survives_a_peer(desk: Desk, what: str, when: int) -> None:
    actions, wanted = MEANWHILE[what]
    desk.do("start", ONE)
    desk.do("focus", 0, 2)

    desk.compose(*PINYIN[:when])
    for name, *arguments in actions:
        desk.do(name, *arguments)
    desk.compose(*PINYIN[when:])
    assert desk.look()["updates"] == 0
    desk.commit()

    texts = (wanted,) if isinstance(wanted, str) else wanted
    assert desk.look()["a"] in texts
    expect_text(desk, desk.look()["a"])
    assert desk.look()["before"] == "教案"


@pytest.mark.parametrize("offset", [0, 5])
def test_composition_at_the_ends_of_a_line(desk: Desk, offset: int) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, offset)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 0, offset, "R")
    desk.compose(*PINYIN[3:])
    desk.commit()

    wanted = {
        0: ("教案R前文一二三|第二段", "R教案前文一二三|第二段"),
        5: ("前文一二三教案R|第二段", "前文一二三R教案|第二段"),
    }
    assert desk.look()["a"] in wanted[offset]
    expect_text(desk, desk.look()["a"])


def test_composition_in_an_empty_field(desk: Desk) -> None:
    desk.do("start", [])
    desk.do("focus", 0, 0)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 0, 0, "R")
    desk.compose(*PINYIN[3:])
    desk.commit()

    assert desk.look()["a"] in ("教案R", "R教案")
    expect_text(desk, desk.look()["a"])


def test_composition_over_a_selection_keeps_what_a_peer_wrote_in_it(desk: Desk) -> None:
    desk.do("start", ["前旧词后", "第二段"])
    desk.do("focus", 0, 1, 3)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 0, 2, "R")
    desk.compose(*PINYIN[3:])
    desk.commit()

    assert desk.look()["a"] in ("前教案R后|第二段", "前R教案后|第二段")
    expect_text(desk, desk.look()["a"])


@pytest.mark.parametrize("last", [1, 2, 3])
def test_composition_over_a_selection_of_several_marks(desk: Desk, last: int) -> None:
    desk.do("start", ["第二段落"])
    desk.do("bold", 0, 0, 1)
    desk.do("focus", 0, 0, last)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 0, len(desk.look()["b"]), "R")
    desk.compose(*PINYIN[3:])
    desk.commit()

    expect_text(desk, "教案" + "第二段落"[last:] + "R")


@pytest.mark.parametrize("caret", [1, 2, 3])
def test_composition_over_a_selection_in_which_a_peers_caret_stands(desk: Desk, caret: int) -> None:
    desk.do("start", ["前旧词后", "第二段"])
    desk.do("caret", 0, caret)
    desk.do("focus", 0, 1, 3)

    desk.compose(*PINYIN[:2])
    desk.do("caret", 1, 1)
    desk.compose(*PINYIN[2:])
    desk.commit()

    expect_text(desk, "前教案后|第二段")


def test_composition_over_a_selection_of_two_paragraphs(desk: Desk) -> None:
    desk.do("start", ["前文一二", "三四后文", "末段"])
    desk.do("focus", 0, 2, 2, 1)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 1 if desk.look()["b"].count("|") == 1 else 2, 0, "R")
    desk.compose(*PINYIN[3:])
    desk.commit()

    expect_text(desk, "前文教案后文|R末段")


@pytest.mark.parametrize("kind", ["list", "cell"])
def test_composition_in_lists_and_cells(desk: Desk, kind: str) -> None:
    content: list[object] = ["首段", {"list": ["甲", "乙"]}] if kind == "list" else ["首段", {"cell": "甲"}]
    desk.do("start", content)
    desk.do("focus", 1, 1)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 1, 1, "R")
    desk.do("insert", 0, 2, "S")
    desk.compose(*PINYIN[3:])
    desk.commit()

    seen = desk.look()
    assert seen["a"].startswith(("首段S|甲教案R", "首段S|甲R教案"))
    expect_text(desk, seen["a"])


def test_composition_in_a_list_that_a_peer_deletes(desk: Desk) -> None:
    desk.do("start", ["首段", {"list": ["甲"]}, "末段"])
    desk.do("focus", 1, 1)

    desk.compose(*PINYIN[:3])
    desk.do("remove", 1)
    desk.compose(*PINYIN[3:])
    desk.commit()

    seen = desk.look()
    assert "教案" in seen["a"]
    assert (seen["a"].startswith("首段"), seen["a"].endswith("末段")) == (True, True)
    expect_text(desk, seen["a"])


def test_cancelled_composition_leaves_nothing_and_shows_what_waited(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 0, 2, "R")
    desk.compose("")
    desk.page.keyboard.press("ArrowRight")
    desk.settle()

    assert desk.look()["updates"] == 0
    expect_text(desk, "前文R一二三|第二段")


def test_undo_during_a_composition_takes_back_the_earlier_edit_only(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)
    desk.do("type", "先")

    desk.compose(*PINYIN[:3])
    desk.do("undo")
    desk.do("insert", 0, 0, "R")
    desk.compose(*PINYIN[3:])
    desk.commit()

    expect_text(desk, "R前文教案一二三|第二段")


def test_blur_during_a_composition_ends_it_as_the_browser_does(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)

    desk.compose(*PINYIN[:3])
    desk.do("insert", 0, 2, "R")
    assert desk.look()["updates"] == 0
    desk.page.click("#away")
    desk.settle()

    seen = desk.look()
    assert seen["same"] is True
    assert seen["a"] == seen["b"] == seen["drawn"]
    assert "R" in seen["a"]


def test_one_composition_after_the_other_while_a_peer_types(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)

    for n, word in enumerate(["教案", "思政", "课程"]):
        desk.compose(*PINYIN[:3])
        desk.do("insert", 0, 0, str(n))
        desk.compose(*PINYIN[3:])
        desk.ime.send("Input.insertText", {"text": word})
    desk.settle()

    expect_text(desk, "210前文教案思政课程一二三|第二段")


def test_a_key_right_after_a_composition_acts_on_the_new_text(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)

    desk.compose(*PINYIN)
    desk.do("insert", 0, 2, "R")
    desk.ime.send("Input.insertText", {"text": "教案"})
    desk.page.keyboard.press("Enter")
    desk.settle()

    assert desk.look()["a"] in ("前文教案|R一二三|第二段", "前文R教案|一二三|第二段")
    expect_text(desk, desk.look()["a"])


def test_composition_offline_merges_on_return(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("offline")
    desk.do("focus", 0, 2)
    desk.compose(*PINYIN)
    desk.commit()
    desk.do("insert", 0, 5, "R")
    desk.compose(*PINYIN)
    desk.do("online")
    desk.commit("思政")

    expect_text(desk, "前文教案思政一二三R|第二段")


def test_a_composition_that_only_waits_sends_nothing(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)

    desk.compose(*PINYIN)
    desk.page.wait_for_timeout(1500)

    seen = desk.look()
    assert (seen["updates"], seen["held"], seen["composing"]) == (0, 1, True)
    assert seen["b"] == "前文一二三|第二段"
    desk.commit()
    expect_text(desk, "前文教案一二三|第二段")


def test_a_composed_word_is_undone_as_one(desk: Desk) -> None:
    desk.do("start", ONE)
    desk.do("focus", 0, 2)
    desk.compose(*PINYIN)
    desk.commit()
    assert desk.look()["updates"] == 1

    desk.page.keyboard.press("Control+z")

    expect_text(desk, "前文一二三|第二段")
    desk.page.keyboard.press("Control+y")
    expect_text(desk, "前文教案一二三|第二段")


PEER_ACTS = ["insert", "split", "remove", "cut", "bold", "heading", "caret", "undo"]


def do_at_random(desk: Desk, rest: random.Random) -> None:
    """Something that a peer (or an undo) may do just now, anywhere in what the peer sees."""
    lines = str(desk.look()["b"]).split("|")
    line = rest.randrange(len(lines))
    first, last = sorted(rest.randrange(len(lines[line]) + 1) for _ in range(2))
    act = rest.choice(PEER_ACTS)
    if act == "undo":
        desk.do("undo")
    elif act == "remove":
        desk.do("remove", line)
    elif act == "heading":
        desk.do("heading", line)
    elif act == "insert":
        desk.do("insert", line, first, rest.choice("甲乙丙丁"))
    elif act in {"split", "caret"}:
        desk.do(act, line, first)
    elif first < last:
        desk.do(act, line, first, last)


@pytest.mark.parametrize("seed", range(12))
def test_composition_survives_whatever_a_peer_does(desk: Desk, seed: int) -> None:
    rest = random.Random(seed)  # noqa: S311 - a seed that can be tried again
    desk.do("start", ["前文一二三", "第二段落", "", "末段"])
    for number in range(8):
        lines = str(desk.look()["a"]).split("|")
        line = rest.randrange(len(lines))
        first, last = sorted(rest.randrange(len(lines[line]) + 1) for _ in range(2))
        desk.do("focus", line, first, last if rest.random() < 0.3 else first)
        token = f"〔{number}〕"

        for state in PINYIN:
            desk.compose(state)
            if rest.random() < 0.5:
                do_at_random(desk, rest)
        assert desk.look()["composing"] is True
        desk.commit(token)

        assert desk.look()["a"].count(token) == 1, desk.look()
        expect_text(desk, desk.look()["a"])
