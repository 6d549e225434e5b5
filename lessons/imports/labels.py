"""The table of labels (栏目名称): which words in a form name which place of a plan.

The shipped words stand in ``labels.toml``; administrators add more. White space and punctuation never count.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

COLUMNS = (
    "title",
    "subject",
    "stage",
    "grade",
    "edition",
    "volume",
    "unit",
    "theme",
    "periods",
    "lesson_type",
)
STEPS = "steps"
LONGEST = 30
COLONS = "：:﹕∶"
OPENING, CLOSING = "（(〔[【《「『<＜〖", "）)〕]】》」』>＞〗"
NUMBER = re.compile(
    r"\s*(?:第[一二三四五六七八九十\d]+部分|[（(]\s*[一二三四五六七八九十\d]{1,3}\s*[)）][、.．]?|[一二三四五六七八九十]{1,3}\s*[、.．:：]"
    r"|\d{1,2}(?:[.．]\d{1,2})*\s*[、.．)）]|\d{1,2}(?:[.．]\d{1,2})+|[①-⑳⑴-⒇⒈-⒛]|[Ⅰ-Ⅻ][、.．]?|[IVX]{1,4}[、.．]"
    r"|[★☆●○■□◆◇▲△▼※*#•·➢►▶✿❖◎—-]+)?\s*"
)
JOINT = re.compile(r"[与和及、/／]+")
JOINT_ORDER = ("teacher", "content", "phase", "student", "other", "intent", "minutes")
QUALIFIER = re.compile(r"[（(〔\[][^（(〔\[）)〕\]]{0,60}[）)〕\]]")
SHIPPED = Path(__file__).with_name("labels.toml")
# Traditional characters that labels, grades and the like are written with; for comparing only, text stays as it is.
SIMPLIFIED = str.maketrans(
    "並個們備傳價優兒內兩冊別則創劃動務勢參員單國園圖執場學實審寫專對導層屬嶺師強後從復徵態應擇擊據數斷於時晉書會東條業"
    "構樂標樣檢欄歷決沒況減測準滬澤為爲獻現環發碩確碼礎節範簡簽約紅紙級細紹組結絡統經綜維綱網編練總織習聯職聽與華藝蘇處號術"
    "裡裏補裝製複覈見規視觀計訓記設診註評詞話詳認語說説課調請論講識議讀負責資質踐輔辦這進運過達適選還邊鄉錄錶鍵鐘長開間閱關闡陝"
    "階際隨雙難電頁項預領頭題類養饋馬驗體魯點齡題",
    "并个们备传价优儿内两册别则创划动务势参员单国园图执场学实审写专对导层属岭师强后从复征态应择击据数断于时晋书会东条业"
    "构乐标样检栏历决没况减测准沪泽为为献现环发硕确码础节范简签约红纸级细绍组结络统经综维纲网编练总织习联职听与华艺苏处号术"
    "里里补装制复核见规视观计训记设诊注评词话详认语说说课调请论讲识议读负责资质践辅办这进运过达适选还边乡录表键钟长开间阅关阐陕"
    "阶际随双难电页项预领头题类养馈马验体鲁点龄题",
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label found in a file: its words without white space, and the places (去处) it stands for, in order.

    A place is a column, a field, ``steps``, ``?content`` and its like (to be decided by the
    value), ``aside:<what>``
    or ``heading``.
    """

    word: str
    places: tuple[str, ...]

    @property
    def place(self) -> str:
        return self.places[0]

    @property
    def is_column(self) -> bool:
        """Whether it names a fact about the lesson rather than a piece of its body."""
        return self.place in COLUMNS or self.place.startswith(("aside:", "?"))

    @property
    def strong(self) -> bool:
        """Whether it is a label even amid running text: «重点：» is, «时间：» or «目标：» may be anything."""
        return len(self.word) >= 4 or self.word in {"重点", "难点"}  # noqa: PLR2004 - 教学目标 and longer


@dataclass(frozen=True, slots=True)
class Hit:
    """A label at ``start``–``end`` of a line; ``value`` is where what follows begins. ``how``: whole,
    colon, spaced.
    """

    label: Label
    start: int
    end: int
    value: int
    how: str


def squash(text: str) -> str:
    """Letters, digits and ideographs alone, in lower case and in simplified characters."""
    return "".join(character for character in simplified(text) if character.isalnum()).lower()


def simplified(text: str) -> str:
    """The same text, character by character, as the words in our tables are written."""
    return text.translate(SIMPLIFIED)


def unqualified(text: str) -> str:
    """The text without what stands in brackets behind its words: 教学目标（标明核心素养）."""
    return QUALIFIER.sub("", text)


@cache
def shipped() -> dict[str, dict[str, Any]]:
    return tomllib.loads(SHIPPED.read_text(encoding="utf-8"))


@dataclass(slots=True)
class Labels:
    """All labels there are: the shipped ones and the administrators' (``extra``: words → place)."""

    extra: Mapping[str, str] = field(default_factory=dict)
    words: dict[str, Label] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    links: tuple[str, ...] = ()
    inner: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    _memo: dict[str, Label | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        table = shipped()
        for place, words in table["places"].items():
            self._add(words, place)
        for name, words in table["by_value"].items():
            self._add(words, f"?{name}")
        for name, words in table["asides"].items():
            self._add(words, f"aside:{name}")
        for word in table["headings"]["words"]:
            self.words.setdefault(squash(word), Label(squash(word), ("heading",)))
        for word, places in table["pairs"].items():
            self.words[squash(word)] = Label(squash(word), tuple(places))
        self._add_extra()
        self.roles |= {squash(word): role for role, words in table["columns"].items() for word in words}
        self.links = tuple(
            sorted({*table["joiners"]["words"], *table["fillers"]["words"]}, key=len, reverse=True)
        )
        self.within = frozenset(table["headings"]["within"])
        self.inner = frozenset(squash(word) for word in table["inner"]["words"])

    def _add(self, words: Iterable[str], place: str) -> None:
        for word in words:
            self.words[squash(word)] = Label(squash(word), (place,))

    def _add_extra(self) -> None:
        for word, place in self.extra.items():
            if squash(word):
                self.words[squash(word)] = Label(squash(word), tuple(place.split("+")))

    # --- whole texts
    # -------------------------------------------------------------------------------------------

    def whole(self, text: str) -> Label | None:
        """The label that a short text is, numbering and qualifiers aside; or None."""
        number = NUMBER.match(text)
        bare = text[number.end() :] if number else text
        candidates = [squash(candidate) for candidate in (bare, unqualified(bare), text)]
        short = [word for word in dict.fromkeys(candidates) if word and len(word) <= LONGEST]
        exact = next((self.words[word] for word in short if word in self.words), None)
        return exact or next((found for word in short if (found := self._look_up(word)) is not None), None)

    def _look_up(self, word: str) -> Label | None:
        if word in self.words:
            return self.words[word]
        if word not in self._memo:
            places = self._compose(word, 0) if 4 <= len(word) <= LONGEST and word not in self.inner else None  # noqa: PLR2004
            unique = tuple(dict.fromkeys(places)) if places else ()
            self._memo[word] = Label(word, _settled(unique)) if unique else None
        return self._memo[word]

    def _compose(self, word: str, start: int) -> tuple[str, ...] | None:
        """Places of a text made of labels and linking words only: 教学重点与难点, 本课教学目标设计."""
        if start == len(word):
            return ()
        for end in range(len(word), start + 1, -1):
            label = self.words.get(word[start:end])
            if label is not None and not label.place.startswith(("aside:", "?", "heading")):
                rest = self._compose(word, end)
                if rest is not None:
                    return label.places + rest
        for link in self.links:
            if word.startswith(link, start):
                rest = self._compose(word, start + len(link))
                if rest is not None:
                    return rest
        return None

    def role(self, text: str) -> str:
        """The role of a column of the steps' table by its heading, or empty."""
        word = squash(unqualified(text)) or squash(text)
        number = NUMBER.match(unqualified(text))
        bare = squash(unqualified(text)[number.end() :]) if number else word
        for candidate in (squash(text), word, bare):
            if candidate in self.roles:
                return self.roles[candidate]
        if found := self._joint_role(unqualified(text)):
            return found
        if len(word) <= 12:  # noqa: PLR2004 - a heading, not a sentence
            known = [
                k
                for k in ("设计意图", "学生活动", "教师活动", "师生活动", "教学环节", "幼儿活动")
                if k in word
            ]
            if known:
                return self.roles[min(known, key=word.index)]
        return ""

    def _joint_role(self, text: str) -> str:
        """教学内容及过程, 方法与时间: a heading put together of two that are known."""
        roles = [self.roles.get(squash(part), "") for part in JOINT.split(simplified(text))]
        joint = len(roles) > 1 and all(roles)
        return next((role for role in JOINT_ORDER if joint and role in roles), "")

    # --- lines
    # -------------------------------------------------------------------------------------------------

    def at_start(self, line: str) -> Hit | None:
        """The label that a line begins with, or None."""
        number = NUMBER.match(line)
        for start in dict.fromkeys((number.end() if number else 0, len(line) - len(line.lstrip()))):
            if (hit := self._at(line, start)) is not None:
                return hit
        return None

    def _at(self, line: str, start: int) -> Hit | None:
        opened = line[start : start + 1] in OPENING and line[start : start + 1] != ""
        begin = start + 1 if opened else start
        end = begin
        while (
            end < len(line)
            and line[end] not in COLONS + OPENING + CLOSING + "—\n"
            and end - begin <= 2 * LONGEST
        ):
            end += 1
        core = line[begin:end]
        label = self.whole(core)
        after = _after(line, end, opened=opened)
        if label is not None and after is not None:
            value, how = after
            return Hit(label, start, value, value, how)
        return self._spaced(line, begin, end)

    def _spaced(self, line: str, begin: int, end: int) -> Hit | None:
        """«课 题  背影»: the longest run of words, split at spaces, that is a label; the rest is its
        value.
        """
        gaps = [m for m in re.finditer(r"[ \t\u3000]+", line[begin:end]) if m.start() > 0]
        for gap in reversed(gaps):
            label = self.words.get(squash(line[begin : begin + gap.start()]))
            if label is not None and line[begin + gap.end() :].strip():
                wide = len(gap[0]) > 1 or gap[0] in "\t\u3000"
                at = begin + gap.end()
                return Hit(label, begin, begin + gap.start(), at, "wide" if wide else "spaced")
        return None

    def inside(self, line: str, start: int) -> Hit | None:
        """The next label with a colon that stands within a line: «学科：语文  年级：三年级»."""
        for colon in re.finditer(f"[{COLONS}]", line[start:]):
            at = start + colon.start()
            begins = [m.end() for m in re.finditer(r"[\s。；;，,、/|]+", line[start:at])]
            for begin in begins:
                label = self.words.get(squash(line[start + begin : at]))
                if label is not None and (label.is_column or label.strong):
                    return Hit(label, start + begin, at + 1, at + 1, "colon")
        return None


def _settled(places: tuple[str, ...]) -> tuple[str, ...]:
    """A label that names the process among others means the process; 单元学习目标 are objectives, no 单元."""
    if STEPS in places:
        return (STEPS,)
    return tuple(place for place in places if place not in COLUMNS)[:2] or places[:2]


def _after(line: str, end: int, *, opened: bool) -> tuple[int, str] | None:
    """Where a value begins behind a label that ends at ``end``, and how it was told; None if it was no
    label.
    """
    at = end
    if opened:
        if at >= len(line) or line[at] not in CLOSING:
            return None
        at += 1
    qualifier = QUALIFIER.match(line, at)
    if qualifier and (
        qualifier.end() == len(line.rstrip()) or line[qualifier.end()] in COLONS + CLOSING + " \t\u3000"
    ):
        at = qualifier.end()
    while at < len(line) and line[at] in " \t\u3000":
        at += 1
    if at >= len(line) or line[at] == "\n":
        return at, "whole"
    if line[at] in COLONS or line.startswith("——", at):
        while at < len(line) and line[at] in COLONS + "— \t\u3000":
            at += 1
        return at, "whole" if at >= len(line) else "colon"
    return (at, "colon") if opened else None
