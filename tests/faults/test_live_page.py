"""The modules of a page with a document: a real browser, the real server, and what may happen to both."""

import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.servers import ROOT, Prepared, SiteProcess, program, run_ours

pytestmark = [pytest.mark.enable_socket, pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("e2e")]

notes = itertools.count(1)
PEOPLE = {"刘秀兰": 1, "薛海峰": 2, "高雅琴": 3}
OPEN = """([person, name, key, epoch, canWrite]) => {
  window.told = [];
  const line = () => live.doc.getXmlFragment("f:test");
  window.write = (text) => line().insert(line().length, [modules.paragraph(text)]);
  window.read = () => line().toArray().map((one) => one.get(0).toString()).join("");
  window.live = modules.openLiveDocument({kind: "note", key, epoch, schema: 1, canWrite, title: "示例",
    person: {id: person, name, color: "#8a3324"}});
  live.onEvent((event) => told.push(event.event));
}"""
READ = "() => read()"


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The modules as one script."""
    out = tmp_path_factory.mktemp("modules")
    vite = ROOT / "node_modules" / ".bin" / "vite"
    if not vite.exists():
        program("vite", "npm; then npm ci")
    command = [str(vite), "build", "--config", "frontend/live/testing/vite.config.ts", "--outDir", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return out / "harness.js"


class Computer:
    """One browser with its store, used by one person after the other."""

    def __init__(
        self, context: BrowserContext, site: SiteProcess, prepared: Prepared, script: Path, key: str
    ) -> None:
        self.context, self.site, self.key = context, site, key
        self._prepared, self._script = prepared, script
        self.person = ""

    def sign_in(self, person: str) -> None:
        self.person = person
        self.context.clear_cookies()
        url = f"http://localhost:{self.site.port}"
        self.context.add_cookies([{"name": "sessionid", "value": self._prepared.cookies[person], "url": url}])

    def page(self) -> Page:
        """A page of the site that does nothing by itself: an address that does not exist."""
        page = self.context.new_page()
        page.goto(f"http://localhost:{self.site.port}/nothing-here/")
        page.add_script_tag(path=self._script)
        return page

    def open(self, *, epoch: int = 1, can_write: bool = True) -> "Live":
        """A page with the test's note."""
        page = self.page()
        page.evaluate(OPEN, [PEOPLE[self.person], self.person, self.key, epoch, can_write])
        return Live(page, self)


class Live:
    """A page with a document."""

    def __init__(self, page: Page, computer: Computer) -> None:
        self.page, self.computer = page, computer

    def type(self, text: str) -> None:
        code = "(text) => live.edit(() => write(text))"
        self.page.evaluate(code, text)

    def read(self) -> str:
        return str(self.page.evaluate(READ))

    def until(self, state: str) -> dict[str, Any]:
        code = "(state) => live.status.value.state === state && live.status.value"
        status: dict[str, Any] = self.page.wait_for_function(code, arg=state, timeout=20_000).json_value()
        return status

    def until_text(self, text: str) -> None:
        code = "(text) => read() === text"
        self.page.wait_for_function(code, arg=text, timeout=20_000)


@pytest.fixture(scope="module")
def site(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteProcess]:
    """One site for all tests here: each has a note of its own, and those who kill it start it again."""
    folder = tmp_path_factory.mktemp("live")
    process = SiteProcess(folder, prepared.copy(folder), realtime={"poll_seconds": 0.05})
    process.start()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM is not None, "no Chromium on this machine (apt install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def computer(
    chromium: Browser, site: SiteProcess, prepared: Prepared, script: Path
) -> Iterator[Callable[[str], Computer]]:
    """``computer("刘秀兰")``: a browser of its own at which that person is signed in."""
    key = str(next(notes))
    contexts: list[BrowserContext] = []

    def make(person: str) -> Computer:
        contexts.append(chromium.new_context(bypass_csp=True))
        made = Computer(contexts[-1], site, prepared, script, key)
        made.sign_in(person)
        return made

    yield make
    for context in contexts:
        context.close()


type_of_computer = Callable[[str], Computer]


def change(site: SiteProcess, code: str) -> None:
    """Do something in the site's database."""
    lines = [
        "import django; django.setup()",
        "from tests.desk.notes import allow",
        "from research.models import Person",
        "from realtime.models import Document",
        "from realtime.kinds import Access",
        code,
    ]
    run_ours("-c", "\n".join(lines), DATABASE_URL=site.database_url, VAR_DIR=str(site.folder))


def test_what_a_page_calls_saved_survives_a_kill_at_that_moment(
    computer: type_of_computer, site: SiteProcess
) -> None:
    one, two = computer("刘秀兰").open(), computer("薛海峰").open()
    one.until("saved")
    two.until("saved")

    for number in range(4):
        one.type(f"〔甲{number}〕")
        one.until("saved")
        site.kill()
        one.type(f"〔断{number}〕")
        assert one.until("offline")["unsaved"] is True
        site.start()
        one.until("saved")

    text = "".join(f"〔甲{number}〕〔断{number}〕" for number in range(4))
    two.until_text(text)
    fresh = computer("高雅琴").open(can_write=False)
    fresh.until_text(text)


def test_edits_of_a_closed_tab_arrive_from_any_page(computer: type_of_computer, site: SiteProcess) -> None:
    desk = computer("刘秀兰")
    page = desk.open()
    page.until("saved")
    site.kill()
    page.type("离线写的")
    page.until("offline")
    page.page.close()
    site.start()

    results = desk.page().evaluate("() => modules.resend(1)")

    assert [(one["title"], one["sent"]) for one in results] == [("示例", True)]
    reader = computer("薛海峰").open()
    reader.until_text("离线写的")
    assert desk.page().evaluate("() => modules.resend(1)") == []


def test_the_next_person_at_one_computer_sees_and_sends_nothing_of_it(
    computer: type_of_computer, site: SiteProcess
) -> None:
    desk = computer("刘秀兰")
    page = desk.open()
    page.until("saved")
    site.kill()
    page.type("只属于刘秀兰")
    page.until("offline")
    page.page.close()
    site.start()

    desk.sign_in("薛海峰")
    other = desk.open()
    other.until("saved")
    assert desk.page().evaluate("() => modules.resend(2)") == []
    other.type("薛海峰写的")
    other.until("saved")
    assert other.read() == "薛海峰写的"
    other.page.close()

    desk.sign_in("刘秀兰")
    again = desk.open()
    again.until("saved")
    assert sorted([again.read().count("只属于刘秀兰"), again.read().count("薛海峰写的")]) == [1, 1]


def test_access_withdrawn_shows_the_text_that_is_only_here(
    computer: type_of_computer, site: SiteProcess
) -> None:
    page = computer("刘秀兰").open()
    page.until("saved")
    site.kill()
    page.type("还没发出")
    page.until("offline")
    change(site, f"allow(Person.objects.get(pk=1), '{page.computer.key}', Access.NONE)")
    site.start()

    assert page.until("failed")["reason"] == "not_found"
    page.page.wait_for_selector("dialog textarea")
    assert page.page.evaluate("() => [told.pop(), live.readOnly.value.value]") == ["closed", True]


def test_who_becomes_a_reader_stays_and_is_told(computer: type_of_computer, site: SiteProcess) -> None:
    page = computer("刘秀兰").open()
    page.until("saved")
    page.type("写过的")
    page.until("saved")

    change(site, f"allow(Person.objects.get(pk=1), '{page.computer.key}', Access.READ)")
    page.page.wait_for_function("() => live.readOnly.value.value")
    assert page.until("saved")["unsaved"] is False
    change(site, f"allow(Person.objects.get(pk=1), '{page.computer.key}', Access.WRITE)")
    page.page.wait_for_function("() => !live.readOnly.value.value")
    page.type("，又能写了")
    page.until("saved")

    computer("薛海峰").open().until_text("写过的，又能写了")


def test_another_epoch_strands_the_text_and_shows_it(computer: type_of_computer, site: SiteProcess) -> None:
    page = computer("刘秀兰").open(epoch=1)
    page.until("saved")
    site.kill()
    page.type("旧纪元里写的")
    page.until("offline")
    change(
        site,
        f"Document.objects.filter(key='{page.computer.key}').update(epoch=2)",
    )
    site.start()

    assert page.until("failed")["reason"] == "other_epoch"
    page.page.close()
    again = page.computer.open(epoch=2)
    again.until("saved")

    shown = again.page.locator("dialog textarea")
    shown.wait_for()
    assert (again.read(), shown.input_value()) == ("", "旧纪元里写的")


def test_a_day_offline_larger_than_a_frame_arrives(computer: type_of_computer, site: SiteProcess) -> None:
    page = computer("刘秀兰").open()
    page.until("saved")
    site.kill()
    page.page.evaluate("() => { for (let i = 0; i < 90; i++) live.edit(() => write('长'.repeat(35000))); }")
    page.until("offline")
    site.start()

    page.until("saved")

    reader = computer("薛海峰").open()
    reader.page.wait_for_function("() => read().length === 90 * 35000", timeout=30_000)
