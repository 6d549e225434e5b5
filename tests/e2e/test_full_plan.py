"""A plan that is full, in two teachers' pages: both are told, either makes room, and what waited is saved."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import sign_in
from tests.e2e.plan_page import SECONDS, PlanPage, open_sample
from tests.e2e.site import Site

LEAD, CO_AUTHOR = "100001", "100002"
DOES_NOT_FIT = "刚写的内容装不下，还没有保存。撤销或删去一些，就会自动保存。"
FULL = "这份教案已经写满了。删去一些内容，就可以继续写。"
LONG = "这一段很长。" * 500


@pytest.fixture(scope="module")
def small_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site whose documents hold 100 KB."""
    site = Site(tmp_path_factory.mktemp("small"), settings={"REALTIME": '{"document_bytes": 100000}'})
    site.manage("prepare")
    site.start()
    yield site
    site.stop()


Open = Callable[..., PlanPage]


@pytest.fixture
def open_plan(small_site: Site, browser: Browser) -> Iterator[Open]:
    contexts: list[BrowserContext] = []
    path = ""

    def open_page(who: str, *, width: int = 1280) -> PlanPage:
        nonlocal path
        context = browser.new_context(locale="zh-CN", viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        sign_in(page, small_site.url, who)
        page.goto(small_site.url + (path or "/lessons/"))
        if not path:
            path = open_sample(page)
        plan = PlanPage(page)
        plan.wait_until_saved()
        return plan

    yield open_page
    for context in contexts:
        context.close()


def notices(page: Page) -> Locator:
    return page.locator("[data-notices]")


def fill(plan: PlanPage) -> None:
    """Write until it does not fit."""
    plan.enter(plan.field("reflection"))
    for _ in range(12):
        plan.page.keyboard.insert_text(LONG)
        expect(plan.page.locator("[data-save]")).not_to_have_attribute("data-state", "saving")
        if plan.state() == "failed":
            return
    raise AssertionError("it never became full")


def test_what_is_too_long_is_not_called_saved_and_undone_it_all_is(open_plan: Open) -> None:
    lead = open_plan(LEAD)
    lead.enter(lead.field("reflection"))
    lead.page.keyboard.insert_text("太长" * 30_000)
    expect(notices(lead.page)).to_contain_text(DOES_NOT_FIT)
    expect(lead.page.locator(".toast1")).to_contain_text(DOES_NOT_FIT)
    expect(lead.page.locator("[data-save]")).to_have_text("保存失败")

    lead.page.keyboard.press("Control+z")

    lead.wait_until_saved()
    expect(notices(lead.page)).to_have_text("")


def test_a_full_plan_opens_again_for_both_when_one_deletes(open_plan: Open, pictures: Path) -> None:
    lead, colleague = open_plan(LEAD), open_plan(CO_AUTHOR, width=375)
    fill(lead)
    expect(notices(lead.page)).to_contain_text(DOES_NOT_FIT)
    expect(notices(colleague.page)).to_contain_text(FULL)
    lead.page.screenshot(path=pictures / "full-unsaved.png")
    colleague.page.evaluate("scrollTo(0, 0)")
    colleague.page.screenshot(path=pictures / "full-phone.png")

    colleague.enter(colleague.field("reflection"))
    colleague.page.keyboard.press("Control+a")
    colleague.page.keyboard.press("Backspace")

    for plan in (lead, colleague):
        expect(notices(plan.page)).to_have_text("", timeout=30 * SECONDS)
        plan.wait_until_saved()
    expect(colleague.field("reflection")).to_contain_text("这一段很长。")
    colleague.enter(colleague.field("reflection"))
    colleague.page.keyboard.insert_text("又能写了")
    colleague.wait_until_saved()
    expect(lead.field("reflection")).to_contain_text("又能写了")
