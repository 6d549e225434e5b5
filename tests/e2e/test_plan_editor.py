"""The plan page by hand: keyboard, paste, pictures, tables, steps, print, for everybody's eyes and ears."""

import io
import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import violations
from tests.e2e.plan_page import PlanPage, open_sample

LEAD, CO_AUTHOR, READER = "100001", "100002", "100004"
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def plan_paths() -> dict[str, str]:
    return {}


@pytest.fixture
def path(open_as: Open, plan_paths: dict[str, str]) -> str:
    if "plan" not in plan_paths:
        plan_paths["plan"] = open_sample(open_as(LEAD, "/lessons/"))
    return plan_paths["plan"]


@pytest.fixture
def lead(open_as: Open, path: str) -> PlanPage:
    page = PlanPage(open_as(LEAD, path))
    page.wait_until_saved()
    return page


def names(plan: PlanPage) -> list[str]:
    """The steps' names as they stand on the page."""
    areas = plan.page.locator("[data-step] textarea.phase")
    return [areas.nth(n).input_value() for n in range(areas.count())]


def paste(plan: PlanPage, key: str, html: str, text: str = "") -> None:
    """What a paste from Word or a browser delivers."""
    plan.enter(plan.field(key))
    plan.field(key).evaluate(
        """(field, [html, text]) => {
          const data = new DataTransfer();
          data.setData("text/html", html);
          data.setData("text/plain", text);
          const init = {clipboardData: data, bubbles: true, cancelable: true};
          field.dispatchEvent(new ClipboardEvent("paste", init));
        }""",
        [html, text],
    )


def picture_bytes() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (120, 80), "#a8322a").save(buffer, "PNG")
    return buffer.getvalue()


# --- for everybody's eyes and ears ------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("who", [LEAD, READER])
def test_axe_finds_nothing(open_as: Open, path: str, who: str, width: int, scheme: str) -> None:
    plan = PlanPage(open_as(who, path, width=width, height=844, scheme=scheme))
    expect(plan.page.locator("[data-save]")).to_have_attribute(
        "data-state", "saved" if who == LEAD else "reading"
    )
    expect(plan.page.locator("[data-step]").first).to_be_visible()

    assert violations(plan.page) == []


def test_axe_finds_nothing_while_writing_and_in_dialogs(lead: PlanPage) -> None:
    lead.enter(lead.field("board"))
    assert violations(lead.page) == []

    lead.page.get_by_role("button", name="更多文字样式").click()
    assert violations(lead.page) == []
    lead.page.keyboard.press("Escape")

    lead.page.get_by_role("button", name="公式", exact=True).click()
    expect(lead.page.locator("dialog .formula-samples")).to_be_visible()
    assert violations(lead.page) == []


def test_nothing_is_wider_than_a_phone(open_as: Open, path: str) -> None:
    plan = PlanPage(open_as(LEAD, path, width=390, height=844))
    plan.wait_until_saved()

    assert plan.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_fields_are_labelled_by_their_headings(lead: PlanPage) -> None:
    expect(lead.page.get_by_role("textbox", name="教学目标")).to_have_attribute("aria-multiline", "true")
    expect(lead.page.get_by_role("textbox", name="第 1 个环节 · 教师活动")).to_have_count(1)


def test_a_reader_sees_that_the_page_may_be_out_of_date(open_as: Open, path: str) -> None:
    page = open_as(READER, path)
    corner = page.locator("[data-save]")
    expect(corner).to_have_text("只读")
    expect(page.locator('[data-shown="stage"]')).to_have_text("高中")
    expect(page.locator("#files")).to_be_visible()

    page.context.set_offline(True)

    expect(corner).to_have_text("离线—内容可能不是最新")
    expect(page.locator("[data-notices]")).to_contain_text("网络已断开")
    page.locator("#part-references").scroll_into_view_if_needed()
    expect(corner).to_be_in_viewport()

    page.context.set_offline(False)
    expect(corner).to_have_text("只读", timeout=20_000)
    expect(page.locator("[data-notices]")).not_to_contain_text("网络已断开")


def test_the_files_come_when_the_network_is_back(open_as: Open, path: str) -> None:
    page = open_as(LEAD)
    page.route("**/files/", lambda route: route.fulfill(status=204))
    with page.expect_response("**/files/"):
        page.goto(page.url.rstrip("/") + path)
    page.unroute("**/files/")

    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator("#files")).to_be_visible()


def test_a_page_older_than_the_plan_offers_to_load_again(open_as: Open, path: str) -> None:
    page = open_as(LEAD)
    page.add_init_script(
        """window.WebSocket = class extends WebSocket {
          constructor(url, protocols) { super(url.replace("schema=1", "schema=0"), protocols) }
        }"""
    )

    page.goto(page.url.rstrip("/") + path)

    expect(page.locator("[data-notices] .note.soon")).to_have_text(
        re.compile("^网页有更新，重新加载后就可以继续写。")
    )
    expect(page.get_by_role("button", name="重新加载页面")).to_be_visible()
    expect(page.locator('[data-field="board"]')).not_to_have_attribute("contenteditable", "true")
    expect(page.locator("[data-save]")).to_have_text("只读")


# --- without a mouse --------------------------------------------------------------------------------------


def test_tab_goes_from_field_to_field_and_alt_f10_to_the_toolbar(lead: PlanPage) -> None:
    lead.field("key_points").focus()
    lead.page.keyboard.press("Tab")
    expect(lead.field("difficult_points")).to_be_focused()

    lead.page.keyboard.press("Alt+F10")
    expect(lead.page.locator(".tools :focus")).to_have_count(1)
    lead.page.keyboard.press("ArrowRight")
    lead.page.keyboard.press("Escape")

    expect(lead.field("difficult_points")).to_be_focused()


def test_escape_and_tab_leave_a_list(lead: PlanPage) -> None:
    lead.enter(lead.field("learner_analysis"))

    lead.page.keyboard.press("Escape")
    lead.page.keyboard.press("Tab")

    expect(lead.field("objectives")).to_be_focused()


def test_tab_walks_past_a_table_and_leaves_it_as_it_is(lead: PlanPage) -> None:
    field = lead.field("red_resources")
    rows = field.locator("tr").count()
    lead.field("value_guidance").focus()

    lead.page.keyboard.press("Tab")
    expect(field).to_be_focused()
    lead.page.keyboard.press("Tab")
    expect(lead.field("methods")).to_be_focused()
    lead.page.keyboard.press("Shift+Tab")
    expect(field).to_be_focused()
    lead.page.keyboard.press("Shift+Tab")
    expect(lead.field("value_guidance")).to_be_focused()

    assert field.locator("tr").count() == rows


def test_tab_goes_from_cell_to_cell_for_who_works_in_a_table(lead: PlanPage) -> None:
    field = lead.field("red_resources")
    field.locator("td p").first.click()
    expect(field).to_have_attribute("contenteditable", "true")

    lead.page.keyboard.press("Tab")
    expect(field).to_be_focused()
    lead.page.keyboard.press("Escape")
    lead.page.keyboard.press("Shift+Tab")

    expect(lead.field("value_guidance")).to_be_focused()


def test_the_toolbar_says_what_is_on_at_the_caret(lead: PlanPage) -> None:
    bold = lead.page.get_by_role("button", name="加粗")
    lead.enter(lead.field("difficult_points"))
    expect(bold).to_have_attribute("aria-pressed", "false")

    lead.page.keyboard.press("Control+b")

    expect(bold).to_have_attribute("aria-pressed", "true")


def test_ctrl_s_only_says_that_all_is_saved(lead: PlanPage) -> None:
    lead.page.keyboard.press("Control+s")

    expect(lead.page.locator(".toasts")).to_contain_text("自动保存")


def test_question_mark_opens_help_but_not_while_writing(lead: PlanPage) -> None:
    lead.enter(lead.field("methods"))
    lead.page.keyboard.press("?")
    expect(lead.page.locator("dialog")).to_have_count(0)

    lead.page.locator("[data-help]").focus()
    lead.page.keyboard.press("?")

    expect(lead.page.get_by_role("dialog", name="快捷键")).to_be_visible()


# --- paste, pictures, tables ------------------------------------------------------------------------------


def test_word_is_cleaned_and_its_picture_uploaded(open_as: Open, lead: PlanPage, path: str) -> None:
    data = b64encode(picture_bytes()).decode()
    html = (
        "<p class=MsoNormal style='text-indent:24pt'><b style='mso-bidi-font-weight:normal'>粘来的</b>"
        "<span style='color:red;mso-fareast-language:ZH-CN'>红字</span>"
        f"<img src='data:image/png;base64,{data}' alt='红旗'>之后<o:p></o:p></p>"
        "<script>window.hacked = true</script><img src='file:///C:/x.png'>"
    )
    colleague = PlanPage(open_as(CO_AUTHOR, path))

    paste(lead, "homework", html)

    for page in (lead, colleague):
        expect(page.field("homework").locator("strong", has_text="粘来的")).to_have_count(1)
        expect(page.field("homework").locator("span.c-red")).to_have_text("红字")
        shown = page.field("homework").locator("img[alt=红旗]")
        expect(shown).to_have_attribute("src", re.compile(r"^/documents/pictures/[0-9a-f-]{36}$"))
        expect(shown).to_have_js_property("naturalWidth", 120)
    expect(lead.page.locator(".toasts")).to_contain_text("有 1 张图片留在 Word 文件里")
    assert lead.page.evaluate("window.hacked") is None
    lead.wait_until_saved()


def test_too_much_is_pasted_as_text(lead: PlanPage) -> None:
    paste(lead, "references", "<i></i>" * 20_001 + "x", "只有文字")

    expect(lead.field("references")).to_contain_text("只有文字")
    expect(lead.page.locator(".toasts")).to_contain_text("只粘贴了文字")


def test_a_table_is_made_filled_and_seen_by_others(open_as: Open, lead: PlanPage, path: str) -> None:
    colleague = PlanPage(open_as(CO_AUTHOR, path))
    colleague.wait_until_saved()
    lead.enter(lead.field("assessment"))
    tables = lead.field("assessment").locator("table").count()

    lead.page.get_by_role("button", name="表格", exact=True).click()
    lead.page.get_by_role("button", name="插入").click()
    expect(lead.field("assessment").locator("table")).to_have_count(tables + 1)
    lead.page.keyboard.insert_text("新表")
    lead.page.keyboard.press("Tab")
    lead.page.keyboard.insert_text("达成")
    lead.page.get_by_role("button", name="表格工具").click()
    lead.page.get_by_role("menuitem", name="右侧插入列").click()

    for page in (lead, colleague):
        made = (
            page.field("assessment").locator("table").filter(has_text="新表")
        )  # another stands there already
        expect(made.locator("tr").first.locator("td")).to_have_text(["新表", "达成", "", ""])
    lead.wait_until_saved()


def test_a_table_is_written_in_as_soon_as_it_is_there(open_as: Open, path: str) -> None:
    page = open_as(LEAD)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/tables-*.js", hold)
    page.goto(page.url.rstrip("/") + path)
    plan = PlanPage(page)
    plan.wait_until_saved()
    plan.enter(plan.field("board"))
    text = plan.field("board").inner_text()
    page.get_by_role("button", name="表格", exact=True).click()
    page.get_by_role("button", name="插入").click()

    expect(page.locator("dialog .errorlist")).to_have_text("请稍等…")
    for route in held:
        route.continue_()
    expect(plan.field("board").locator("table")).to_have_count(1)
    page.keyboard.type("abc")
    page.keyboard.press("Tab")
    page.keyboard.type("def")

    cells = plan.field("board").locator("td")
    expect(cells.nth(0)).to_have_text("abc")
    expect(cells.nth(1)).to_have_text("def")
    expect(plan.field("board")).to_contain_text(text.splitlines()[0])
    plan.wait_until_saved()


def test_an_address_is_typed_right_after_its_key(lead: PlanPage) -> None:
    lead.enter(lead.field("methods"))

    lead.page.keyboard.press("Control+k")
    lead.page.keyboard.type("www.xuexi.cn")

    expect(lead.page.get_by_label("网址")).to_have_value("www.xuexi.cn")
    expect(lead.field("methods")).not_to_contain_text("xuexi")


def test_a_formula_is_typed_before_its_typesetting_has_come(open_as: Open, path: str) -> None:
    page = open_as(LEAD)
    page.route("**/typeset-*.js", lambda route: route.abort())
    page.goto(page.url.rstrip("/") + path)
    plan = PlanPage(page)
    plan.wait_until_saved()
    plan.enter(plan.field("methods"))

    page.get_by_role("button", name="公式", exact=True).click()
    page.keyboard.type("x^2")
    page.get_by_role("button", name="确定").click()

    expect(plan.field("methods").locator(".formula")).to_have_text("x^2")
    plan.wait_until_saved()


def test_a_link_that_could_do_harm_is_refused(lead: PlanPage) -> None:
    lead.enter(lead.field("methods"))
    lead.page.keyboard.press("Control+k")

    lead.page.get_by_label("网址").fill("javascript:alert(1)")
    lead.page.get_by_role("button", name="确定").click()

    expect(lead.page.locator("dialog .errorlist")).to_contain_text("http")


# --- 教学过程 ----------------------------------------------------------------------------------------------


def test_a_row_is_moved_by_one_and_edited_by_another_and_both_stay(
    open_as: Open, lead: PlanPage, path: str
) -> None:
    colleague = PlanPage(open_as(CO_AUTHOR, path))
    colleague.wait_until_saved()
    before = names(lead)
    colleague.enter(colleague.cell(0, 0))

    lead.step(0).locator("textarea.phase").focus()
    lead.page.keyboard.press("Alt+ArrowDown")
    colleague.page.keyboard.insert_text("〔同时写的〕")

    wanted = [before[1], before[0], *before[2:]]
    for page in (lead, colleague):
        expect(page.cell(1, 0)).to_contain_text("〔同时写的〕")
        page.expect_steps(wanted)
    expect(colleague.cell(1, 0)).to_be_focused()
    lead.wait_until_saved()


def test_a_deleted_row_comes_back_whole(lead: PlanPage) -> None:
    before = names(lead)
    text = lead.cell(2, 0).inner_text()

    lead.step(2).locator("[data-more]").click()
    lead.page.get_by_role("menuitem", name="删除环节").click()
    lead.expect_steps([*before[:2], *before[3:]])
    lead.page.locator(".toasts").get_by_role("button", name="撤销").click()

    lead.expect_steps(before)
    expect(lead.cell(2, 0)).to_have_text(text, use_inner_text=True)
    lead.wait_until_saved()


def test_a_row_is_dragged_by_its_handle(lead: PlanPage) -> None:
    before = names(lead)
    handle = lead.step(1).locator("[data-drag]")
    handle.scroll_into_view_if_needed()
    start, goal = handle.bounding_box(), lead.step(0).bounding_box()
    assert start is not None
    assert goal is not None

    lead.page.mouse.move(start["x"] + 6, start["y"] + 6)
    lead.page.mouse.down()
    lead.page.mouse.move(start["x"] + 6, goal["y"] + 4, steps=5)
    lead.page.mouse.up()

    lead.expect_steps([before[1], before[0], *before[2:]])
    lead.wait_until_saved()


# --- facts ------------------------------------------------------------------------------------------------


def test_a_conflict_is_shown_and_nothing_overwritten(open_as: Open, lead: PlanPage, path: str) -> None:
    colleague = PlanPage(open_as(CO_AUTHOR, path))
    colleague.wait_until_saved()
    context = colleague.page.context
    context.set_offline(True)

    colleague.page.locator("[data-column=theme]").fill("乙的主题")
    lead.page.locator("[data-column=theme]").fill("甲的主题")
    lead.page.locator("[data-column=theme]").blur()
    lead.wait_until_saved()
    context.set_offline(False)

    conflict = colleague.page.locator(".fact-theme .fact-conflict")
    expect(conflict).to_contain_text("甲的主题", timeout=20_000)
    expect(lead.page.locator("[data-column=theme]")).to_have_value("甲的主题")
    conflict.get_by_role("button", name="我的").click()
    colleague.wait_until_saved()
    expect(lead.page.locator("[data-column=theme]")).to_have_value("乙的主题")


# --- on paper ---------------------------------------------------------------------------------------------


def test_print_shows_the_paper_and_nothing_of_the_page(lead: PlanPage) -> None:
    lead.page.emulate_media(media="print")

    for part in ("[data-toolbar]", ".plan-side", ".plan-state", ".step-tools", ".steps-foot button"):
        expect(lead.page.locator(part).first).to_be_hidden()
    expect(lead.page.locator('[data-shown="title"]')).to_be_visible()
    assert (
        lead.page.locator(".steps thead").evaluate("head => getComputedStyle(head).display")
        == "table-header-group"
    )


def test_a_file_is_removed_only_after_asking(open_as: Open, path: str, tmp_path: Path) -> None:
    (tmp_path / "板书.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    page = open_as(LEAD, f"{path}files/", width=375)
    page.set_input_files("#plan-file", tmp_path / "板书.pdf")
    page.get_by_role("button", name="上传").click()
    file = page.locator(".plan-files .item").filter(has_text="板书.pdf")

    for answer in ("取消", "删除"):
        expect(file).to_have_count(1)
        file.locator("summary").click()
        expect(file.locator(".who")).to_have_text("彻底删除“板书.pdf”？")
        file.locator("form").get_by_text(answer, exact=True).click()

    expect(file).to_have_count(0)
    expect(page.locator("#files-head")).to_be_focused()
