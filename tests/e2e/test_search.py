"""The search as teachers live it: what was just written is found, what was just taken away is not."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from docx import Document
from playwright.sync_api import Browser, Page, StorageState, expect

from tests.e2e.axe import violations
from tests.e2e.plan_page import TITLE as TOUR
from tests.e2e.plan_page import PlanPage
from tests.e2e.search_page import SearchPage, TopBar
from tests.e2e.site import Site

LEAD, COLLEAGUE, STRANGER = "100001", "100002", "100004"
LETTER = "一封没有寄出的家书"
FOUND = ([TOUR], [TOUR, LETTER])
"""For 家国情怀. The letter stands just where weak matches are cut off, and what other tests write into the site moves that a little."""
Open = Callable[..., Page]

pytestmark = pytest.mark.slow


def make_plan(page: Page, title: str, *, theme: str = "") -> str:
    """A new plan that the whole city may find; its path."""
    page.goto(f"{_origin(page)}/lessons/new/")
    page.fill("input[name=title]", title)
    page.fill("input[name=theme]", theme)
    page.check("input[name=visibility][value=city]")
    page.get_by_role("button", name="开始写教案").click()
    page.wait_for_url("**/lessons/plans/*/")
    return urlsplit(page.url).path


def make_private(page: Page, plan_path: str) -> None:
    """On the page of its members, as its lead does."""
    page.goto(f"{_origin(page)}{plan_path}members/")
    page.check("input[name=visibility][value=members]")
    page.get_by_role("button", name="保存可见范围").click()
    expect(page.locator("input[name=visibility][value=members]")).to_be_checked()
    page.wait_for_load_state()


def _origin(page: Page) -> str:
    parts = urlsplit(page.url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture(scope="module", autouse=True)
def filled_index(site: Site, browser: Browser, signed_in_state: Callable[[str], StorageState]) -> None:
    """The worker has read the sample plans; it begins when the site does."""
    page = browser.new_page(storage_state=signed_in_state(LEAD))
    page.goto(f"{site.url}/search/")
    SearchPage(page).ask_until_found(TOUR, seconds=60)
    page.close()


@pytest.fixture(autouse=True)
def nothing_waits(site: Site, filled_index: None) -> None:
    """What other tests wrote has been read by the worker: counts stand still."""
    began = time.monotonic()
    with closing(sqlite3.connect(f"file:{site.var}/jiaoyan.sqlite3?mode=ro", uri=True)) as database:
        while database.execute(
            "SELECT EXISTS (SELECT 1 FROM search_outboxrow WHERE dead_at IS NULL)"
        ).fetchone() != (0,):
            assert time.monotonic() - began < 60, "the worker does not keep up"
            time.sleep(0.1)


# --- what was just written, what was just taken away -----------------------------------------------------------


def test_a_sentence_of_a_colleague_is_found_as_soon_as_it_is_saved(
    open_as: Open, capsys: pytest.CaptureFixture[str]
) -> None:
    lead = open_as(LEAD)
    path = make_plan(lead, "碛口古镇的水旱码头")
    stranger = SearchPage(open_as(STRANGER, "/search/"))
    stranger.ask_until_found("碛口古镇")
    plan = PlanPage(lead)
    plan.wait_until_saved()

    plan.write_at_end(plan.field("objectives"), "学生能说出驼队为什么在麒麟滩歇脚。")
    plan.wait_until_saved()
    seconds = stranger.ask_until_found("“麒麟滩歇脚”")

    assert stranger.titles() == ["碛口古镇的水旱码头"]
    expect(stranger.hits.first.locator(".snippet .tag")).to_have_text("教学目标")
    expect(stranger.hits.first.locator(".snippet mark").first).to_contain_text("麒麟滩")
    assert stranger.hits.first.locator("h2 a").get_attribute("href") == path
    with capsys.disabled():
        print(f"\n  a saved sentence was found by somebody else after {seconds:.2f} s")


def test_a_plan_made_private_is_gone_at_once_wherever_a_stranger_saw_it(open_as: Open) -> None:
    lead = open_as(LEAD)
    make_plan(lead, "碗碗腔皮影的前世今生", theme="碗碗腔皮影研学")
    path = make_plan(lead, "碗碗腔皮影的光与影", theme="碗碗腔皮影实验")
    stranger, plan = SearchPage(open_as(STRANGER, "/search/")), open_as(STRANGER)
    stranger.ask_until_found("碗碗腔皮影 光与影", theme="碗碗腔皮影实验")
    stranger.ask("碗碗腔皮影")
    assert set(stranger.titles()) == {"碗碗腔皮影的前世今生", "碗碗腔皮影的光与影"}
    assert stranger.tabs()["教案"] == 2
    assert stranger.values("主题") == {"碗碗腔皮影研学": 1, "碗碗腔皮影实验": 1}
    other = stranger.hits.filter(has_text="前世今生").locator("h2 a").get_attribute("href")
    plan.goto(f"{_origin(plan)}{other}")
    expect(plan.get_by_role("region", name="相似教案")).to_contain_text("碗碗腔皮影的光与影")
    assert suggested(plan, "碗碗腔皮影") == {
        "碗碗腔皮影研学", "碗碗腔皮影实验", "碗碗腔皮影的前世今生", "碗碗腔皮影的光与影",
    }  # fmt: skip

    make_private(lead, path)

    stranger.ask("碗碗腔皮影")
    assert stranger.titles() == ["碗碗腔皮影的前世今生"]
    assert (stranger.tabs()["全部"], stranger.tabs()["教案"]) == (1, 1)
    assert stranger.values("主题") == {"碗碗腔皮影研学": 1}
    stranger.ask("碗碗腔皮影", all="1")
    assert "碗碗腔皮影的光与影" not in stranger.titles()
    assert suggested(plan, "碗碗腔皮影") == {"碗碗腔皮影研学", "碗碗腔皮影的前世今生"}
    with plan.expect_response("**/search/similar/**") as similar:
        plan.reload()
    assert "光与影" not in similar.value.text()
    own = SearchPage(open_as(LEAD, "/search/"))
    own.ask_until_found("碗碗腔皮影 光与影", theme="碗碗腔皮影实验")


def suggested(page: Page, typed: str) -> set[str]:
    items = page.request.get(f"{_origin(page)}/search/suggest/?{urlencode({'q': typed})}").json()["items"]
    return {item["text"] for item in items}


def test_the_text_of_a_word_file_is_found_under_the_attachments(open_as: Open, tmp_path: Path) -> None:
    paper = Document()
    paper.add_paragraph("学习单：请画出柳林盘子的九层结构，并注明每层的寓意。")
    paper.save(str(tmp_path / "柳林盘子学习单.docx"))
    lead = open_as(LEAD)
    path = make_plan(lead, "柳林盘子会的礼俗")
    lead.goto(f"{_origin(lead)}{path}files/")
    lead.set_input_files("#plan-file", tmp_path / "柳林盘子学习单.docx")
    lead.get_by_role("button", name="上传").click()
    expect(lead.get_by_role("link", name="柳林盘子学习单.docx")).to_be_visible()

    search = SearchPage(open_as(STRANGER, "/search/"))
    search.ask_until_found("“九层结构”")
    with search.changing():
        search.page.get_by_role("navigation", name="找到的内容").get_by_role("link", name="附件").click()

    assert search.titles() == ["柳林盘子学习单.docx"]
    expect(search.hits.first.locator(".snippet .tag")).to_have_text("文件内容")
    expect(search.hits.first.locator(".snippet mark")).to_have_text("九层结构")
    expect(search.hits.first.get_by_role("link", name="柳林盘子会的礼俗")).to_be_visible()


# --- the field above every page --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["家国", "jiaguo", "jgqh"])
def test_titles_are_suggested_for_characters_pinyin_and_first_letters(open_as: Open, typed: str) -> None:
    bar = TopBar(open_as(LEAD))

    bar.type(typed)

    expect(bar.options.filter(has_text=TOUR)).to_be_visible()
    expect(bar.field).to_have_attribute("aria-expanded", "true")


def test_a_suggestion_is_taken_with_arrow_keys_and_enter(open_as: Open) -> None:
    bar = TopBar(open_as(LEAD))
    with bar.page.expect_response(lambda answer: parse_qs(urlsplit(answer.url).query).get("q") == ["家国"]):
        bar.type("家国")
    expect(bar.options.filter(has_text=TOUR)).to_be_visible()

    bar.page.keyboard.press("ArrowDown")  # from here on the list stays as it is
    steps = bar.options.all_inner_texts().index(TOUR)
    for _ in range(steps):
        bar.page.keyboard.press("ArrowDown")
    expect(bar.page.locator('.top [aria-selected="true"] .find-text')).to_have_text(TOUR)
    bar.page.keyboard.press("Enter")

    bar.page.wait_for_url("**/search/?q=*")
    search = SearchPage(bar.page)
    assert search.address() == {"q": [TOUR]}
    assert TOUR in search.titles()


def test_enter_alone_searches_for_what_was_typed_and_escape_shuts_the_list_first(open_as: Open) -> None:
    bar = TopBar(open_as(LEAD))
    bar.type("刘胡兰")
    expect(bar.options.filter(has_text=TOUR)).to_be_visible()

    bar.page.keyboard.press("Escape")

    expect(bar.page.locator(".top [role=listbox]")).to_be_hidden()
    expect(bar.field).to_have_attribute("aria-expanded", "false")
    expect(bar.field).to_have_value("刘胡兰")
    bar.page.keyboard.press("Enter")
    bar.page.wait_for_url("**/search/?q=*")
    assert TOUR in SearchPage(bar.page).titles()


def test_a_slash_goes_to_the_field_unless_somebody_is_writing(open_as: Open) -> None:
    bar = TopBar(open_as(LEAD, "/search/"))

    bar.page.keyboard.press("/")
    expect(bar.field).to_be_focused()
    expect(bar.field).to_have_value("")
    bar.page.keyboard.type("1/2")

    expect(bar.field).to_have_value("1/2")


def test_on_a_phone_the_field_unfolds_and_folds(open_as: Open) -> None:
    bar = TopBar(open_as(LEAD, width=375, height=780))
    expect(bar.field).to_be_hidden()

    bar.page.get_by_role("link", name="检索", exact=True).first.click()

    expect(bar.field).to_be_focused()
    bar.page.keyboard.type("jgqh")
    expect(bar.options.filter(has_text=TOUR)).to_be_visible()
    assert violations(bar.page) == []
    bar.page.get_by_role("button", name="收起检索").click()
    expect(bar.field).to_be_hidden()


# --- the page of results -----------------------------------------------------------------------------------------


def test_several_values_of_a_facet_stand_in_the_address_and_back_takes_them_out(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/"))
    search.ask("", kind="plan")
    subjects = search.values("学科")
    in_page_order = list(subjects)[:2]
    first, second = in_page_order

    with search.changing():
        search.box("学科", first).check()
    with search.changing():
        search.box("学科", second).check()

    assert search.address() == {"kind": ["plan"], "subject": in_page_order}
    assert search.tabs()["教案"] == subjects[first] + subjects[second]
    assert {name: search.values("学科")[name] for name in (first, second)} == {
        name: subjects[name] for name in (first, second)
    }
    with search.changing():
        search.page.go_back()
    assert search.address() == {"kind": ["plan"], "subject": [first]}
    expect(search.box("学科", first)).to_be_checked()
    expect(search.box("学科", second)).not_to_be_checked()
    assert search.tabs()["教案"] == subjects[first]
    with search.changing():
        search.page.get_by_role("link", name=f"去掉学科：{first}").click()
    assert search.address() == {"kind": ["plan"]}


def test_taking_out_the_last_filter_leads_to_where_one_begins(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/"))
    for part in ("link", "box"):
        search.ask("", subject="语文")

        if part == "link":
            search.page.get_by_role("link", name="去掉学科：语文").click()
        else:
            search.box("学科", "语文").click()  # «uncheck» would look at a page that is gone

        expect(search.page.get_by_role("heading", name="检索", exact=True)).to_be_visible()
        assert urlsplit(search.page.url).path == "/search/"
        assert search.address() == {}
    search.page.go_back()
    expect(search.hits).not_to_have_count(0)


def test_results_are_put_in_order_searched_within_and_shown_to_the_last(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/"))
    search.ask("学生 活动", kind="plan")
    about = search.tabs()["教案"]

    with search.changing():
        search.page.get_by_role("link", name="显示全部匹配").click()
    everything = search.tabs()["教案"]
    with search.changing():
        search.page.get_by_label("排序", exact=True).select_option(label="使用最多")
    assert search.address() == {"q": ["学生 活动"], "kind": ["plan"], "all": ["1"], "sort": ["used"]}
    with search.changing():
        search.page.get_by_label("在结果中检索").fill("家国情怀")
        search.page.keyboard.press("Enter")

    assert about < everything
    assert search.address()["in"] == ["家国情怀"]
    assert 0 < search.tabs()["教案"] < everything
    assert TOUR in search.titles()


def test_a_wrong_character_that_sounds_the_same_is_found_and_asked_about(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/"))

    search.ask("加国情怀")

    assert search.titles() in FOUND
    expect(search.page.locator(".found-meant")).to_contain_text("您是不是要找")
    with search.changing():
        search.page.locator(".found-meant").get_by_role("link", name="家国情怀").click()
    assert search.address() == {"q": ["家国情怀"]}
    expect(TopBar(search.page).field).to_have_value("家国情怀")
    expect(search.page.locator(".found-meant")).to_have_count(0)


def test_nothing_found_leads_on(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/"))

    search.ask("家国情怀", subject="音乐")

    expect(search.page.get_by_role("heading", name="没有找到")).to_be_visible()
    with search.changing():
        search.page.get_by_role("link", name="去掉“学科：音乐”再找").click()
    assert search.titles() in FOUND


def test_on_a_phone_filters_are_a_sheet_that_is_sent_with_a_button(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/?kind=plan", width=375, height=780))
    total = search.tabs()["教案"]
    search.page.get_by_text("筛选与排序").first.click()
    sheet = search.page.get_by_role("form", name="筛选与排序")
    expect(sheet).to_be_visible()
    assert violations(search.page) == []

    search.box("学科", "思想政治").check()
    assert search.address() == {"kind": ["plan"]}
    with search.changing():
        sheet.get_by_role("button", name="显示结果").click()

    assert search.address() == {"kind": ["plan"], "subject": ["思想政治"]}
    assert 0 < search.tabs()["教案"] < total
    expect(search.page.get_by_role("form", name="筛选与排序")).to_be_hidden()


# --- the advanced form, kept and last searches -------------------------------------------------------------------


def test_the_advanced_form_writes_what_one_could_have_typed(open_as: Open) -> None:
    page = open_as(LEAD, "/search/advanced/")

    page.get_by_label("第 1 行的字段").select_option(label="篇名")
    page.get_by_label("第 1 行的检索词").fill("家国情怀")
    page.get_by_label("第 2 行的字段").select_option(label="作者")
    page.get_by_label("第 2 行的检索词").fill("刘秀兰")
    page.get_by_label("检索范围").select_option(label="教案")
    page.locator("main form").get_by_role("button", name="检索").click()

    page.wait_for_url("**/search/?*")
    search = SearchPage(page)
    assert search.address() == {"q": ["篇名:家国情怀 AND 作者:刘秀兰"], "kind": ["plan"]}
    assert search.titles() == [TOUR]


def test_help_says_how_to_search(open_as: Open) -> None:
    search = SearchPage(open_as(LEAD, "/search/"))
    search.ask("家国情怀")

    search.page.get_by_text("怎样检索").click()

    expect(search.page.locator(".find-help dl")).to_contain_text("拼音")


def test_a_kept_search_says_how_many_results_are_new(open_as: Open) -> None:
    search = SearchPage(open_as(COLLEAGUE, "/search/"))
    search.ask("汾酒酿造", kind="plan")
    search.page.get_by_text("保存检索").click()
    search.page.get_by_label("检索名称").fill("汾酒的课")
    search.page.get_by_role("button", name="保存", exact=True).click()
    expect(search.page.get_by_text("已保存到“我的检索”。")).to_be_visible()

    make_plan(open_as(LEAD), "汾酒酿造里的化学")
    search.ask_until_found("汾酒酿造", kind="plan")
    kept = open_as(COLLEAGUE, "/search/saved/")
    expect(kept.get_by_role("listitem").filter(has_text="汾酒的课")).to_contain_text("1 条新")
    kept.get_by_role("button", name="汾酒的课", exact=True).click()

    kept.wait_for_url("**/search/?*")
    assert SearchPage(kept).titles() == ["汾酒酿造里的化学"]
    kept.goto(f"{_origin(kept)}/search/saved/")
    expect(kept.get_by_role("listitem").filter(has_text="汾酒的课")).not_to_contain_text("条新")


def test_last_searches_are_shown_to_oneself_and_forgotten_on_request(open_as: Open) -> None:
    search = SearchPage(open_as(COLLEAGUE, "/search/"))
    search.ask("文水鼓乐")
    search.ask_until(search.last_search("文水鼓乐"))

    recent = search.page.get_by_role("region", name="我最近的检索")
    recent.get_by_role("button", name="全部清除").click()

    expect(recent).to_contain_text("只有您自己看得到")
    expect(search.last_search("文水鼓乐")).to_have_count(0)


@pytest.mark.parametrize("asked", ["黄土高坡上的鼓声" * 40, "loess" * 60], ids=["han", "latin"])
def test_long_search_takes_no_more_than_two_lines_among_the_last_ones(open_as: Open, asked: str) -> None:
    search = SearchPage(open_as(COLLEAGUE, "/search/", width=375))
    search.ask(asked)
    link = search.last_search(asked[:100])
    search.ask_until(link)

    lines = link.evaluate("link => link.clientHeight / parseFloat(getComputedStyle(link).lineHeight)")
    assert 1.5 < lines < 2.5
    assert search.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
