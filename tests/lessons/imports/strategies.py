"""Forms made at random, with their truth known: labels, layouts and traps as other schools have them.

The words here were taken from the description of real files and not from ``labels.toml``.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.lessons.imports.files import paper

LABELS = {
    "title": ["课题", "课题名称", "教学主题", "项目名称", "授课章节"],
    "grade": ["年级", "授课年级", "教学对象", "授课班级"],
    "periods": ["课时", "课时安排", "授课学时", "授课时数"],
    "lesson_type": ["课型", "授课类型"],
    "textbook_analysis": ["教材分析", "教学内容分析"],
    "learner_analysis": ["学情分析", "教学对象分析"],
    "objectives": ["教学目标", "学习目标", "目的要求", "教学目标（标明核心素养）", "课时教学目标"],
    "key_points": ["教学重点", "重点"],
    "difficult_points": ["教学难点", "难点"],
    "methods": ["教学方法", "教学策略", "教学方法与手段"],
    "preparation": ["教学准备", "教学工具", "教学资源"],
    "value_guidance": ["思政元素", "课程思政"],
    "board": ["板书设计", "主板书设计", "板书"],
    "homework": ["课后作业", "作业布置", "作业"],
    "reflection": ["教学反思", "课后体会", "教学后记"],
}
TEACHER = ["设计者", "授课人", "授课教师", "执教者"]
COLUMNS = ("title", "grade", "periods", "lesson_type")
BODY = tuple(key for key in LABELS if key not in COLUMNS)
GRADES = ["三年级", "五年级", "八年级", "高一"]
PHASES = ["情境导入", "探究新知", "合作交流", "巩固练习", "课堂小结", "拓展提升"]
ROLE_NAMES = {
    "phase": ["环节", "教学环节", "教学步骤"],
    "teacher": ["教师活动", "教师行为"],
    "student": ["学生活动", "学生行为"],
    "intent": ["设计意图", "教学意图"],
}
SYLLABLES = "山水云石松柏桥路灯塔星月风雨雪霜花草鸟鱼书笔墨纸琴棋诗画春夏秋冬东南西北"


@dataclass
class Made:
    """A form and its truth: text by place, steps as (phase, minutes, teacher, student, intent)."""

    document: Any
    columns: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    steps: list[tuple[str, int | None, str, str, str]] = field(default_factory=list)
    layout: str = ""


class Maker:
    """Makes one form from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - sample texts
        self.made = Made(paper.new())
        self.counter = 0

    def words(self, low: int = 8, high: int = 30) -> str:
        """A sentence that stands nowhere else."""
        self.counter += 1
        length = self.random.randint(low, high)
        return "".join(self.random.choice(SYLLABLES) for _ in range(length)) + f"其{self.counter}。"

    def label(self, place: str) -> str:
        text = self.random.choice(LABELS[place])
        if self.random.random() < 0.25 and "（" not in text:
            text = self.random.choice(["  ", "   ", " "]).join(text)
        return text

    def value(self, place: str) -> str:
        if place == "title":
            return self.words(3, 8).rstrip("。")
        if place == "grade":
            return self.random.choice(GRADES)
        if place == "periods":
            return self.random.choice(["1课时", "2课时", "1", "2学时"])
        if place == "lesson_type":
            return self.random.choice(["新授课", "复习课"])
        if place == "objectives" or self.random.random() < 0.3:
            return "\n".join(f"{n}. {self.words()}" for n in range(1, 4))
        return self.words()

    def make(self) -> Made:
        layout = self.random.choice(
            ["pairs", "inline", "paragraphs", "vertical", "side", "two_tables", "told"]
        )
        self.made.layout = layout
        facts = ["title", *self.random.sample(COLUMNS[1:], self.random.randint(1, 3))]
        body = ["objectives", "key_points", "difficult_points"]
        body += self.random.sample(["textbook_analysis", "learner_analysis", "methods", "preparation"], 2)
        tail = self.random.sample(["board", "homework", "reflection"], self.random.randint(1, 3))
        self.random.shuffle(body)
        for place in facts:
            self.made.columns[place] = self.value(place)
        for place in (*body, *tail):
            self.made.fields[place] = self.value(place)
        count = self.random.randint(2, 5)
        for phase in self.random.sample(PHASES, count):
            minutes = self.random.choice([None, 3, 5, 8, 12])
            self.made.steps.append((phase, minutes, self.words(), self.words(), self.words()))
        getattr(self, f"_{layout}")(facts, body, tail)
        return self.made

    # --- layouts
    # -----------------------------------------------------------------------------------------------

    def _fact_rows(self, facts: list[str]) -> list[list[Any]]:
        """Two pairs a row; a pair without a mate is merged to the right."""
        cells = [(self.label(place), self.made.columns[place]) for place in facts]
        if self.random.random() < 0.5:
            cells.append((self.random.choice(TEACHER), "王老师"))
        rows: list[list[Any]] = []
        for number in range(0, len(cells), 2):
            pair = cells[number : number + 2]
            rows.append([*pair[0], *pair[1]] if len(pair) == 2 else [pair[0][0], (pair[0][1], 3)])
        return rows

    def _step_rows(self) -> list[list[Any]]:
        order = ["phase", "teacher", "student", "intent"]
        if self.random.random() < 0.3:
            order = ["phase", "student", "teacher", "intent"]
        rows: list[list[Any]] = [[self.random.choice(ROLE_NAMES[role]) for role in order]]
        for phase, minutes, teacher, student, intent in self.made.steps:
            texts = {
                "phase": phase + self._minutes(minutes),
                "teacher": teacher,
                "student": student,
                "intent": intent,
            }
            rows.append([texts[role] for role in order])
        return rows

    def _minutes(self, minutes: int | None) -> str:
        if minutes is None:
            return ""
        return self.random.choice(
            [f"（{minutes}分钟）", f"（{minutes} min）", f"：{minutes}分钟", f"\n{minutes}分钟"]
        )

    def _pairs(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        rows = self._fact_rows(facts)
        rows += [[self.label(place), (self.made.fields[place], 3)] for place in body]
        if self.random.random() < 0.6:
            rows.append([("教  学  过  程", 4)])
        rows += self._step_rows()
        rows += [[self.label(place), (self.made.fields[place], 3)] for place in tail]
        paper.line(self.made.document, "教学设计", centre=True, bold=True, size=18)
        paper.grid(self.made.document, rows, 4)

    def _vertical(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        rows = [[row[0], *row[1:]] for row in self._fact_rows(facts)]
        for place in (*body, *tail):
            label = "\n".join(LABELS[place][0])
            rows.append([label, (self.made.fields[place], 3)])
        process = self._one_text("一、")
        rows.insert(len(rows) - len(tail), ["教\n学\n过\n程", (process, 3)])
        paper.grid(self.made.document, rows, 4)

    def _inline(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        rows: list[list[Any]] = [[(f"{self.label(p)}：{self.made.columns[p]}", 4)] for p in facts]
        for place in body:
            joint = self.random.choice(["：", "：\n"])
            rows.append([(f"{self.label(place)}{joint}{self.made.fields[place]}", 4)])
        rows += [[("教学过程", 4)], *self._step_rows()]
        rows += [[(f"{self.label(place)}：\n{self.made.fields[place]}", 4)] for place in tail]
        paper.grid(self.made.document, rows, 4)

    def _paragraphs(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        document = self.made.document
        paper.line(document, "　".join(f"{self.label(p)}：{self.made.columns[p]}" for p in facts))
        numbers = iter("一二三四五六七八九十")
        for place in body:
            paper.line(document, f"{next(numbers)}、{self.label(place)}", bold=True)
            for line in self.made.fields[place].split("\n"):
                paper.line(document, line)
        paper.line(document, f"{next(numbers)}、教学过程", bold=True)
        for line in self._one_text("（一）").split("\n"):
            paper.line(document, line)
        for place in tail:
            paper.line(document, f"{next(numbers)}、{self.label(place)}", bold=True)
            for line in self.made.fields[place].split("\n"):
                paper.line(document, line)

    def _side(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        """教学过程 merged downward beside its columns; 重点 and 难点 under one label; grey hints before
        values.
        """
        rows = [[*row] if len(row) == 4 else [row[0], (row[1][0], 4)] for row in self._fact_rows(facts)]
        rows = [[row[0], (row[1], 2), row[2], row[3]] if len(row) == 4 else row for row in rows]
        places = [place for place in body if place not in {"key_points", "difficult_points"}]
        rows += [
            [self.label(place), ("~（请填写本栏内容）\n" + self.made.fields[place], 4)] for place in places
        ]
        key, difficult = self.made.fields["key_points"], self.made.fields["difficult_points"]
        both = self.random.choice(
            ["重点：{}\n难点：{}", "教学重点：\n{}\n教学难点：\n{}", "1.重点：{}\n2.难点：{}"]
        )
        rows.append(
            [self.random.choice(["教学重难点", "教学重、难点", "重点难点"]), (both.format(key, difficult), 4)]
        )
        steps = self._step_rows()
        rows.append([("教\n学\n过\n程", 1, len(steps)), *steps[0]])
        rows += [[None, *step] for step in steps[1:]]
        rows += [[self.label(place), (self.made.fields[place], 4)] for place in tail]
        paper.grid(self.made.document, rows, 5)

    def _two_tables(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        """A cover, a form, then the process in a table of its own with the minutes in a column, then
        paragraphs.
        """
        document = self.made.document
        paper.line(document, "示例县实验学校", centre=True, size=22)
        paper.line(document, "教  案", centre=True, bold=True, size=30)
        paper.line(document, "2025—2026学年第一学期", centre=True)
        paper.page_break(document)
        rows = self._fact_rows(facts)
        rows += [[self.label(place), (self.made.fields[place], 3)] for place in body]
        paper.grid(document, rows, 4)
        paper.line(document, "教学过程", bold=True)
        heading = [self.random.choice(ROLE_NAMES[role]) for role in ("phase", "teacher", "student", "intent")]
        table = [[*heading, self.random.choice(["时间", "时间分配", "课时"])]]
        table += [[p, t, s, i, "" if m is None else str(m)] for p, m, t, s, i in self.made.steps]
        paper.grid(document, table, 5)
        for place in tail:
            paper.line(document, f"{LABELS[place][0]}：", bold=True)
            for line in self.made.fields[place].split("\n"):
                paper.line(document, line)

    def _told(self, facts: list[str], body: list[str], tail: list[str]) -> None:
        """Roles beside their texts, a block of rows a step."""
        rows = self._fact_rows(facts)
        rows += [[self.label(place), (self.made.fields[place], 3)] for place in body]
        rows.append([("教学过程", 4)])
        for number, (phase, minutes, teacher, student, intent) in enumerate(self.made.steps, 1):
            rows.append([(f"环节{number}：{phase}" + ("" if minutes is None else f"（{minutes}分钟）"), 4)])
            rows += [["教师活动", (teacher, 3)], ["学生活动", (student, 3)], ["设计意图", (intent, 3)]]
        self.made.steps = [(f"环节{n}：{s[0]}", *s[1:]) for n, s in enumerate(self.made.steps, 1)]
        rows += [[self.label(place), (self.made.fields[place], 3)] for place in tail]
        paper.grid(self.made.document, rows, 4)

    def _one_text(self, pattern: str) -> str:
        """The whole process as running text: teacher and pupils are not told apart."""
        lines, steps = [], []
        for number, (phase, minutes, teacher, student, intent) in zip(
            "一二三四五", self.made.steps, strict=False
        ):
            stamp = "" if minutes is None else f"（{minutes}分钟）"
            lines += [pattern.replace("一", number) + phase + stamp, teacher, student, f"设计意图：{intent}"]
            steps.append(
                (pattern.replace("一", number) + phase, minutes, f"{teacher}\n{student}", "", intent)
            )
        self.made.steps = steps
        return "\n".join(lines)
