"""Two teachers write one plan, live; whatever the page called saved survives anything (promises 1, 2 and 4)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.plan_page import SECONDS, Keyboard, PlanPage, open_sample
from tests.e2e.site import Site

LEAD, CO_AUTHOR, READER = "100001", "100002", "100004"
Open = Callable[..., Page]


@pytest.fixture
def plan_path(open_as: Open) -> str:
    """A fresh copy of the walk-through's plan that both may write, so that tests do not meet in it."""
    return open_sample(open_as(LEAD, "/lessons/"))


def both(open_as: Open, path: str) -> tuple[PlanPage, PlanPage]:
    pages = PlanPage(open_as(LEAD, path)), PlanPage(open_as(CO_AUTHOR, path))
    for page in pages:
        page.wait_until_saved()
    return pages


def test_two_write_in_one_cell_and_nothing_vanishes(open_as: Open, plan_path: str) -> None:
    lead, colleague = both(open_as, plan_path)

    lead.write_at_end(lead.field("objectives"), "【甲写的目标】")
    colleague.write_at_end(colleague.field("objectives"), "【乙写的目标】")
    lead.page.keyboard.insert_text("【甲又写一句】")

    for page in (lead, colleague):
        for text in ("【甲写的目标】", "【乙写的目标】", "【甲又写一句】"):
            expect(page.field("objectives")).to_contain_text(text)
        page.wait_until_saved()


def test_names_and_carets_of_both_are_shown(open_as: Open, plan_path: str) -> None:
    lead, colleague = both(open_as, plan_path)

    colleague.enter(colleague.field("objectives"))

    expect(lead.page.locator("[data-here]")).to_contain_text("薛海峰")
    expect(colleague.page.locator("[data-here]")).to_contain_text("刘秀兰")
    lead.enter(lead.field("objectives"))
    expect(lead.field("objectives")).to_contain_text("薛海峰")


def test_who_writes_in_the_name_or_the_minutes_of_a_step_is_shown_there(
    open_as: Open, plan_path: str
) -> None:
    lead, colleague = both(open_as, plan_path)
    head = lead.step(1).locator("th")

    colleague.step(1).locator("textarea.phase").click()
    expect(head).to_have_attribute("data-who", "薛海峰")
    expect(lead.page.locator("[data-here]")).to_contain_text("第 2 个环节的名称")
    lead.step(1).locator("[data-more]").click()
    lead.page.get_by_role("menuitem", name="删除环节").click()
    ask = lead.page.get_by_role("dialog")
    expect(ask).to_contain_text("薛海峰正在这个环节里写。仍要删除吗？")
    ask.get_by_role("button", name="取消").click()

    colleague.step(2).locator("input.minutes").click()
    expect(lead.step(2).locator("th")).to_have_attribute("data-who", "薛海峰")
    expect(head).not_to_have_attribute("data-who", "薛海峰")
    colleague.enter(colleague.field("objectives"))
    expect(lead.step(2).locator("th")).not_to_have_attribute("data-who", "薛海峰")


def test_half_typed_pinyin_stays_at_home(open_as: Open, plan_path: str) -> None:
    lead, colleague = both(open_as, plan_path)
    colleague.enter(colleague.field("homework"))
    lead.enter(lead.field("homework"))
    keyboard = Keyboard.of(lead.page)

    keyboard.spell("j", "ji", "jia", "jiao", "jiao'a", "jiao'an")
    colleague.page.keyboard.insert_text("乙在同一处写。")
    expect(lead.page.locator("[data-save]")).to_have_attribute("data-state", "saving")
    lead.page.wait_for_timeout(600)
    shown_to_colleague = colleague.field("homework").inner_text()
    keyboard.choose("教案")

    assert "jiao" not in shown_to_colleague
    for page in (lead, colleague):
        expect(page.field("homework")).to_contain_text("教案")
        expect(page.field("homework")).to_contain_text("乙在同一处写。")
        expect(page.field("homework")).not_to_contain_text("jiao")


def test_a_step_deleted_under_the_writer_is_put_back(open_as: Open, plan_path: str) -> None:
    """Promise 2: A is asked, by name; B, in the middle of a word, loses nothing."""
    lead, colleague = both(open_as, plan_path)
    step = colleague.step(1)
    name = step.locator("textarea.phase").input_value()
    count = lead.page.locator("[data-step]").count()
    colleague.write_at_end(colleague.cell(1, 0), "【乙正在写】")
    expect(lead.cell(1, 0)).to_contain_text("【乙正在写】")
    Keyboard.of(colleague.page).spell("k", "ke", "ke'ta", "ke'tang")
    expect(lead.cell(1, 0)).to_have_attribute("data-who", "薛海峰")

    ask = lead.page.get_by_role("dialog")
    for answer in ("取消", "删除"):
        lead.step(1).locator("[data-more]").click()
        lead.page.get_by_role("menuitem", name="删除环节").click()
        expect(ask).to_contain_text("薛海峰正在这个环节里写。仍要删除吗？")
        expect(ask.get_by_role("button", name="取消")).to_be_focused()
        expect(lead.page.locator("[data-step]")).to_have_count(count)
        ask.get_by_role("button", name=answer).click()
    expect(lead.page.locator("[data-step]")).to_have_count(count - 1)

    notice = colleague.page.get_by_role("alert").filter(has_text="您正在写的环节")
    expect(notice).to_contain_text(f"您正在写的环节“{name}”被同事删除了。")
    expect(notice.get_by_role("button", name="放回")).to_be_focused()
    colleague.page.keyboard.press("Enter")

    expect(notice).to_have_count(0)
    expect(colleague.cell(1, 0)).to_be_focused()
    expect(colleague.cell(1, 0)).to_be_in_viewport()
    for page in (lead, colleague):
        expect(page.page.locator("[data-step]")).to_have_count(count)
        expect(page.step(1).locator("textarea.phase")).to_have_value(name)
        assert (
            page.step(1).locator("textarea.phase").evaluate("area => area.scrollHeight <= area.clientHeight")
        ), "all of its name is seen"
        expect(page.cell(1, 0)).to_contain_text("【乙正在写】ke")
        page.wait_until_saved()


def delete_step(page: PlanPage, number: int) -> None:
    page.step(number).locator("[data-more]").click()
    page.page.get_by_role("menuitem", name="删除环节").click()
    page.wait_until_saved()


def put_back(page: PlanPage, name: str) -> None:
    """The step that was deleted while what one wrote in it was not saved."""
    page.page.get_by_role("button", name="去看看").click()
    notice = page.page.get_by_role("alert").filter(has_text="当时还没有保存")
    expect(notice).to_be_in_viewport()
    expect(notice).to_contain_text(f"环节“{name}”被删除了")
    expect(notice.get_by_role("button", name="放回")).to_be_focused()
    page.page.keyboard.press("Enter")
    expect(notice).to_have_count(0)
    page.wait_until_saved()


def test_a_step_written_in_offline_and_deleted_meanwhile_is_put_back(open_as: Open, plan_path: str) -> None:
    """Promise 2: B wrote in a step while the network was away, and has gone on to another one."""
    lead, colleague = both(open_as, plan_path)
    name = colleague.step(1).locator("textarea.phase").input_value()
    colleague.page.context.set_offline(True)
    colleague.write_at_end(colleague.cell(1, 0), "【断网时写】")
    colleague.enter(colleague.cell(0, 0))
    expect(lead.page.locator("[data-here]")).not_to_contain_text("薛海峰", timeout=60 * SECONDS)

    delete_step(lead, 1)
    colleague.page.context.set_offline(False)
    put_back(colleague, name)

    for page in (lead, colleague):
        expect(page.step(1).locator("textarea.phase")).to_have_value(name)
        expect(page.cell(1, 0)).to_contain_text("【断网时写】")


@pytest.mark.parametrize("first", ["", "/"], ids=["the_plan_itself", "another_page_which_sends_it"])
def test_a_step_of_a_tab_closed_offline_and_deleted_meanwhile_is_put_back(
    open_as: Open, plan_path: str, site: Site, first: str
) -> None:
    """Promise 2: what the closed tab wrote in the step stands nowhere but in that browser."""
    lead = PlanPage(open_as(LEAD, plan_path))
    lead.wait_until_saved()
    name = lead.step(1).locator("textarea.phase").input_value()
    context = lead.page.context
    context.set_offline(True)
    lead.write_at_end(lead.cell(1, 0), "【关页前写】")
    expect(lead.page.locator("[data-save]")).to_have_attribute("data-state", "offline", timeout=20 * SECONDS)
    lead.page.close(run_before_unload=False)
    colleague = PlanPage(open_as(CO_AUTHOR, plan_path))
    colleague.wait_until_saved()
    delete_step(colleague, 1)

    context.set_offline(False)
    again = context.new_page()
    if first:
        again.goto(site.url + first)
        expect(again.get_by_text("上次未发出的修改已补发")).to_be_visible()
    again.goto(site.url + plan_path)
    put_back(PlanPage(again), name)

    expect(colleague.step(1).locator("textarea.phase")).to_have_value(name)
    expect(colleague.cell(1, 0)).to_contain_text("【关页前写】")


def test_saved_text_is_there_once_after_the_server_is_killed(
    open_as: Open, plan_path: str, site: Site
) -> None:
    """Promise 1: SIGKILL while both type; both pages come back by themselves."""
    lead, colleague = both(open_as, plan_path)
    lead.write_at_end(lead.field("board"), "〔断电前甲〕")
    colleague.write_at_end(colleague.field("assessment"), "〔断电前乙〕")
    lead.wait_until_saved()
    colleague.wait_until_saved()

    site.kill()
    lead.page.keyboard.insert_text("〔断电中甲〕")
    expect(lead.page.locator("[data-save]")).not_to_have_attribute("data-state", "saved")
    site.start()

    for page in (lead, colleague):
        page.wait_until_saved()
    fresh = PlanPage(open_as(READER, plan_path))
    expect(fresh.field("board")).to_contain_text("〔断电中甲〕")
    texts = fresh.page.locator("[data-sheet]").inner_text()
    assert [texts.count(token) for token in ("〔断电前甲〕", "〔断电前乙〕", "〔断电中甲〕")] == [1, 1, 1]


def test_edits_of_a_tab_closed_offline_arrive_later(open_as: Open, plan_path: str, site: Site) -> None:
    """Promise 2: a closed tab loses nothing; the same browser brings it on the next visit."""
    lead = PlanPage(open_as(LEAD, plan_path))
    lead.wait_until_saved()
    context = lead.page.context

    context.set_offline(True)
    lead.write_at_end(lead.field("reflection"), "〔离线时写的〕")
    expect(lead.page.locator("[data-save]")).to_have_attribute("data-state", "offline", timeout=20 * SECONDS)
    lead.page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    again.goto(site.url + plan_path)

    PlanPage(again).wait_until_saved()
    colleague = PlanPage(open_as(CO_AUTHOR, plan_path))
    expect(colleague.field("reflection")).to_contain_text("〔离线时写的〕")


def test_a_reader_sees_it_live_and_cannot_write(open_as: Open, plan_path: str) -> None:
    lead = PlanPage(open_as(LEAD, plan_path))
    reader = PlanPage(open_as(READER, plan_path))
    lead.wait_until_saved()

    lead.write_at_end(lead.field("methods"), "【正在写给您看】")

    expect(reader.field("methods")).to_contain_text("【正在写给您看】")
    expect(reader.page.locator('[contenteditable="true"]')).to_have_count(0)
    expect(reader.page.locator("[data-toolbar]")).to_have_count(0)
