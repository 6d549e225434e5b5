"""A real browser against a real installation."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect, sync_playwright

from tests.e2e.site import Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
Scheme = Literal["light", "dark"]
expect.set_options(
    timeout=15_000
)  # nothing here measures time, and browsers share two cores with search servers
PASSWORD = "lvliang-demo"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All browser tests share one installation, so they stay on one test process. First, for xdist reads the groups in a hook like this
    one, and comes before it where only this folder is tested.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))
            item.add_marker(pytest.mark.enable_socket)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"))
    site.manage("prepare")
    site.start()
    yield site
    site.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium on this machine: the browser tests were left out (apt install chromium)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in_state(site: Site, browser: Browser) -> Callable[[str], StorageState]:
    """The cookies of somebody who signed in through the page, kept for the whole run."""
    known: dict[str, StorageState] = {}

    def state(staff_number: str) -> StorageState:
        if staff_number not in known:
            context = browser.new_context(locale="zh-CN")
            page = context.new_page()
            sign_in(page, site.url, staff_number)
            known[staff_number] = context.storage_state()
            context.close()
        return known[staff_number]

    return state


def sign_in(page: Page, url: str, staff_number: str) -> None:
    """Sign in as a person would."""
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", staff_number)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"{url}/")


@pytest.fixture
def open_as(
    site: Site, browser: Browser, signed_in_state: Callable[[str], StorageState]
) -> Iterator[Callable[..., Page]]:
    """``open_as("100001", "/lessons/", width=390)``: a page of somebody in a browser of their own.

    A message of severity «error» in the browser's console fails the test, for a broken CSP shows nowhere else.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        staff_number: str, path: str = "/", *, width: int = 1280, height: int = 800, scheme: Scheme = "light"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale="zh-CN",
            storage_state=signed_in_state(staff_number) if staff_number else None,
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda message: faults.append(message.text) if is_fault(message.type, message.text) else None,
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def is_fault(kind: str, text: str) -> bool:
    """Whether a console message is a fault of the page, not of a network that a test took away."""
    return (
        kind == "error"
        and "WebSocket" not in text
        and "Failed to load resource" not in text
        and "ERR_" not in text
        and not text.startswith(("htmx:sendError", "htmx:afterRequest"))
    )


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where the run leaves its screenshots."""
    folder = Path(__file__).resolve().parents[2] / "test-results" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
