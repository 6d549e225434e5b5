"""Plans for the printer, without a database."""

import io
from typing import Any

from PIL import Image

from lessons.body import Step
from lessons.exports.printed import PrintedPlan, PrintedSection
from realtime.prose.hostile import from_html

PICTURE = "0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a"
LETTER = (
    "<p class='ti-2'>引导学生阅读贺昌烈士写给父亲的家书，思考“为什么革命者能舍小家为大家”，"
    "在交流中体会共产党人的初心与使命。</p>"
)
QUESTIONS = "<ol class='ol-circled'><li>出示材料</li><li>提出问题：信中哪句话最打动你？</li></ol>"
BOARD = (
    "<table><tr><th>家</th><th>国</th></tr><tr><td colspan=2><p class='ta-center'>情怀</p></td></tr></table>"
)
PHASES = ("一、情境导入", "二、探究新知", "三、合作交流", "四、小结升华", "五、拓展延伸")


def photo() -> bytes:
    """A picture as documents keep them."""
    buffer = io.BytesIO()
    Image.new("RGB", (800, 400), "navy").save(buffer, "JPEG")
    return buffer.getvalue()


def step(number: int) -> Step:
    picture = f"<p><img data-picture='{PICTURE}' alt='家书'></p>" if number == 1 else ""
    return Step(
        id=str(number),
        order=f"a{number:04}",
        phase=PHASES[number % len(PHASES)],
        minutes=5 + number % 7,
        teacher=from_html(LETTER * (1 + number % 3) + (QUESTIONS if number % 2 else "")),
        student=from_html("<p>阅读、圈画、小组讨论，派代表发言。</p>" + picture),
        intent=from_html("<p>以情境激发情感，落实<span class='c-red'><b>政治认同</b></span>素养。</p>"),
    )


def printed_plan(steps: int = 5, **other: Any) -> PrintedPlan:
    """A whole plan of the usual form; ``other`` replaces parts of it."""
    goals = "<ol class='ol-paren'><li>政治认同</li><li>科学精神</li></ol>"
    formula = r"<p>公式 <span class='formula' data-latex='\frac{a}{b}'></span></p>"
    parts: dict[str, Any] = {
        "title": "家书里的家国情怀——走近贺昌烈士",
        "unit": "示例市第一中学",
        "authors": ("刘秀兰", "薛海峰"),
        "facts": (
            ("学科", "思想政治"),
            ("年级", "高一"),
            ("课时", "2 课时"),
            ("课型", "新授课"),
            ("单元", "第一单元"),
        ),
        "sections": (
            PrintedSection("教材分析", from_html(LETTER * 2)),
            PrintedSection("教学目标", from_html(goals + formula)),
            PrintedSection("教学准备"),
            PrintedSection("教学过程", steps=tuple(step(number) for number in range(steps))),
            PrintedSection("板书设计", from_html(BOARD)),
            PrintedSection("教学反思"),
        ),
        "pictures": {PICTURE: photo()},
    }
    return PrintedPlan(**(parts | other))
