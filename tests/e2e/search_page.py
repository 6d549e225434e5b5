"""The search's pages and the field above every page, as a teacher's hands and eyes know them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Locator, Page, expect


@dataclass
class SearchPage:
    """The search as a teacher's eyes know it."""

    page: Page

    def ask(self, query: str = "", **more: str) -> None:
        origin = urlsplit(self.page.url)
        self.page.goto(f"{origin.scheme}://{origin.netloc}/search/?{urlencode({'q': query, **more})}")

    def ask_until_found(self, query: str, seconds: float = 30, **more: str) -> float:
        """Ask anew until something is found; seconds it took."""
        return self.ask_until(self.hits, query, seconds, **more)

    def ask_until(self, shown: Locator, query: str = "", seconds: float = 30, **more: str) -> float:
        """Ask anew until the page shows this; seconds it took. What was asked is written down after the answer."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            self.ask(query, **more)
            if shown.count():
                break
        expect(shown).not_to_have_count(0, timeout=1)
        return time.monotonic() - began

    def last_search(self, query: str) -> Locator:
        """What leads to a search that one made lately."""
        return self.page.get_by_role("region", name="我最近的检索").get_by_role("link", name=query)

    @property
    def hits(self) -> Locator:
        return self.page.locator(".hit")

    def titles(self) -> list[str]:
        return self.page.locator(".hit h2").all_inner_texts()

    def tabs(self) -> dict[str, int]:
        """What each tab says that was found."""
        told = (text.rsplit(None, 1) for text in self.page.locator(".found-head nav a").all_inner_texts())
        return {label: int(count) for label, count in told}

    def facet(self, label: str) -> Locator:
        return self.page.get_by_role("group", name=label, exact=True)

    def values(self, label: str) -> dict[str, int]:
        """The values of a facet and their counts; none where it is not shown."""
        told: list[list[str]] = (
            self.facet(label)
            .locator("label.box")
            .evaluate_all(
                "labels => labels.map((label) => [...label.querySelectorAll('span')].map((one) => one.textContent))"
            )
        )
        return {value: int(count) for value, count in told}

    def box(self, label: str, value: str) -> Locator:
        """What ticks a value of a facet."""
        return self.facet(label).locator(f'input[value="{value}"]')

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Around something that brings other results into the page."""
        token = self.page.locator("#found").get_attribute("data-opened-token-value")
        yield
        expect(self.page.locator("#found")).not_to_have_attribute("data-opened-token-value", token or "")

    def address(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.page.url).query)


@dataclass
class TopBar:
    """The field that stands above every page."""

    page: Page

    @property
    def field(self) -> Locator:
        return self.page.locator(".top").get_by_role("combobox")

    @property
    def options(self) -> Locator:
        return self.page.locator(".top [role=option] .find-text")

    def type(self, text: str) -> None:
        self.field.click()
        self.field.fill("")
        self.page.keyboard.type(text)
