"""Lessons in form tables, as most teachers have them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.lessons.imports.files import paper
from tests.lessons.imports.files.lessons import (
    AUTUMN,
    FAMILY,
    FRACTIONS,
    REFLECTION_OF_LIGHT,
    VALUE_OF_LIFE,
)
from tests.lessons.imports.files.registry import form, listed, steps_of


@form
def merged(path: Path) -> None:
    """The common form: spaced labels, merged cells, one label for two fields, minutes in the titles of
    the steps.
    """
    document, it = paper.new(), FAMILY
    paper.line(document, "吕梁市示例中学集体备课教案", centre=True, bold=True, size=18)
    paper.grid(
        document,
        [
            ["课    题", (it.title, 3), "课  型", it.lesson_type],
            ["年  级", it.grade, "学  科", it.subject, "课  时", it.periods],
            ["授课教师", "刘老师", "授课时间", "2025年10月20日", "授课地点", "录播教室"],
            ["教材分析", (it.textbook, 5)],
            ["学情分析", (it.learners, 5)],
            ["教 学 目 标\n（标明核心素养）", (listed(it.objectives), 5)],
            ["教学重难点", (f"重点：{it.key}\n难点：{it.difficult}", 5)],
            ["教学方法", (it.methods, 2), "教学准备", (it.preparation, 2)],
            [("教   学   过   程", 6)],
            ["教学环节", ("教师活动", 2), ("学生活动", 2), "设计意图"],
            *steps_of(it),
            ["板书设计", (it.board, 5)],
            ["作业布置", (it.homework, 5)],
            ["教学反思", (it.reflection, 5)],
        ],
        6,
    )
    paper.line(document, "教研组长签字：　　　　　　　　年　　月　　日")
    paper.save(document, path)


@form
def vertical(path: Path) -> None:
    """Vertical labels, one character a paragraph; the pupils' column stands before the teacher's; grey
    hints.
    """
    document, it = paper.new(), AUTUMN
    paper.line(document, "教    案", centre=True, bold=True, size=22)
    steps = [[None, f"{s.phase}\n{s.minutes}′", s.student, s.teacher, s.intent] for s in it.steps]
    table = paper.grid(
        document,
        [
            ["课\n题", (it.title, 2), "课\n时", it.periods],
            ["教\n学\n目\n标", ("~（从识字写字、阅读、表达三方面填写）\n" + listed(it.objectives), 4)],
            ["重\n点\n难\n点", (f"教学重点：{it.key}\n教学难点：{it.difficult}", 4)],
            ["教\n具\n准\n备", (it.preparation, 4)],
            [("教\n学\n过\n程", 1, 5), "环节、时间", "学生活动", "教师活动", "设计意图"],
            *steps,
            ["板\n书\n设\n计", (it.board, 4)],
            ["作\n业", (it.homework, 4)],
            ["教\n学\n反\n思", ("~（课后填写，不少于100字）", 4)],
        ],
        5,
    )
    table.autofit = True
    section = document.sections[0]
    section.header.paragraphs[0].text = "学科：语文　　年级：三年级（2）班　　教师：薛老师"
    paper.save(document, path)


@form
def one_cell(path: Path) -> None:
    """The whole process in one cell, teacher and pupils not told apart; a leftover title in a label's
    cell.
    """
    document, it = paper.new(), REFLECTION_OF_LIGHT
    names = ("一", "二", "三", "四")
    process = "\n".join(
        f"{n}、{s.phase}（{s.minutes}min）\n1. {s.teacher}\n2. {s.student}\n【设计意图】{s.intent}"
        for n, s in zip(names, it.steps, strict=True)
    )
    paper.grid(
        document,
        [
            ["课题\n《平面镜成像》", it.title, "授课时间", "1课时"],
            ["教学对象", "八年级（3）班", "课型", "□新授课 ☑实验课 □复习课"],
            ["教学目标", (listed(it.objectives), 3)],
            ["教学重点与难点", (f"{it.key}（重点）\n{it.difficult}（难点）", 3)],
            ["教学方法与手段", (it.methods, 3)],
            ["教学资源", (it.preparation, 3)],
            ["教学过程", (process, 3)],
            ["主板书设计", (it.board, 3)],
            ["课后作业", (it.homework, 3)],
            ["课后反思", ("", 3)],
        ],
        4,
    )
    paper.save(document, path)


@form
def cover(path: Path) -> None:
    """A university's file: cover page, facts in the page header, labels that say something else than they
    hold.
    """
    document, it = paper.new(), VALUE_OF_LIFE
    paper.line(document, "吕梁示例学院", centre=True, size=26)
    paper.line(document, "教  案", centre=True, bold=True, size=36)
    paper.line(document, "2025—2026学年第一学期", centre=True)
    for text in ("课程名称：思想道德与法治", "授课教师：高老师", "所属系部：马克思主义学院"):
        paper.line(document, text, centre=True)
    paper.page_break(document)
    document.sections[0].header.paragraphs[0].text = "《思想道德与法治》课程教案"
    paper.grid(
        document,
        [
            ["授课章节", ("第一章第三节 " + it.title, 3)],
            ["授课班级", it.grade, "授课时间", it.periods],
            ["授课类型", it.lesson_type, "授课地点", "教学楼302"],
            ["教学内容及学情分析", (f"{it.textbook}\n{it.learners}", 3)],
            ["教学目标", "知识目标", (it.objectives[0].partition("：")[2], 2)],
            ["", "能力目标", (it.objectives[1].partition("：")[2], 2)],
            ["", "素质目标", (it.objectives[2].partition("：")[2], 2)],
            ["课程思政元素", (it.extra["value_guidance"], 3)],
            ["教学重点", (it.key, 3)],
            ["教学难点", (it.difficult, 3)],
            ["教学方法", (it.methods, 3)],
            ["教学资源", (it.preparation, 3)],
        ],
        4,
    )
    table = document.tables[0]
    table.cell(4, 0).merge(table.cell(6, 0))
    paper.write(table.cell(4, 0), "教学目标")
    document.add_paragraph()
    paper.line(document, "教学实施过程", bold=True)
    paper.grid(
        document,
        [
            ["教学环节", "教学内容与教师活动", "学生活动", "设计意图", "课时"],
            *[[s.phase, s.teacher, s.student, s.intent, str(s.minutes)] for s in it.steps],
        ],
        5,
    )
    paper.line(document, "课后作业", bold=True)
    paper.line(document, it.homework)
    paper.line(document, "教学反思", bold=True)
    paper.line(document, "参考文献", bold=True)
    paper.line(document, "[1] 教材编写组．思想道德与法治．2023年版．")
    paper.save(document, path)


@form
def downward(path: Path) -> None:
    """Each step is a block of rows; homework is the last step; a table of criteria that is no process."""
    document, it = paper.new(), FAMILY
    rows: list[list[Any]] = [
        ["课题名称", it.title, "授课年级", it.grade],
        ["教学目标", (listed(it.objectives), 3)],
        ["教学重点", it.key, "教学难点", it.difficult],
        [("教学过程设计", 4)],
    ]
    for number, step in enumerate(it.steps, 1):
        rows += [
            [(f"环节{number}：{step.phase}（{step.minutes}分钟）", 4)],
            ["教师活动", (step.teacher, 3)],
            ["学生活动", (step.student, 3)],
            ["设计意图", (step.intent, 3)],
        ]
    rows += [[("环节5：布置作业", 4)], ["教师活动", (it.homework, 3)]]
    rows += [["板书设计", (it.board, 3)], ["学习评价", ("", 3)]]
    table = paper.grid(document, rows, 4)
    cell = table.cell(len(rows) - 1, 1)
    inner = cell.add_table(3, 3)
    for number, row in enumerate(
        (("评价内容", "达成", "努力"), ("能说出家书的选择", "", ""), ("能写一句回信", "", ""))
    ):
        for column, text in enumerate(row):
            inner.cell(number, column).text = text
    cell.add_paragraph()
    paper.save(document, path)


@form
def wps(path: Path) -> None:
    """As WPS saves it: its namespaces, a content control, tracked changes, a comment, a link that runs
    script.
    """
    document, it = paper.new(), REFLECTION_OF_LIGHT
    table = paper.grid(
        document,
        [
            ["课题：" + it.title, "主备人：张老师", "总课时：1"],
            [("【教学目标】\n" + listed(it.objectives), 3)],
            [("【教学重点】" + it.key + "\n【教学难点】" + it.difficult, 3)],
            [("【教学准备】" + it.preparation, 3)],
            [("【教学过程】", 3)],
            ["教学步骤", "师生活动", "二次备课"],
            *[[f"{s.phase}：{s.minutes} min", f"{s.teacher}\n{s.student}", ""] for s in it.steps],
            [("【板书设计】\n" + it.board, 3)],
            [("【作业】" + it.homework, 3)],
        ],
        3,
    )
    reviewed(document, table)
    save_as_wps(document, path)


def reviewed(document: Any, table: Any) -> None:
    """What a reviewer and a content control leave behind, and a link that runs script."""
    words = table.cell(1, 0).paragraphs[1]._p
    words.append(
        parse_xml(
            f'<w:ins {nsdecls("w")} w:id="1" w:author="审阅人" w:date="2025-09-01T08:00:00Z"><w:r><w:t>（补充）</w:t></w:r></w:ins>'
        )
    )
    words.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="2" w:author="审阅人" w:date="2025-09-01T08:00:00Z">'
            "<w:r><w:delText>（删去的话）</w:delText></w:r></w:del>"
        )
    )
    last = document.add_paragraph()
    last._p.append(
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
            "<w:r><w:t>单击此处输入教学反思</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )
    relation = document.part.relate_to(
        "javascript:alert(1)",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )
    link = parse_xml(
        f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"><w:r><w:t>微课视频</w:t></w:r></w:hyperlink>'
    )
    table.cell(3, 0).paragraphs[0]._p.append(link)


def save_as_wps(document: Any, path: Path) -> None:
    """With the namespaces and the empty element that WPS writes."""
    stream = io.BytesIO()
    document.save(stream)
    with zipfile.ZipFile(stream) as package:
        body = package.read("word/document.xml")
    marked = body.replace(
        b"<w:document ",
        b'<w:document xmlns:wpsCustomData="http://www.wps.cn/officeDocument/2013/wpsCustomData" '
        b'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" ',
        1,
    ).replace(b"<w:sectPr", b"<wpsCustomData:placeholder/><w:sectPr", 1)
    paper.rewrite(stream, path, {"word/document.xml": marked})


@form
def several(path: Path) -> None:
    """Three lessons in one file, each in a form of its own with the usual foot."""
    document = paper.new()
    for number, it in enumerate((FRACTIONS, AUTUMN, FAMILY), 1):
        paper.line(document, f"第{number}次课教案", centre=True, bold=True, size=16)
        paper.grid(
            document,
            [
                ["课题", it.title, "课型", it.lesson_type],
                ["学科", it.subject, "年级", it.grade],
                ["教学目标", (listed(it.objectives), 3)],
                ["教学重点", (it.key, 3)],
                ["教学难点", (it.difficult, 3)],
                ["环节", "教师活动", "学生活动", "时间"],
                *[[s.phase, s.teacher, s.student, f"{s.minutes}分钟"] for s in it.steps],
                ["板书设计", (it.board, 3)],
                ["课后作业", (it.homework, 3)],
                ["教学反思", (it.reflection, 3)],
            ],
            4,
        )
        if number < 3:
            paper.page_break(document)
    paper.save(document, path)


@form
def blank(path: Path) -> None:
    """A form that nobody has filled in, with hints in grey and in brackets."""
    document = paper.new()
    paper.line(document, "课时教学设计", centre=True, bold=True, size=18)
    paper.grid(
        document,
        [
            ["课题", ("~此处填写课题", 3)],
            ["学科", "", "年级", ""],
            ["课型", "□新授 □复习 □实验", "课时", "第　　课时"],
            ["教学目标", ("~（结合课程标准，从核心素养角度填写，不少于三条）", 3)],
            ["教学重点", ("（请写出本节课的重点）", 3)],
            ["教学难点", ("", 3)],
            ["教学过程", "教师活动", "学生活动", "设计意图"],
            ["导入", "~教师怎样引入", "~学生怎样参与", ""],
            ["新授", "", "", ""],
            ["小结", "", "", ""],
            ["板书设计", ("~可附照片", 3)],
            ["教学反思", ("~（课后填写）", 3)],
        ],
        4,
    )
    paper.save(document, path)


@form
def cut_table(path: Path) -> None:
    """A table cut by hand where the pages end, once amid a list and once amid the steps; labels over
    their values.
    """
    document, it = paper.new(), FRACTIONS
    paper.line(document, "课堂教学设计", centre=True, bold=True, size=18)
    paper.grid(
        document,
        [
            ["课题", "年级", "学科", "课时"],
            [it.title, it.grade, it.subject, "1"],
            ["教学目标", ("\n".join(f"{n}．{text}" for n, text in enumerate(it.objectives[:2], 1)), 3)],
        ],
        4,
    )
    paper.page_break(document)
    paper.grid(
        document,
        [
            ["", (f"3．{it.objectives[2]}", 3)],
            ["教学重、难点", (f"重点：{it.key}难点：{it.difficult}", 3)],
            ["教学环节", "教师活动", "学生活动", "设计意图"],
            *[[f"{s.phase}{s.minutes}分钟", s.teacher, s.student, s.intent] for s in it.steps[:2]],
        ],
        4,
    )
    paper.page_break(document)
    paper.grid(
        document,
        [
            *[[f"{s.phase}{s.minutes}分钟", s.teacher, s.student, s.intent] for s in it.steps[2:]],
            ["板书设计", (it.board, 3)],
            ["安全提示", ("剪纸时注意剪刀。", 3)],
        ],
        4,
    )
    paper.save(document, path)
