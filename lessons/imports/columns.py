"""Facts about a lesson (学科, 年级, 课时 …) from the many ways in which forms write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lessons.imports.labels import simplified, squash

SUBJECTS = (
    "道德与法治",
    "思想政治理论",
    "思想道德与法治",
    "思想政治",
    "品德与社会",
    "品德与生活",
    "习近平新时代中国特色社会主义思想概论",
    "毛泽东思想和中国特色社会主义理论体系概论",
    "马克思主义基本原理",
    "中国近现代史纲要",
    "形势与政策",
    "体育与健康",
    "信息技术",
    "信息科技",
    "通用技术",
    "综合实践活动",
    "综合实践",
    "心理健康教育",
    "心理健康",
    "劳动教育",
    "人工智能",
    "语文",
    "数学",
    "英语",
    "外语",
    "历史",
    "地理",
    "物理",
    "化学",
    "生物学",
    "生物",
    "科学",
    "音乐",
    "美术",
    "体育",
    "劳动",
    "书法",
    "艺术",
    "政治",
    "日语",
    "俄语",
    "班会",
    "健康",
    "语言",
    "社会",
    "思政",
)
DIGITS = dict(zip("一二三四五六七八九十", range(1, 11), strict=True)) | {"两": 2, "双": 2, "半": 0}
PRIMARY_NAMES, JUNIOR_NAMES = "一二三四五六", "七八九"
KINDERGARTEN = re.compile(r"(小|中|大|托)班")
GRADE = re.compile(  # no grade: the last figure of the year in 二〇二四年九月
    r"(?:(?<![\d〇○零一二三四五六七八九])|(?=.\s*年级))"
    r"([一二三四五六七八九1-9])\s*(?:[.．·、(（]?\s*[\d一二三四五六七八九十]*\s*[)）]?\s*班\s*)?(?:年级|年)(?!版)"
)
CLASS_NUMBER = re.compile(r"^\s*([一二三四五六七八九1-9])\s*[.．·(（]\s*\d{1,2}\s*[)）]?\s*班?\s*$")
SCHOOL_GRADE = re.compile(r"(小学?|初中?|高中?|职高|中职|大学?)([一二三四五六123456])(?!年制)")
UNIVERSITY = re.compile(r"本科|高职|高专|大专|大学|研究生|硕士|\d{2,4}\s*级")
VOLUME = re.compile(
    r"(选择性必修第?[一二三四五123]册?|选修第?[一二三四五\d][-—\d]*册?|必修第?[一二三四五12345]册?|全一册|[上下]册|上学期|下学期"
    r"|第[一二三四五六七八九十\d]+册)"
)
EDITION = re.compile(
    r"((?:统编|部编|人教|北师大|苏教|苏科|华师大|沪教|沪科|浙教|湘教|冀教|鲁教|鲁科|粤教|教科|外研|译林|西师大|西师|青岛|人音|人美"
    r"|岭南|中图|科粤|北京|仁爱|闽教|接力|陕旅|晋教|人民教育出版社|高教|高等教育出版社|马工程)(?:[ABab])?(?:版|社)?(?:\(?\d{4}\)?版?)?)"
)
PERIODS = re.compile(r"([一二两三四五六七八九十\d]{1,3})\s*(?:个)?\s*(?:课时|学时|节)")
ORDINAL = re.compile(r"第\s*[一二三四五六七八九十\d]+\s*(?:课时|学时|节)")
TOTAL = re.compile(
    r"(?:共|总)\s*(?:计|课时)?\s*[:：]?\s*([一二两三四五六七八九十\d]{1,3})\s*(?:课时|学时|节)?"
)
DURATION = re.compile(r"(\d{2,3})\s*(?:分钟|min|分|′|')", re.IGNORECASE)
DATE = re.compile(
    r"\d{2,4}\s*[年./-]\s*\d{1,2}|\d{1,2}\s*月|星期|周[一二三四五六日]|第.{1,3}周|学期|[上下]午|\d{1,2}\s*[:：]\s*\d{2}"
)
NAME_TAIL = 6
PERIOD_MINUTES = 42
LONGEST_LINE = 300
CHECKED, UNCHECKED = "☑☒✓√■●🗹", "☐□○"
LESSON_TYPES = re.compile(
    r"新授课?|新课|复习课?|讲评课?|练习课?|实验课?|习题课?|活动课?|实践课?|综合课?|阅读课?|写作课?|习作课?|口语交际课?|探究课?|讲授课?|理论课?|听说课?|读写课?|语法课?"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A column's value; ``sure`` is false where it was worked out rather than read."""

    value: str
    sure: bool = True


def number(text: str) -> int | None:
    """一, 十二, 2 → a number."""
    if text.isdigit():
        return int(text)
    if text in DIGITS:
        return DIGITS[text] or None
    tens, mark, ones = text.partition("十")
    if not mark or (tens and tens not in DIGITS) or (ones and ones not in DIGITS):
        return None
    return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)


def subject(text: str) -> str:
    """The subject that a text names, or empty."""
    text = simplified(text)
    found = [name for name in SUBJECTS if name in text]
    if not found:
        return ""
    first = min(found, key=lambda name: (text.index(name), -len(name)))
    return {"政治": "思想政治", "生物": "生物学"}.get(first, first)


def grade(text: str) -> str:
    """The grade that a text names in one of the usual words: 一年级 … 九年级, 高一, 大班, 大一; or empty."""
    text = simplified(text)
    if match := KINDERGARTEN.search(text):
        return match[0]
    if match := SCHOOL_GRADE.search(text):
        years = "一二三四五六"["123456".index(match[2])] if match[2].isdigit() else match[2]
        return _of_school(match[1][0], years)
    match = GRADE.search(text) or CLASS_NUMBER.match(text)
    if match:
        year = number(match[1])
        return f"{'一二三四五六七八九'[year - 1]}年级" if year else ""
    return ""


def _of_school(kind: str, years: str) -> str:
    if kind == "小":
        return f"{years}年级"
    if kind == "初":
        return f"{JUNIOR_NAMES['一二三'.index(years)]}年级" if years in "一二三" else f"{years}年级"
    if kind in "职中":
        return f"中职{years}年级"
    return f"{kind}{years}"


def stage(text: str) -> str:  # noqa: PLR0911 - one answer a rule
    """The stage (学段) that a grade or another text implies, as ``research.enums.Stage`` spells it; or
    empty.
    """
    text = simplified(text)
    if UNIVERSITY.search(text) and "中职" not in text:
        return "university"
    if KINDERGARTEN.search(text) or "幼儿" in text:
        return "kindergarten"
    for word, found in (
        ("中职", "vocational"),
        ("职高", "vocational"),
        ("小学", "primary"),
        ("初中", "junior"),
    ):
        if word in text:
            return found
    if "高中" in text:
        return "senior"
    named = grade(text)
    if named.startswith(("高", "大")):
        return "senior" if named.startswith("高") else "university"
    if named[:1] and named[0] in PRIMARY_NAMES:
        return "primary"
    return "junior" if named[:1] and named[0] in JUNIOR_NAMES else ""


def volume(text: str) -> str:
    text = simplified(text)
    match = VOLUME.search(text)
    if match is None:
        half = re.search(r"[一二三四五六七八九高初][一二三四五六]?(?:年级)?([上下])(?![课午面])", text)
        return f"{half[1]}册" if half else ""
    return {"上学期": "上册", "下学期": "下册"}.get(match[1], match[1])


def edition(text: str) -> str:
    text = simplified(text)
    match = EDITION.search(text)
    return match[1] if match else ""


def periods(text: str) -> Fact | None:
    """How many periods: «2课时», «1», «第1课时，共2课时»; a duration in minutes is a guess at it."""
    text = simplified(text)
    for pattern in (TOTAL, PERIODS):
        for match in pattern.finditer(text):
            ordinal = ORDINAL.search(text)
            count = number(match[1])
            if count and not (ordinal and ordinal.start() < match.start() < ordinal.end()):
                return Fact(str(count))
    if ORDINAL.search(text):
        return Fact("1", sure=False)
    bare = re.fullmatch(r"\s*([一二两三四五六七八九十\d]{1,3})\s*", text)
    if bare and (count := number(bare[1])) and count <= 200:  # noqa: PLR2004 - a term has no more
        return Fact(str(count))
    if (duration := DURATION.search(text)) is not None:
        return Fact(str(max(1, round(int(duration[1]) / PERIOD_MINUTES))), sure=False)
    return None


def is_periods(text: str) -> bool:
    """Whether what stands behind 授课时间 is a number of periods."""
    return periods(text) is not None and not DATE.search(text)


def ticked(text: str) -> str | None:
    """Of «☑新授课 □复习课» what is ticked, empty if nothing is; None where there are no boxes."""
    if not any(sign in text for sign in UNCHECKED + CHECKED):
        return None
    boxes = re.findall(
        rf"([{UNCHECKED}{CHECKED}])\s*([^{UNCHECKED}{CHECKED}\s]+)|([^{UNCHECKED}{CHECKED}\s]+?)\s*([{CHECKED}])",
        text,
    )
    names = [before or after for sign, before, after, tick in boxes if (sign and sign in CHECKED) or tick]
    return "、".join(name.strip("、，,；;：:()（）") for name in names)


def unquoted_title(line: str) -> tuple[int, int] | None:
    """Where the lesson's name stands in «《背影》教学设计» or «第二课 我们的节日 教案»; None if it has
    none.
    """
    if match := re.search(r"《\s*([^《》]{1,40}?)\s*》", line):
        return match.start(1), match.end(1)
    if len(line) > LONGEST_LINE:
        return None
    line = simplified(line)
    if match := re.match(r".{0,14}?(?:活动|教案|教学设计|课例|教学方案)\s*[：:]\s*(\S.{0,38}?)\s*$", line):
        return match.start(1), match.end(1)
    tail = re.search(
        r"\s*[-—–_·]*\s*[（(]?(?:的)?(?:教学设计方案|教学设计|课堂教学设计|大?单元教学设计|活动设计方案|活动设计|教案设计|活动教案|说课稿|教案|导学案|公开课教案|课例|教学方案)"
        r"(?:[）)]|[（(].{0,12}[）)])?\s*$",
        line,
    )
    if tail is None or not line[: tail.start()].strip():
        return None
    start = len(line) - len(line.lstrip())
    return start, tail.start()


def read(place: str, text: str) -> Fact | None:
    """A column's value as our lists write it; what is not understood stays as it was written; None for
    nothing.
    """
    chosen = ticked(text)
    if chosen is not None and place in {"lesson_type", "stage", "subject", "grade", "volume"}:
        text = chosen
    text = " ".join(text.split())
    if not text:
        return None
    if place == "periods":
        return periods(text)
    if place == "stage":
        found = stage(text)
        return Fact(found) if found else None
    if place == "subject":
        named = subject(text)
        return Fact(
            named if named and (squash(text) == named or len(text) > len(named) + NAME_TAIL) else text
        )
    return Fact(grade(text) or text) if place == "grade" else Fact(text)
