"""Makes ``sounds.txt``, the one table of syllables: ``python -m search.analysis.make_sounds``.

A line a syllable without tone: the syllable and the characters that are read so first of all. pypinyin knows the readings;
at run time the table alone is used, for it is ten times as fast.
"""

from pathlib import Path

from pypinyin import Style
from pypinyin.constants import PINYIN_DICT
from pypinyin.style import convert

TABLE = Path(__file__).with_name("sounds.txt")
_BLOCKS = ((0x3007, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000))


def syllable_of(code: int) -> str:
    """The commonest reading without tone, ü as v; nothing for who has none."""
    readings = PINYIN_DICT.get(code, "")
    first = readings.split(",")[0]
    return convert(first, Style.NORMAL, strict=False).replace("ü", "v") if first else ""


def main() -> None:
    by_syllable: dict[str, list[str]] = {}
    for start, end in _BLOCKS:
        for code in range(start, end):
            syllable = syllable_of(code)
            if syllable.isascii() and syllable.isalpha():
                by_syllable.setdefault(syllable, []).append(chr(code))
    lines = [f"{syllable} {''.join(characters)}\n" for syllable, characters in sorted(by_syllable.items())]
    TABLE.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
