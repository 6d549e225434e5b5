"""The demo lessons (示例教案) and the textbook catalogue (教材目录) that the platform ships with."""

import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from realtime.prose.html import from_html
from realtime.prose.plain import to_text
from research.enums import Stage

LESSONS = Path(__file__).resolve().parents[2] / "lessons"
PLANS = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((LESSONS / "demo/plans").glob("*.json"))
}
TEXTBOOKS: list[dict[str, Any]] = json.loads((LESSONS / "catalogue/textbooks.json").read_text("utf-8"))[
    "textbooks"
]
TEMPLATES = {
    template["key"]: template
    for template in (
        json.loads(path.read_text("utf-8")) for path in sorted((LESSONS / "plan_templates").glob("*.json"))
    )
}
FULL = sorted(PLANS)[:8]
COLUMNS = {
    "title", "subject", "stage", "grade", "edition", "volume", "unit", "theme", "periods", "lesson_type",
}  # fmt: skip
NODES = {
    "<p>": "paragraph", "<h3>": "heading", "<ul>": "bullet_list", "<ol>": "ordered_list", "<li>": "list_item",
    "<table>": "table", "<tr>": "table_row", "<th>": "table_header", "<td>": "table_cell",
    "<strong>": "strong", "<u>": "underline",
}  # fmt: skip
CELLS = ("teacher", "student", "intent")
TAGS = {"p", "h3", "ul", "ol", "li", "strong", "em", "u", "table", "tbody", "tr", "th", "td"}
PERIOD_MINUTES = {
    Stage.KINDERGARTEN: 30, Stage.PRIMARY: 40, Stage.JUNIOR: 45, Stage.SENIOR: 45, Stage.VOCATIONAL: 45,
    Stage.UNIVERSITY: 45,
}  # fmt: skip

each_plan = pytest.mark.parametrize("number", sorted(PLANS))


class Markup(HTMLParser):
    """Reads HTML strictly: keeps the text, and every fault it meets."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.open, self.faults = "", list[str](), list[str]()
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in TAGS or attrs:
            self.faults.append(f"<{tag} {attrs}> is not for plans")

    @override
    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    @override
    def handle_data(self, data: str) -> None:
        self.text += data
        if not self.open:
            self.faults.append(f"{data!r} stands outside of any paragraph")


def pieces(plan: dict[str, Any]) -> list[str]:
    """Every piece of HTML of a plan."""
    return [*plan["fields"].values(), *(step[cell] for step in plan["steps"] for cell in CELLS)]


def without_space(text: str) -> str:
    """The text without white space."""
    return re.sub(r"\s", "", text)


def length(plan: dict[str, Any]) -> int:
    """How many characters a plan has, white space not counted."""
    words = "".join(
        [*(Markup(html).text for html in pieces(plan)), *(step["phase"] for step in plan["steps"])]
    )
    return len(re.sub(r"\s", "", words))


def test_there_are_forty_plans_numbered_in_order() -> None:
    assert list(PLANS) == [f"{number:02}" for number in range(1, 41)]


@each_plan
def test_plan_has_the_columns_and_cells_of_a_plan(number: str) -> None:
    plan = PLANS[number]

    assert set(plan) == {"template", "columns", "fields", "steps"}
    assert set(plan["columns"]) == COLUMNS
    assert all(
        value and value == str(value).strip() for key, value in plan["columns"].items() if key != "periods"
    )
    assert plan["columns"]["stage"] in Stage.values
    assert [set(step) for step in plan["steps"]] == [{"phase", "minutes", *CELLS}] * len(plan["steps"])
    assert all(
        step["phase"] and step["teacher"] and step["student"] and step["intent"] for step in plan["steps"]
    )


@each_plan
def test_markup_is_balanced_and_plain(number: str) -> None:
    assert [fault for html in pieces(PLANS[number]) for fault in Markup(html).faults] == []


@each_plan
def test_minutes_fill_the_periods(number: str) -> None:
    columns, steps = PLANS[number]["columns"], PLANS[number]["steps"]

    assert (
        sum(step["minutes"] for step in steps) == columns["periods"] * PERIOD_MINUTES[Stage(columns["stage"])]
    )
    assert min(step["minutes"] for step in steps) >= 3


@each_plan
def test_plan_says_what_it_aims_at(number: str) -> None:
    assert {"objectives", "key_points", "difficult_points", "homework"} <= set(PLANS[number]["fields"])


@each_plan
def test_plan_writes_into_sections_of_its_template(number: str) -> None:
    plan = PLANS[number]
    sections = {section["key"]: section for section in TEMPLATES[plan["template"]]["definition"]["sections"]}

    assert [key for key in plan["fields"] if key not in sections] == []
    assert [
        key for key, html in plan["fields"].items() if "<table>" in html and not sections[key].get("tables")
    ] == []


@each_plan
def test_nothing_is_lost_on_the_way_into_a_document(number: str) -> None:
    for html in pieces(PLANS[number]):
        tree = from_html(html)
        told = json.dumps(tree.to_json())

        assert without_space(to_text(tree)) == without_space(Markup(html).text)
        assert {tag: told.count(f'"type": "{name}"') for tag, name in NODES.items()} == {
            tag: html.count(tag) for tag in NODES
        }


def test_titles_are_all_different() -> None:
    titles = Counter(plan["columns"]["title"] for plan in PLANS.values())

    assert [title for title, times in titles.items() if times > 1] == []


def test_no_passage_is_used_twice() -> None:
    passages = Counter(html for plan in PLANS.values() for html in pieces(plan) if len(html) > 40)

    assert [html for html, times in passages.items() if times > 1] == []


@pytest.mark.parametrize("number", FULL)
def test_full_lesson_is_worked_out(number: str) -> None:
    plan = PLANS[number]

    assert 1500 <= length(plan) <= 3000
    assert 6 <= len(plan["steps"]) <= 9
    assert {"value_guidance", "red_resources", "stage_links", "board", "assessment"} <= set(plan["fields"])


@pytest.mark.parametrize("number", sorted(set(PLANS) - set(FULL)))
def test_shorter_plan_has_substance(number: str) -> None:
    assert 400 <= length(PLANS[number]) <= 900
    assert 3 <= len(PLANS[number]["steps"]) <= 6


def test_full_lessons_lead_from_kindergarten_to_university() -> None:
    assert [PLANS[number]["columns"]["stage"] for number in FULL] == [
        "kindergarten", "primary", "primary", "junior", "senior", "vocational", "university", "university",
    ]  # fmt: skip


def test_the_tour_opens_plan_five() -> None:
    columns = PLANS["05"]["columns"]

    assert (columns["title"], columns["grade"], columns["subject"]) == (
        "家国情怀：从刘胡兰到我们", "高一", "思想政治",
    )  # fmt: skip


def test_catalogue_lists_each_volume_once() -> None:
    volumes = Counter(
        tuple(book[key] for key in ("stage", "subject", "grade", "edition", "volume")) for book in TEXTBOOKS
    )

    assert [volume for volume, times in volumes.items() if times > 1] == []


@pytest.mark.parametrize(
    "book", TEXTBOOKS, ids=lambda book: " ".join([book["subject"], book["grade"], book["volume"]])
)
def test_textbook_is_complete(book: dict[str, Any]) -> None:
    assert list(book) == ["subject", "stage", "grade", "edition", "volume", "units"]
    assert book["stage"] in Stage.values
    assert all(book[key] == book[key].strip() != "" for key in ("subject", "grade", "edition", "volume"))
    assert all(unit == unit.strip() != "" for unit in book["units"])
    assert len(book["units"]) == len(set(book["units"]))


@each_plan
def test_unit_of_a_plan_stands_in_the_catalogue(number: str) -> None:
    wanted = PLANS[number]["columns"]
    keys = ("subject", "stage", "grade", "edition", "volume")
    books = [book for book in TEXTBOOKS if all(book[key] == wanted[key] for key in keys)]

    assert wanted["unit"] in [unit for book in books for unit in book["units"]] or wanted["edition"] in {
        "园本课程", "校本",
    }  # fmt: skip
