"""Habits of teachers' forms, one small form each: what must come out of it."""

from pathlib import Path
from typing import Any

import pytest

from tests.lessons.imports.files import paper
from tests.lessons.imports.reading_back import faults_of_tiling, recognised, summary

Rows = list[list[Any]]
GOAL = "能有感情地朗读课文，体会作者对家乡的思念。"
STEPS: Rows = [
    ["环节", "教师活动", "学生活动", "时间"],
    ["导入", "播放歌曲，出示课题。", "听歌，说感受。", "5"],
    ["精读", "指导朗读第二段。", "读一读，画一画。", "30"],
]


def read(tmp_path: Path, *blocks: str | Rows) -> list[dict[str, Any]]:
    """The lessons of a file; «^» centres a line."""
    document = paper.new()
    for block in blocks:
        if isinstance(block, str):
            paper.line(document, block.lstrip("^"), centre=block.startswith("^"))
        else:
            width = sum(cell[1] if isinstance(cell, tuple) else 1 for cell in block[0])
            paper.grid(document, block, width)
    path = tmp_path / "form.docx"
    paper.save(document, path)
    source, result = recognised(path)
    assert faults_of_tiling(source, result) == []
    lessons: list[dict[str, Any]] = summary(source, result)["lessons"]
    return lessons


def lesson(tmp_path: Path, *blocks: str | Rows) -> dict[str, Any]:
    (found,) = read(tmp_path, *blocks)
    return found


def phases(found: dict[str, Any]) -> list[tuple[str, int | None]]:
    return [(step["phase"], step["minutes"]) for step in found["steps"]]


# --- labels
# -----------------------------------------------------------------------------------------------


def test_traditional_characters_are_read_like_simplified_ones(tmp_path: Path) -> None:
    rows: Rows = [
        ["課題", "愛蓮說", "年級", "八年級"],
        ["教學目標", ("背誦課文，理解託物言志的寫法。", 3)],
        ["教學環節", "教師活動", "學生活動", "設計意圖"],
        ["第一環節", "展示荷花圖。", "說說印象。", "激趣"],
    ]

    found = lesson(tmp_path, rows)

    assert found["columns"] == {"title": "愛蓮說", "grade": "八年级", "stage": "junior"}
    assert found["fields"] == {"objectives": "背誦課文，理解託物言志的寫法。"}
    assert found["steps"][0]["student"] == "說說印象。"


@pytest.mark.parametrize(
    ("label", "place"),
    [
        ("说教学重点", "key_points"),
        ("教学方法和手段", "methods"),
        ("辅导目标", "objectives"),
        ("班会准备", "preparation"),
        ("单元学习目标", "objectives"),
        ("学后反思", "reflection"),
        ("教学反思与诊断改进", "reflection"),
    ],
)
def test_labels_put_together_of_known_words_are_known(label: str, place: str, tmp_path: Path) -> None:
    found = lesson(tmp_path, [["课题", ("乡愁", 3)], [label, (GOAL, 3)], *STEPS])

    assert found["fields"] == {place: GOAL}


def test_two_labels_of_one_field_stay_with_their_texts(tmp_path: Path) -> None:
    rows: Rows = [["课题", ("乡愁", 3)], ["教法", ("讲授法", 3)], ["学法", ("讨论法", 3)], *STEPS]

    assert lesson(tmp_path, rows)["fields"] == {"methods": "教法\n讲授法\n学法\n讨论法"}


def test_a_label_inside_a_field_of_its_own_kind_is_a_part_of_it(tmp_path: Path) -> None:
    content = "经验准备：见过秋天的树林。\n物质准备：树叶、胶水、画纸。"

    assert lesson(tmp_path, [["课题", ("树叶画", 3)], ["活动准备", (content, 3)], *STEPS])["fields"] == {
        "preparation": content
    }


def test_an_unknown_label_in_a_row_of_its_own_is_no_part_of_the_row_above(tmp_path: Path) -> None:
    rows: Rows = [
        [("课题：乡愁", 4)],
        [("教学重点：意象的理解", 4)],
        [("诗人名片：余光中，祖籍福建永春。", 4)],
        *STEPS,
    ]

    found = lesson(tmp_path, rows)

    assert found["fields"] == {"key_points": "意象的理解"}
    assert found["others"] == [["unplaced", "", "余光中，祖籍福建永春。"]]


def test_an_unknown_heading_of_the_same_rank_ends_the_field_above(tmp_path: Path) -> None:
    rows: Rows = [
        [("一、教材分析", 4)],
        [("本单元选编三篇写景的散文和四首古诗。", 4)],
        [("二、单元大任务", 4)],
        [("编一本班级四季诗集。", 4)],
        ["课题", ("乡愁", 3)],
        *STEPS,
    ]

    found = lesson(tmp_path, rows)

    assert found["fields"] == {"textbook_analysis": "本单元选编三篇写景的散文和四首古诗。"}
    assert ["unplaced", "", "编一本班级四季诗集。"] in found["others"]


def test_labels_over_their_values_in_one_cell_are_no_leftovers(tmp_path: Path) -> None:
    found = lesson(
        tmp_path, [["课程\n大学语文", "课题\n乡愁", ("学时\n2", 2)], ["教学目标", (GOAL, 3)], *STEPS]
    )

    assert found["columns"] == {"subject": "大学语文", "title": "乡愁", "periods": "2", "stage": "university"}
    assert found["others"] == []


def test_a_term_is_no_volume(tmp_path: Path) -> None:
    found = lesson(tmp_path, [["课题", "乡愁", "学期", "2025-2026-1"], ["教学目标", (GOAL, 3)], *STEPS])

    assert found["columns"] == {"title": "乡愁"}
    assert found["others"] == [["aside", "date", "2025-2026-1"]]


def test_periods_told_with_the_theme_are_read_by_themselves(tmp_path: Path) -> None:
    found = lesson(tmp_path, [["主题与课时", ("溶液的浓度，1课时", 3)], ["教学目标", (GOAL, 3)], *STEPS])

    assert found["columns"]["periods"] == "1"


# --- titles and lessons
# --------------------------------------------------------------------------------------------------


def test_the_first_line_of_a_plain_text_is_offered_as_its_title(tmp_path: Path) -> None:
    text = [
        "背影",
        "朱自清",
        "一、教学目标",
        GOAL,
        "二、教学过程",
        "（一）导入",
        "听歌，说说自己的父亲做过什么。",
        "（二）精读",
        "朗读描写背影的段落，找出动词。",
    ]

    assert lesson(tmp_path, *text)["columns"] == {"title": "背影?"}


def test_a_lesson_is_called_by_its_own_line_and_not_by_its_units(tmp_path: Path) -> None:
    body = [
        "教学目标：",
        GOAL,
        "教学过程：",
        "一、导入",
        "看图，说说图上的人在做什么。",
        "二、新授",
        "轻声读第一段，画出喜欢的句子。",
    ]

    numbered = lesson(tmp_path, "^第三单元 走近传统文化", "^第8课 中秋节的由来", *body)
    parted = lesson(tmp_path, "^第三单元 走近传统文化", "^3.1 中秋节的由来 教学设计", *body)
    whole = lesson(tmp_path, "^语文教案", "^第三单元 走近传统文化", *body)

    assert numbered["columns"]["title"] == "第8课 中秋节的由来"
    assert parted["columns"]["title"] == "3.1 中秋节的由来"
    assert whole["columns"]["title"] == "第三单元 走近传统文化"


def test_a_grid_of_marks_under_its_heading_is_that_fields_text(tmp_path: Path) -> None:
    marks: Rows = [["维度", "优秀", "良好"], ["内容", "三种以上", "两种"], ["表达", "条理清楚", "基本清楚"]]
    process = ["教学过程：", "一、导入", "看图。", "二、新授", "读第一段。"]

    found = lesson(tmp_path, "课题：中秋", "教学目标：", GOAL, *process, "评价量表", marks)

    assert found["columns"]["title"] == "中秋"
    assert found["fields"]["assessment"] == "\n".join(cell for row in marks for cell in row)
    assert [other for other in found["others"] if other[0] != "aside"] == []


def test_a_long_english_title_is_a_title(tmp_path: Path) -> None:
    title = "Unit 5 What are the shirts made of? Section A (1a-2d)"
    text = ["^" + title, "Teaching aims:", "Talk about what things are made of.", "Teaching procedures:"]
    text += ["Step 1 Warming up", "Show pictures.", "Step 2 Practice", "Work in pairs and talk about it."]

    assert lesson(tmp_path, *text)["columns"] == {"title": title + "?"}


def several(number: int, name: str) -> list[str]:
    text = [
        f"^第{number}课 {name}",
        "课型：造型·表现",
        "教学目标：",
        f"认识{name}，完成一幅作品，愿意介绍它。",
    ]
    return [
        *text,
        "教学过程：",
        "一、导入",
        f"欣赏有{name}的画，说说它们怎样画成。",
        "二、作画",
        "学生画，教师巡视。",
        "教学后记：",
    ]


def test_lessons_in_running_text_part_at_the_title_behind_an_empty_heading(tmp_path: Path) -> None:
    lessons = read(
        tmp_path,
        "^三年级美术上册教案",
        *several(1, "花儿朵朵"),
        *several(2, "画影子"),
        *several(3, "水墨游戏"),
    )

    assert [found["columns"]["title"] for found in lessons] == [
        "第1课 花儿朵朵",
        "第2课 画影子",
        "第3课 水墨游戏",
    ]
    assert [found["columns"]["grade"] for found in lessons] == ["三年级?"] * 3
    assert [phases(found) for found in lessons] == [[("一、导入", None), ("二、作画", None)]] * 3


def test_a_lesson_called_by_its_period_takes_its_line_from_the_homework_above(tmp_path: Path) -> None:
    first: Rows = [["课题", ("老照片", 3)], ["教学目标", (GOAL, 3)], *STEPS]
    second: Rows = [["学习目标", (GOAL, 3)], ["学习重点", ("说清变化。", 3)], *STEPS]

    old, new = read(tmp_path, first, "作业设计：完成第一张记录卡。", "^第2课时 新家乡", second)

    assert old["fields"]["homework"] == "完成第一张记录卡。"
    assert new["columns"]["title"] == "第2课时 新家乡"


def test_what_a_unit_is_about_is_no_units_name(tmp_path: Path) -> None:
    about = "本单元围绕家乡的变化，设计两个课时。"

    found = lesson(tmp_path, "课题：老照片", "单元概述", about, [["教学目标", (GOAL, 3)], *STEPS])

    assert found["columns"] == {"title": "老照片"}
    assert found["fields"]["textbook_analysis"] == about


def test_the_year_on_a_cover_is_no_grade(tmp_path: Path) -> None:
    for year in ("二〇二四年九月", "2024年9月", "二零二三年"):
        assert lesson(tmp_path, f"^{year}", [["课题", ("乡愁", 3)], ["教学目标", (GOAL, 3)], *STEPS])[
            "columns"
        ] == {"title": "乡愁"}


def test_a_form_of_instructions_in_brackets_is_blank(tmp_path: Path) -> None:
    rows: Rows = [
        ["课题", ("", 3)],
        ["课标要求", ("（摘录与本课相关的课程标准内容）", 3)],
        ["教材分析", ("（本课在单元中的地位与作用，前后联系。）", 3)],
        ["作业设计", ("基础性作业：\n拓展性作业：", 3)],
        ["教学环节", "教师活动", "学生活动", "设计意图"],
        ["环节一", "", "", ""],
        ["环节二", "", "", ""],
    ]

    assert read(tmp_path, rows) == []


def test_a_short_lesson_with_a_process_is_a_lesson(tmp_path: Path) -> None:
    text = [
        "课题：认识人民币",
        "教学目标：认识元角分。",
        "教学过程：",
        "一、看",
        "观察1元纸币。",
        "二、用",
        "模拟购物。",
    ]

    assert lesson(tmp_path, *text)["columns"] == {"title": "认识人民币"}


# --- the process
# --------------------------------------------------------------------------------------------------


def test_parts_across_the_whole_process_do_not_end_it(tmp_path: Path) -> None:
    rows: Rows = [STEPS[0], [("课前", 4)], STEPS[1], [("课中", 4)], STEPS[2]]

    found = lesson(tmp_path, [["课题", "乡愁"], ["教学目标", GOAL]], rows)

    assert phases(found) == [("课前\n导入", 5), ("课中\n精读", 30)]


def test_parts_merged_down_beside_their_steps_leave_these_steps(tmp_path: Path) -> None:
    rows: Rows = [
        [("教学环节", 2), "教师活动", "学生活动", "时间"],
        ["课前", "自学", "发布任务。", "看微课。", "3"],
        [("课中", 1, 3), "导入", "播放视频。", "说感受。", "5"],
        [None, "新授", "讲解。", "记笔记。", "20"],
        [None, "辩论", "组织。", "参加。", "12"],
    ]

    found = lesson(tmp_path, [["课题", "乡愁"], ["教学目标", GOAL]], rows)

    assert phases(found) == [("课前\n自学", 3), ("课中\n导入", 5), ("新授", 20), ("辩论", 12)]


def test_of_two_columns_for_the_steps_the_one_called_process_holds_the_text(tmp_path: Path) -> None:
    rows: Rows = [
        ["时间", "环节", "活动过程"],
        ["5分钟", "暖身", "大风吹。"],
        ["20分钟", "工作", "小组讨论。"],
    ]

    found = lesson(tmp_path, [["课题", "学会说不"], ["教学目标", GOAL]], rows)

    assert phases(found) == [("暖身", 5), ("工作", 20)]
    assert [step["teacher"] for step in found["steps"]] == ["大风吹。", "小组讨论。"]


def test_the_first_line_of_a_row_is_its_title_whatever_is_numbered_below(tmp_path: Path) -> None:
    rows: Rows = [
        ["内容与步骤", "方法", "时间"],
        ["一、导入", "讲授", "10分钟"],
        ["二、抗战爆发\n1.卢沟桥\n2.统一战线", "讨论", "40分钟"],
    ]

    found = lesson(tmp_path, [["课题", "抗日战争"], ["教学目标", GOAL]], "教学过程：", rows)

    assert phases(found) == [("一、导入", 10), ("二、抗战爆发", 40)]
    assert [step["teacher"] for step in found["steps"]] == ["", "1.卢沟桥\n2.统一战线"]


def test_minutes_in_a_column_of_remarks_are_minutes(tmp_path: Path) -> None:
    rows: Rows = [
        ["环节", "教师", "学生", "备注"],
        ["激趣", "出示盒子。", "猜。", "3分钟"],
        ["观察", "讲清要求。", "画。", "带镜"],
    ]

    found = lesson(tmp_path, [["课题", "蚂蚁"], ["教学目标", GOAL]], rows)

    assert phases(found) == [("激趣", 3), ("观察", None)]
    assert [step["intent"] for step in found["steps"]] == ["", "带镜"]


def process(tmp_path: Path, text: str) -> list[tuple[str, int | None]]:
    return phases(lesson(tmp_path, "课题：乡愁", f"教学目标：{GOAL}", "教学过程：", *text.split("\n")))


def test_smaller_parts_stay_within_the_larger(tmp_path: Path) -> None:
    text = "环节一 导入（6分钟）\n看视频。\n环节二 探究（25分钟）\n议题1：安全离我们有多远？\n讨论。\n环节三 行动\n签名。"

    assert process(tmp_path, text) == [("环节一 导入", 6), ("环节二 探究", 25), ("环节三 行动", None)]


def test_parts_of_several_names_in_a_row_are_steps_all(tmp_path: Path) -> None:
    text = "导入环节\n看视频。\n任务一 读\n轻声读。\n任务二 写\n写一段话。"

    assert process(tmp_path, text) == [("导入环节", None), ("任务一 读", None), ("任务二 写", None)]


def test_lines_that_tell_their_minutes_are_steps_beside_numbered_ones(tmp_path: Path) -> None:
    text = "复习旧课（5分钟）\n提问。\n一、讲授（40分钟）\n（一）资产\n（二）负债\n二、练习（30分钟）\n做题。\n小结（10分钟）"

    assert process(tmp_path, text) == [("复习旧课", 5), ("一、讲授", 40), ("二、练习", 30), ("小结", 10)]


def test_timed_parts_inside_a_numbered_step_stay_inside(tmp_path: Path) -> None:
    text = "一、新授（25分钟）\n1.读（5分钟）\n齐读。\n2.写（20分钟）\n写话。\n二、小结（5分钟）\n说收获。"

    assert process(tmp_path, text) == [("一、新授", 25), ("二、小结", 5)]


@pytest.mark.parametrize("minutes", ["——20分钟左右", "【约20分钟】", "　20′", " 20分鐘"])
def test_minutes_behind_a_bracketed_or_dashed_title(minutes: str, tmp_path: Path) -> None:
    assert process(tmp_path, f"【导入】{minutes}\n听一首歌。\n【精读】{minutes}\n朗读全诗。") == [
        ("【导入】", 20),
        ("【精读】", 20),
    ]


def test_a_range_of_minutes_is_left_as_it_stands(tmp_path: Path) -> None:
    assert process(tmp_path, "一、导入（10—20分钟）\n听歌。\n二、精读\n朗读。")[0][1] is None


def test_a_line_that_names_the_period_between_tables_begins_a_part(tmp_path: Path) -> None:
    found = lesson(tmp_path, [["课题", "平衡"], ["教学目标", GOAL]], STEPS, "^第2课时", STEPS)

    assert phases(found)[2] == ("第2课时\n导入", 5)


def test_a_period_before_the_first_step_of_a_cell_is_told_with_it(tmp_path: Path) -> None:
    rows: Rows = [["课题", ("雷锋", 1)], ["教学目标", GOAL], ["教学设计", "二次备课"]]
    rows.append(
        ["第一课时\n一、导入\n唱歌。\n二、初读\n自由读课文，检查字音。\n第二课时\n一、复习\n听写。", "加日记"]
    )

    found = lesson(tmp_path, rows)

    assert phases(found)[:2] == [("第一课时\n一、导入", None), ("二、初读", None)]
    assert found["steps"][0]["intent"] == "加日记"


def test_a_heading_put_together_of_two_known_ones_heads_the_process(tmp_path: Path) -> None:
    rows: Rows = [
        ["教学内容及过程", "方法与时间"],
        ["由歌曲导入，介绍作者。", "听"],
        ["讲解诗的意象。", "讲授法"],
    ]

    found = lesson(tmp_path, [["课题", "乡愁"], ["教学目标", GOAL]], rows)

    assert [(s["teacher"], s["intent"]) for s in found["steps"]] == [
        ("由歌曲导入，介绍作者。", "听"),
        ("讲解诗的意象。", "讲授法"),
    ]
