"""A few hundred entries that read like lesson plans, and what teachers would ask of them; the same at each run."""

import random
from datetime import timedelta
from typing import Final

from search.query.tree import AllOf, AnyOf, Field, Node, Not, Phrase, Words, Years
from search.types import Entry, Part
from tests.search.engines.entries import NOW

TOPICS: Final = {
    "数学": (
        "三角形的内角和",
        "勾股定理",
        "平行四边形的性质",
        "一元一次方程",
        "分数的初步认识",
        "圆的周长",
        "轴对称图形",
        "百分数的应用",
    ),
    "语文": ("背影", "济南的冬天", "荷塘月色", "孔乙己", "岳阳楼记", "草船借箭", "春", "少年闰土"),
    "物理": ("光的折射", "牛顿第一定律", "浮力", "欧姆定律", "杠杆的平衡条件", "声音的特性"),
    "思想政治": (
        "吕梁精神代代传",
        "坚持党的领导",
        "依法治国",
        "绿水青山就是金山银山",
        "红色文化进课堂",
        "做中国精神的传人",
    ),
    "英语": ("My school day", "How was your weekend", "A trip to Beijing", "Healthy food"),
}
GRADES: Final = ("四年级", "六年级", "七年级", "八年级", "九年级", "高一")
UNITS: Final = ("离石区实验小学", "汾阳中学", "孝义市第二中学", "临县一中", "兴县友兰中学")
NAMES: Final = ("刘秀兰", "薛海峰", "王小红", "张建国", "高原", "任慧敏")
SENTENCES: Final = (
    "通过{way}，学生能够理解{topic}的含义，并用自己的话说明。",
    "教师出示{thing}，提出问题：{topic}与生活有什么联系？",
    "学生分组{way}，记录发现，再由小组代表汇报。",
    "重点是掌握{topic}，难点是在新情境中运用。",
    "板书设计：{topic}；作业设计：完成练习册第{number}页，选做{thing}一份。",
    "本课落实{aim}，体现教学评一致性。",
    "结合{thing}开展跨学科主题学习，培养{aim}。",
    "复习上节课的内容，用时{number}分钟，引出{topic}。",
)
WAYS: Final = ("动手操作", "小组合作", "观察实验", "朗读品味", "角色扮演", "实地走访")
THINGS: Final = ("剪纸", "量角器", "黄河壶口的照片", "蔡家崖纪念馆的资料", "思维导图", "学习单", "视频")
AIMS: Final = ("核心素养", "逻辑推理能力", "家国情怀", "科学探究精神", "语言运用能力")


def plans(count: int = 300) -> list[Entry]:
    """Entries of all subjects; several share a title, as plans do."""
    dice = random.Random(20261125)  # noqa: S311 - the same bank each time
    return [_plan(dice, nth) for nth in range(count)]


def _plan(dice: random.Random, nth: int) -> Entry:
    subject = dice.choice(list(TOPICS))
    topic, grade = dice.choice(TOPICS[subject]), dice.choice(GRADES)
    title = dice.choice(("{t}", "《{t}》教学设计", "{g}{s}：{t}", "{t}（第{n}课时）")).format(
        t=topic, g=grade, s=subject, n=dice.randint(1, 3)
    )
    return Entry(
        kind="plan" if nth % 10 else "person",
        key=f"{nth:04}",
        version=1,
        title=title,
        readers=frozenset({"all"} if nth % 7 else {"p:1"}),
        parts=tuple(
            Part(f"s{step}", f"第 {step} 步", _text(dice, topic), "aims" if step == 1 else "")
            for step in range(1, dice.randint(2, 6))
        ),
        people=tuple(dice.sample(NAMES, dice.randint(0, 2))),
        unit=dice.choice(UNITS),
        tags=(subject, grade) if nth % 3 else (),
        facets={
            "subject": subject,
            "grade": grade,
            "textbook": f"人教版›{grade}上册›第{dice.randint(1, 3)}单元",
            "year": str(2023 + nth % 4),
        },
        uses=dice.choice((0, 0, 1, 5, 60, 400)),
        completeness=dice.randint(0, 10) / 10,
        created_at=NOW - timedelta(days=dice.randint(0, 900)),
        changed_at=NOW - timedelta(days=dice.randint(0, 900)) if nth % 11 else None,
    )


def _text(dice: random.Random, topic: str) -> str:
    def filled(sentence: str) -> str:
        return sentence.format(
            topic=topic,
            way=dice.choice(WAYS),
            thing=dice.choice(THINGS),
            aim=dice.choice(AIMS),
            number=dice.randint(5, 60),
        )

    return "".join(filled(sentence) for sentence in dice.sample(SENTENCES, dice.randint(2, 6)))


def queries() -> list[Node]:
    """Topics, half sentences, phrases, fields, exclusions, homophones."""
    topics = [topic for subject in TOPICS.values() for topic in subject]
    asked: list[Node] = [Words(topic) for topic in topics]
    asked += [Phrase(topic[:4]) for topic in topics if len(topic) >= 4]
    asked += [Words(f"{aim} {way}") for aim in AIMS for way in WAYS[:3]]
    asked += [Words(text) for text in ("三角行的内角", "勾骨定理", "荷塘月瑟", "吕粱精神", "平行四边型")]
    asked += [Words(name, Field.PEOPLE) for name in NAMES[:3]]
    asked += [Words("友兰中学", Field.UNIT), Words("勾股定理", Field.TITLE), Phrase("核心素养", Field.AIMS)]
    asked += [AllOf((Words("三角形"), Words("小组合作"))), AllOf((Words("荷糖月瑟"), Words("作业")))]
    asked += [Words("wangxiaohong", Field.PEOPLE), Words("王", Field.PEOPLE), Words("核心素养", Field.TOPIC)]
    asked += [
        AllOf((Words("浮力"), Years(2024, None))),
        AnyOf((Years(None, 2023), Words("背影"))),
        Phrase("圆"),
    ]
    asked += [AllOf((Words("三角形"), Not(Phrase("动手操作")))), AnyOf((Words("浮力"), Phrase("欧姆定律")))]
    return asked
