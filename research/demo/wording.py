"""What invented people are called and teach."""

from random import Random

from research.enums import Stage

SURNAMES = (
    "王" * 9 + "李" * 8 + "张" * 8 + "刘" * 7 + "高" * 5 + "薛" * 4 + "郭" * 4 + "任杨赵陈" * 3
    + "白冯马车贺韩武田梁宋康雷成闫孙邓乔霍解员折郝吕曹胡渠穆侯靳宿严褚樊秦苏温崔程杜贾卢段常范"
)  # fmt: skip
GIVEN = (  # noqa: SIM905 - a list of so many would fill a page
    "秀兰 海峰 志强 雅琴 建国 晓燕 丽华 永红 俊生 彩霞 文斌 雪梅 国平 慧敏 "
    "志刚 红梅 晓军 玉珍 卫东 春花 利民 爱萍 宏伟 艳芳 建军 淑英 润生 月娥 "
    "浩然 欣怡 子轩 雨桐 思远 嘉琪 一鸣 若曦 晋峰 晋芳 吕梅 汾生 凤仙 金莲 "
    "步云 继红 敏 静 伟 婷 磊 娜 勇 洁 涛 霞 鹏 颖 "
    "斌 丹 凯 瑞 "
).split()
# Names with characters outside the first plane, or late in the standard: every page must show them.
RARE = ("张𠮷", "李䶮", "王𬭊", "赵𰻝")

SUBJECTS: dict[str, tuple[str, ...]] = {
    Stage.KINDERGARTEN: ("社会", "语言", "健康", "科学", "艺术"),
    Stage.PRIMARY: ("道德与法治", "语文", "数学", "英语", "科学"),
    Stage.JUNIOR: ("道德与法治", "语文", "数学", "历史", "英语"),
    Stage.SENIOR: ("思想政治", "语文", "数学", "历史", "英语"),
    Stage.VOCATIONAL: ("思想政治", "语文", "数学", "历史", "专业课"),
    Stage.UNIVERSITY: ("思想政治理论", "思想政治理论", "大学语文", "高等数学", "教育学"),
}
OFFICER_SUBJECTS = ("道德与法治", "思想政治", "语文", "数学", "英语", "学前教育")


def invented_names(random: Random, count: int) -> list[str]:
    """So many different names, the rare ones among them."""
    found = dict.fromkeys(RARE)
    while len(found) < count:
        found[random.choice(SURNAMES) + random.choice(GIVEN)] = None
    shuffled = list(found)
    random.shuffle(shuffled)
    return shuffled
