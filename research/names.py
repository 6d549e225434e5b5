"""Names of people (姓名): which characters they may hold, and how they are read.

pypinyin is imported where a name is read: its dictionaries take half a second and 40 MB, and most processes read none.
"""

import re
import unicodedata
from itertools import product

# Surnames that are read otherwise than the character alone (姓氏读音).
_READ_OTHERWISE = """
解xie 单shan 仇qiu 任ren 区ou 查zha 曾zeng 朴piao 盖ge 秘bi 冼xian 翟zhai 员yun 折she
乐yue 缪miao 覃qin 宁ning 燕yan 华hua 应ying 过guo 纪ji 那na 黑he 种chong 繁po
句gou 召shao 郇xun 祭zhai 宿su 都du 长孙zhang·sun 尉迟yu·chi 万俟mo·qi 澹台tan·tai 令狐ling·hu
"""
SURNAMES = {
    re.sub("[a-z·]", "", word): re.sub("[^a-z·]", "", word).replace("·", " ")
    for word in _READ_OTHERWISE.split()
}
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# How many readings of one name are kept; most names have one.
MAX_READINGS = 8


def is_name(text: str) -> bool:
    """Whether every character can stand in a name: letters and marks of any script, «·», «-», space."""
    return bool(text) and all(
        unicodedata.category(character)[0] in "LM" or character in "·•-' " or is_newer(character)
        for character in text
    )


def is_newer(character: str) -> bool:
    """Ideographs newer than this Python's tables (planes 2 and 3), and GB 18030's own private ones."""
    return "\U00020000" <= character <= "\U0003fffd" or "\ue000" <= character <= "\uf8ff"


def tidy(text: str) -> str:
    """The name without the spaces that typists put between characters to align a column: 张　三 → 张三."""
    parts = text.replace("\u3000", " ").split()
    ideographic = all(not part.isascii() for part in parts)
    return "".join(parts) if ideographic else " ".join(parts)


def tidy_number(text: str) -> str:
    """A staff number, mobile number or address without full-width characters and spaces; a mobile number as 11 digits."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    digits = plain.replace("-", "").removeprefix("+86")
    return digits if _MOBILE.fullmatch(digits) else plain


def reading(name: str) -> str:
    """The name in pinyin, a syllable a word, for sorting: 解晓东 → «xie xiao dong»."""
    from pypinyin import lazy_pinyin  # large

    surname, given = split(name)
    return " ".join([*([SURNAMES[surname]] if surname else []), *lazy_pinyin(given)]).lower()[:200]


def split(name: str) -> tuple[str, str]:
    """A surname with a reading of its own, or nothing, and the rest."""
    for length in (2, 1):
        if name[:length] in SURNAMES:
            return name[:length], name[length:]
    return "", name


def keys(name: str) -> str:
    """What the name is found by: its readings and their initials, «xiexiaodong xxd jiexiaodong jxd»."""
    if not name:
        return ""
    from pypinyin import Style, pinyin  # large

    heard = [list(dict.fromkeys(one)) for one in pinyin(name, style=Style.NORMAL, heteronym=True)]
    first = reading(name).split(" ")
    found = [first]
    for syllables in product(*(one[:3] for one in heard)):
        if len(found) >= MAX_READINGS:
            break
        found.append([syllable.lower() for syllable in syllables])
    words = [word for one in found for word in ("".join(one), "".join(s[:1] for s in one))]
    return " ".join(dict.fromkeys(words))[:400]
