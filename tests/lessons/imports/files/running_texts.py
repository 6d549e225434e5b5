"""Lessons in running text, and files that are no lessons."""

from __future__ import annotations

from pathlib import Path

from tests.lessons.imports.files import paper
from tests.lessons.imports.files.lessons import (
    AUTUMN,
    FRACTIONS,
    TEETH,
)
from tests.lessons.imports.files.registry import form, listed


@form
def paragraphs(path: Path) -> None:
    """No table at all: automatic numbers 一、（一）1., several facts in a line, a text box with the board."""
    document, it = paper.new(), AUTUMN
    paper.line(document, f"《{it.title}》教学设计", centre=True, bold=True, size=18)
    paper.line(
        document, f"学科：{it.subject}　年级：{it.grade}　课时：{it.periods}　设计者：薛老师", centre=True
    )
    list_id = paper.numbered(document)

    def section(title: str, *content: str) -> None:
        paper.number(paper.line(document, title, bold=True), list_id, 0)
        for text in content:
            paper.line(document, text)

    section("教材分析", it.textbook)
    section("学情分析", it.learners)
    paper.number(paper.line(document, "教学目标", bold=True), list_id, 0)
    for text in it.objectives:
        paper.number(paper.line(document, text), list_id, 2)
    section("教学重难点", f"1.教学重点：{it.key}", f"2.教学难点：{it.difficult}")
    section("教学准备", it.preparation)
    paper.number(paper.line(document, "教学过程", bold=True), list_id, 0)
    for step in it.steps:
        paper.number(paper.line(document, f"{step.phase}（{step.minutes}分钟）", bold=True), list_id, 1)
        paper.line(document, step.teacher)
        paper.line(document, step.student)
        paper.line(document, f"设计意图：{step.intent}")
    paper.number(paper.line(document, "板书设计", bold=True), list_id, 0)
    box = document.add_paragraph()
    box._p.append(paper.text_box(it.board))
    section("作业设计", it.homework)
    section("教学反思")
    paper.save(document, path)


@form
def kindergarten(path: Path) -> None:
    """A kindergarten's plan: bold headings, 活动 for 教学, running text, pictures among it."""
    document, it = paper.new(), TEETH
    paper.line(document, f"大班健康活动：{it.title}", centre=True, bold=True, size=16)
    for title, content in (
        ("活动目标：", listed(it.objectives)),
        ("活动重点：", it.key),
        ("活动难点：", it.difficult),
        ("活动准备：", it.preparation),
    ):
        paper.line(document, title, bold=True)
        for text in content.split("\n"):
            paper.line(document, text)
    paper.line(document, "活动过程：", bold=True)
    for number, step in zip("一二三四", it.steps, strict=True):
        paper.line(document, f"{number}、{step.phase}（{step.minutes}分钟）", bold=True)
        paper.line(document, step.teacher)
        if number == "二":
            document.add_picture(paper.picture())
    paper.line(document, "活动延伸：", bold=True)
    paper.line(document, it.homework)
    paper.save(document, path)


@form
def formulas(path: Path) -> None:
    """Formulas, superscripts, a picture in a cell, steps without headings over their columns."""
    document, it = paper.new(), FRACTIONS
    table = paper.grid(
        document,
        [
            ["教学内容", (it.title, 2), "教材", "人教版三年级上册"],
            ["目的要求", (listed(it.objectives), 4)],
            ["重点及其突破方法", (it.key, 4)],
            ["难点及其化解方法", (it.difficult, 4)],
            [("教学流程", 1, 4), *[None] * 4],
            *[[None] * 5 for _ in it.steps[1:]],
            ["板书", ("", 4)],
        ],
        5,
    )
    for number, step in enumerate(it.steps):
        row = 4 + number
        paper.write(table.cell(row, 1), f"{step.phase}（约{step.minutes}分钟）")
        paper.write(table.cell(row, 2), step.teacher)
        paper.write(table.cell(row, 3).merge(table.cell(row, 4)), "学生：" + step.student)
    board = table.cell(8, 1)
    part = "<m:r><m:t>{}</m:t></m:r>"
    half = f"<m:f><m:num>{part.format(1)}</m:num><m:den>{part.format(2)}</m:den></m:f>"
    board.paragraphs[0].add_run("一半写作 ")
    board.paragraphs[0]._p.append(paper.formula(half))
    board.add_paragraph().add_run().add_picture(paper.picture("#2d6a5d"))
    area = board.add_paragraph("面积 4 cm")
    area.add_run("2").font.superscript = True
    paper.save(document, path)


@form
def rules(path: Path) -> None:
    """A page of school rules: it speaks of 教学目标 and is no lesson."""
    document = paper.new()
    paper.line(document, "示例小学教学常规管理制度", centre=True, bold=True, size=18)
    for title, text in (
        ("一、备课要求", "教师应认真钻研课程标准和教材，提前一周备课，做到有计划、有目标。"),
        ("二、教学目标", ""),
        ("三、学情分析", ""),
        ("四、上课要求", "教师应提前两分钟到教室，使用普通话，板书工整，不拖堂，不提前下课。"),
        ("五、作业要求", "作业量要适当，一二年级不布置书面家庭作业，批改要及时、认真。"),
    ):
        paper.line(document, title, bold=True)
        if text:
            paper.line(document, text)
    paper.save(document, path)


@form
def term_plan(path: Path) -> None:
    """A plan of the term: weeks and topics, no lesson."""
    document = paper.new()
    paper.line(document, "2025—2026学年第一学期数学教学计划", centre=True, bold=True, size=18)
    paper.line(document, "一、学情分析")
    paper.line(document, "本班共有学生三十八人，大部分学生学习习惯良好，计算基础较扎实。")
    paper.line(document, "二、教学目标")
    paper.line(document, "使学生掌握万以内的加减法，初步认识分数，养成认真书写的习惯。")
    paper.line(document, "三、教学进度")
    paper.grid(
        document,
        [
            ["周次", "教学内容", "课时"],
            ["1", "时、分、秒", "4"],
            ["2", "万以内的加法", "4"],
            ["3", "测量", "5"],
        ],
        3,
    )
    paper.save(document, path)
