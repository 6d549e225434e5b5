"""The plan page as a teacher's hands and eyes know it."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Locator, Page, expect

SECONDS = 1000
TITLE = "家国情怀：从刘胡兰到我们"
"""The sample plan that two demo accounts may write."""


def open_sample(page: Page) -> str:
    """From the list of plans to the sample plan; its path."""
    page.get_by_role("link", name=TITLE).first.click()
    page.wait_for_url("**/lessons/plans/*/")
    return urlsplit(page.url).path


@dataclass
class PlanPage:
    """One open plan page."""

    page: Page

    def field(self, key: str) -> Locator:
        return self.page.locator(f'[data-field="{key}"]')

    def step(self, number: int) -> Locator:
        """The nth row of 教学过程, from 0."""
        return self.page.locator("[data-steps] tr[data-step]").nth(number)

    def cell(self, number: int, column: int) -> Locator:
        """A rich cell: 0 teacher, 1 pupils, 2 intention."""
        return self.step(number).locator("td").nth(column).locator(".field").first

    def expect_steps(self, names: list[str]) -> None:
        """Wait until the rows of 教学过程 have these names, in this order."""
        areas = self.page.locator("[data-step] textarea.phase")
        expect(areas).to_have_count(len(names))
        for n, name in enumerate(names):
            expect(areas.nth(n)).to_have_value(name)

    def write_at_end(self, place: Locator, text: str) -> None:
        """Click into a field, go to its end and type."""
        self.enter(place)
        self.page.keyboard.insert_text(text)

    def enter(self, place: Locator) -> None:
        """Put the caret at the end of a field, which mounts its editor."""
        place.scroll_into_view_if_needed()
        place.click()
        expect(place).to_have_attribute("contenteditable", "true")
        place.focus()
        self.page.keyboard.press("Control+End")

    def wait_until_saved(self) -> None:
        expect(self.page.locator("[data-save]")).to_have_attribute(
            "data-state", "saved", timeout=15 * SECONDS
        )

    def state(self) -> str:
        return self.page.locator("[data-save]").get_attribute("data-state") or ""


@dataclass
class Keyboard:
    """An input method: pinyin grows letter by letter, then a word takes its place (through CDP, as Chromium's own tests do)."""

    session: CDPSession

    @classmethod
    def of(cls, page: Page) -> "Keyboard":
        return cls(page.context.new_cdp_session(page))

    def spell(self, *states: str) -> None:
        for state in states:
            self.session.send(
                "Input.imeSetComposition",
                {"text": state, "selectionStart": len(state), "selectionEnd": len(state)},
            )

    def choose(self, word: str) -> None:
        self.session.send("Input.insertText", {"text": word})
