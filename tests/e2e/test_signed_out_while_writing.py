"""The session ends while somebody writes: they sign in again in the page, and nothing they typed is lost."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import PASSWORD
from tests.e2e.plan_page import SECONDS, PlanPage, open_sample

AUTHOR, CO_AUTHOR, READER = "100001", "100002", "100004"
Open = Callable[..., Page]


def sign_in_freshly(page: Page, number: str, path: str) -> None:
    """A session of its own, so that ending it signs nobody else out."""
    page.context.clear_cookies()
    page.goto(page.url.split("/lessons")[0] + f"/accounts/login/?next={path}")
    page.fill("input[name=login]", number)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{path}")


def end_session(page: Page) -> None:
    page.evaluate(
        """() => fetch("/accounts/logout/", {method: "POST", credentials: "same-origin",
             headers: {"X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value}})"""
    )


def fill_in(page: Page, number: str) -> None:
    dialog = page.locator("dialog.live-dialog")
    expect(dialog.locator("input[name=password]")).to_be_visible(timeout=10 * SECONDS)
    dialog.locator("input[name=login]").fill(number)
    dialog.locator("input[name=password]").fill(PASSWORD)
    dialog.locator("form button[type=submit]").click()


def test_text_typed_while_signed_out_is_saved_after_signing_in(open_as: Open) -> None:
    path = open_sample(open_as(AUTHOR, "/lessons/"))
    author = PlanPage(open_as("", path))
    sign_in_freshly(author.page, AUTHOR, path)
    author.wait_until_saved()

    end_session(author.page)
    dialog = author.page.locator("dialog.live-dialog")
    expect(dialog).to_be_visible(timeout=10 * SECONDS)
    dialog.get_by_role("button", name="稍后").click()
    author.write_at_end(author.field("homework"), "〔退出后写的〕")
    expect(author.page.locator("[data-save]")).to_have_attribute(
        "data-state", "offline", timeout=10 * SECONDS
    )
    author.page.get_by_role("button", name="重新登录").click()
    fill_in(author.page, AUTHOR)

    author.wait_until_saved()
    expect(dialog).to_have_count(0)
    reader = PlanPage(open_as(READER, path))
    expect(reader.field("homework")).to_contain_text("〔退出后写的〕")


def test_somebody_else_cannot_go_on_with_it(open_as: Open) -> None:
    path = open_sample(open_as(AUTHOR, "/lessons/"))
    author = PlanPage(open_as("", path))
    sign_in_freshly(author.page, AUTHOR, path)
    author.wait_until_saved()

    end_session(author.page)
    fill_in(author.page, CO_AUTHOR)

    expect(author.page.locator("dialog.live-dialog [role=alert]")).to_contain_text("其他人")
    expect(author.page.locator("[data-save]")).not_to_have_attribute("data-state", "saved")
