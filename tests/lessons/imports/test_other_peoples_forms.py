"""Forms made at random from the words and habits of real ones: how much is recognised, and that nothing
is lost.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lessons.imports.files import paper
from tests.lessons.imports.reading_back import faults_of_tiling, recognised, summary
from tests.lessons.imports.strategies import Made, Maker

NOTHING: dict[str, Any] = {"columns": {}, "fields": {}, "steps": []}


def found_and_wanted(made: Made, found: dict[str, Any]) -> tuple[int, int]:
    lessons = found["lessons"]
    lesson = lessons[0] if len(lessons) == 1 else NOTHING
    periods = {key: value[0] if key == "periods" else value for key, value in made.columns.items()}
    hits = [lesson["columns"].get(key) == value for key, value in periods.items()]
    hits += [lesson["fields"].get(key) == value for key, value in made.fields.items()]
    steps = [
        (step["phase"], step["minutes"], step["teacher"], step["student"], step["intent"])
        for step in lesson["steps"]
    ]
    hits += [step in steps for step in made.steps]
    return sum(hits), len(hits)


def test_recall_on_forty_random_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_layout: dict[str, list[int]] = {}
    for seed in range(1000, 1040):
        made = Maker(seed).make()
        path = tmp_path / "form.docx"
        paper.save(made.document, path)
        hit, wanted = found_and_wanted(made, summary(*recognised(path)))
        total = by_layout.setdefault(made.layout, [0, 0])
        total[0] += hit
        total[1] += wanted

    with capsys.disabled():
        print(
            "\nrecall by layout: "
            + ", ".join(f"{name} {hit}/{n}" for name, (hit, n) in sorted(by_layout.items()))
        )
    assert {name: hit / n >= 0.98 for name, (hit, n) in by_layout.items()} == dict.fromkeys(by_layout, True)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 1_000_000))
def test_random_forms_lose_nothing(tmp_path: Path, seed: int) -> None:
    made = Maker(seed).make()
    path = tmp_path / "form.docx"
    paper.save(made.document, path)

    assert faults_of_tiling(*recognised(path)) == []


WORDS = st.sampled_from(
    ["教学目标", "重点：", "课题", "一、导入（5分钟）", "（1）", "学生活动", "教师", "2课时", "作业：抄写", "板书设计", "、", "：", "《山》教案",
     "理解山。", "设计意图：看", "第二课时", "环节", "□新授 ☑复习", "____", "教学过程", "（请填写）", "\t", "教学重难点", "  ", "A", "年级：三年级 课时：1"]
)  # fmt: skip
TEXT = st.lists(WORDS, max_size=4).map("".join)
CELL = st.lists(TEXT, min_size=1, max_size=3).map("\n".join)
ROWS = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=6)
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blocks=st.lists(st.one_of(TEXT, ROWS), max_size=6))
def test_any_jumble_of_words_loses_nothing(tmp_path: Path, blocks: list[str | list[list[str]]]) -> None:
    document = paper.new()
    for block in blocks:
        if isinstance(block, str):
            paper.line(document, block)
        else:
            paper.grid(document, [list(row) for row in block], len(block[0]))
    path = tmp_path / "jumble.docx"
    paper.save(document, path)

    assert faults_of_tiling(*recognised(path)) == []


def test_a_row_that_only_names_what_it_would_hold_is_no_step(tmp_path: Path) -> None:
    """Found by the jumble above: the process begins inside a cell, and a labelled row under it is empty."""
    document = paper.new()
    heading = "教学过程\n教学目标教学目标\n教学目标教学目标教学目标教学目标"
    paper.grid(document, [["", heading], ["设计意图：看", "____"]], 2)
    path = tmp_path / "jumble.docx"
    paper.save(document, path)

    assert faults_of_tiling(*recognised(path)) == []
