"""The README's pictures, made by the run. ``PICTURES=1 make e2e ARGS="-k pictures"`` renews the ones in the repository."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.plan_page import PlanPage, open_sample

LEAD, CO_AUTHOR = "100001", "100002"
HERE = Path(__file__).resolve().parent / "pictures"
Open = Callable[..., Page]


def keep(page: Page, name: str, pictures: Path) -> None:
    folder = HERE if os.environ.get("PICTURES") else pictures
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size > 10_000


def test_pictures_of_a_plan_with_two_in_it(open_as: Open, pictures: Path) -> None:
    page = open_as(LEAD, "/lessons/", width=1440, height=960)
    keep(page, "plans", pictures)
    path = open_sample(page)
    lead = PlanPage(page)
    lead.wait_until_saved()
    colleague = PlanPage(open_as(CO_AUTHOR, path))
    colleague.wait_until_saved()

    colleague.enter(colleague.field("objectives"))
    lead.enter(lead.field("key_points"))
    expect(lead.field("objectives")).to_contain_text("薛海峰")
    lead.page.evaluate("scrollTo(0, 0)")
    keep(lead.page, "plan", pictures)
    phone = PlanPage(open_as(LEAD, path, width=390, height=844))
    phone.wait_until_saved()
    keep(phone.page, "phone", pictures)


def test_pictures_of_the_workbench_and_the_import(open_as: Open, pictures: Path) -> None:
    keep(open_as(LEAD, "/", width=1440, height=960), "workbench", pictures)
    page = open_as(LEAD, "/lessons/imports/", width=1440, height=960)
    page.set_input_files(
        "#import-files", Path(__file__).resolve().parents[1] / "lessons/imports/files/merged.docx"
    )
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("button", name="开始写教案").first).to_be_visible(timeout=60_000)
    keep(page, "import", pictures)
