"""A teacher's Word form becomes a plan that two can write, and leaves again as Word and PDF."""

import io
from collections.abc import Callable
from pathlib import Path

from docx import Document
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.e2e.plan_page import SECONDS, PlanPage

LEAD = "100001"
FILES = Path(__file__).resolve().parents[1] / "lessons" / "imports" / "files"
Open = Callable[..., Page]


def import_file(page: Page, name: str) -> None:
    """Choose a file and wait until it is read."""
    page.set_input_files("#import-files", FILES / name)
    page.get_by_role("button", name="导入").click()
    expect(page.locator("[data-import-source], .import-source").first).to_be_visible(timeout=60 * SECONDS)


def download(page: Page, path: str) -> bytes:
    answer = page.request.get(path)
    assert answer.status == 200
    return answer.body()


def test_a_form_comes_in_as_a_plan_and_leaves_as_word_and_pdf(open_as: Open) -> None:
    page = open_as(LEAD, "/lessons/imports/")
    import_file(page, "merged.docx")

    page.get_by_role("button", name="开始写教案").first.click()
    page.wait_for_url("**/lessons/plans/*/")
    plan = PlanPage(page)
    plan.wait_until_saved()
    title = page.locator("[data-title]").inner_text()
    written = page.locator("[data-field='objectives']").inner_text().split("\n")[0].strip()
    assert title
    assert written

    path = str(page.evaluate("location.href"))
    word = Document(io.BytesIO(download(page, f"{path}export.docx")))
    cells = "\n".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
    paper = PdfReader(io.BytesIO(download(page, f"{path}export.pdf")))
    printed = "".join(leaf.extract_text() for leaf in paper.pages).replace("\n", "").replace(" ", "")
    assert written[:12] in cells
    assert title.replace(" ", "") in printed


def test_a_file_that_is_no_plan_is_refused_in_a_sentence(open_as: Open, tmp_path: Path) -> None:
    hostile = tmp_path / "教案.docx"
    hostile.write_bytes(b"%PDF-1.7 not a plan")
    page = open_as(LEAD, "/lessons/imports/")

    page.set_input_files("#import-files", hostile)
    page.get_by_role("button", name="导入").click()

    expect(page.get_by_role("alert").first).to_contain_text("PDF")
