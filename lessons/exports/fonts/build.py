"""Build the subset fonts for rare characters in names, of which this folder keeps the result.

    python -m lessons.exports.fonts.build --song HanaMinB.ttf --kai LXGWWenKai-Regular.ttf \
        --sources Unihan_IRGSources.txt.bz2 --base NotoSerifSC_400Regular.ttf

On Debian the first two are in ``fonts-hanazono`` and ``fonts-lxgw-wenkai``, the third (as ``.bz2``) in
``unicode-data``; the last is in npm's ``@expo-google-fonts/noto-serif-sc``. ``README.md`` says what is chosen
and why.
"""

from __future__ import annotations

import argparse
import bz2
import re
from pathlib import Path
from typing import Any, Final

from fontTools import subset
from fontTools.ttLib import TTFont

HERE: Final = Path(__file__).parent
LIMIT: Final = 500 * 1024  # both files together
# Unihan's sources of characters in Chinese names: the identity-card system (GIDC), names (GXM, GRM), places
# (GDM), and the dictionaries of modern Chinese (GXHZ, GXC, GFZ, GFC, GZH, GHC, GGFZ).
_SOURCES: Final = {"GIDC", "GXM", "GRM", "GDM", "GXHZ", "GXC", "GFZ", "GFC", "GZH", "GHC", "GGFZ"}
_ALWAYS: Final = "𠮷䶮𬭊𰻝𮧵𠅤𡈼𣗋𤧛𥒎𦒍𧒽𨱏𩽾𪩘𫍯𫖮𬀩"
_IDEOGRAPHS: Final = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x2F7FF), (0x30000, 0x3FFFF))
_LINE: Final = re.compile(r"U\+([0-9A-F]+)\tkIRG_GSource\t([A-Z0-9]+)-")


def name_characters(sources: Path) -> set[int]:
    """The code points whose Chinese source is one of names."""
    with bz2.open(sources, "rt", encoding="utf-8") as lines:
        found = (match for line in lines if (match := _LINE.match(line)))
        return {int(match[1], 16) for match in found if match[2] in _SOURCES} | set(map(ord, _ALWAYS))


def is_character(code: int) -> bool:
    """Whether it is a Chinese character of any of Unicode's blocks."""
    return any(first <= code <= last for first, last in _IDEOGRAPHS)


def cut(source: Path, codes: set[int], family: str, target: Path) -> None:
    """Those characters of a font as a font of another name, as its licence asks."""
    options = subset.Options(
        layout_features=[], hinting=False, name_IDs=[0, 13, 14], notdef_outline=True, glyph_names=False
    )
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    _rename(font, family)
    font.save(target)


def _rename(font: Any, family: str) -> None:
    names = {
        1: family,
        2: "Regular",
        3: f"{family} Regular",
        4: f"{family} Regular",
        6: family.replace(" ", ""),
    }
    for number, value in names.items():
        font["name"].setName(value, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 400


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("song", "kai", "sources", "base"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    covered = set(TTFont(given.base).getBestCmap())
    kai = set(TTFont(given.kai).getBestCmap()) - covered
    song = set(TTFont(given.song).getBestCmap()) - covered
    # LXGW WenKai draws, beyond the standard, what its users missed in their own names.
    names = name_characters(given.sources)
    wanted = {code for code in (names & (song | kai)) | (song & kai) if is_character(code)}
    in_song = wanted & song
    cut(given.song, in_song, "Jiaoyan Rare Song", HERE / "rare-song.ttf")
    cut(given.kai, wanted - in_song, "Jiaoyan Rare Kai", HERE / "rare-kai.ttf")
    size = sum((HERE / name).stat().st_size for name in ("rare-song.ttf", "rare-kai.ttf"))
    print(f"{len(in_song)} + {len(wanted - in_song)} characters, {size} bytes")  # noqa: T201
    if size > LIMIT:
        raise SystemExit(f"more than {LIMIT} bytes")


if __name__ == "__main__":
    main()
