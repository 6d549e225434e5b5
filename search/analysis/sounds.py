"""How text sounds (拼音): syllables without tones, of one table for each character.

The table knows one reading a character; a name with a rare one is still found by its characters.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from search.analysis.pairs import pairs
from search.analysis.runs import runs

_JOINT: Final = "·"
_MOST_INITIALS: Final = 12
MOST_LETTERS: Final = 30
"""No key is longer."""
_LONGEST_TITLE = 80
_MOST_KEPT: Final = 300_000


@cache
def table() -> dict[str, str]:
    """Character → syllable."""
    found = {}
    for line in Path(__file__).with_name("sounds.txt").read_text(encoding="utf-8").splitlines():
        syllable, _, characters = line.partition(" ")
        found.update(dict.fromkeys(characters, syllable))
    return found


@cache
def read_so() -> dict[str, str]:
    """Syllable → all characters that are read so."""
    found: dict[str, list[str]] = {}
    for character, syllable in table().items():
        found.setdefault(syllable, []).append(character)
    return {syllable: "".join(characters) for syllable, characters in found.items()}


@cache
def syllables_known() -> frozenset[str]:
    return frozenset(read_so())


def syllables(text: str) -> list[str]:
    """The syllables of all Han characters of normalised text that have one."""
    known = table()
    return [known[character] for run, han in runs(text) if han for character in run if character in known]


def sounds(text: str) -> list[str]:
    """Pairs of neighbouring syllables in each run of Han characters (音节二元组)."""
    return sounds_of(pairs(text))


def sounds_of(paired: Iterable[str]) -> list[str]:
    """The same, of the pairs of characters of a text: what is no pair of Han characters has no sound."""
    return list(filter(None, map(_kept.__getitem__, paired)))


class _Kept(dict[str, str | None]):
    """How pairs of characters sound; text repeats them, so that looking them up is faster than reading them."""

    def __missing__(self, pair: str) -> str | None:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = None
        if len(pair) == 2:  # noqa: PLR2004 - a pair
            known = table()
            first, second = known.get(pair[0]), known.get(pair[1])
            found = f"{first}{_JOINT}{second}" if first and second else None
        self[pair] = found
        return found


_kept: Final = _Kept()


def joined(read: Sequence[str | None]) -> list[str]:
    """Pairs of these syllables; a character without one parts its neighbours."""
    if None in read:
        return [f"{one}{_JOINT}{other}" for one, other in pairwise(read) if one and other]
    return list(map(_JOINT.join, pairwise(read)))  # type: ignore[arg-type]


def keys(title: str) -> list[str]:
    """What an input method's letters begin with: from each character of a title the first letters of the rest (sjxnj…)
    and its whole syllables (sanjiaoxing…).
    """
    found: dict[str, None] = {}
    known = table().get
    for run in _spoken(title[:_LONGEST_TITLE]):
        read = [known(character, "") for character in run]
        for at in range(len(read)):
            rest = read[at:]
            found["".join(one[:1] for one in rest)[:_MOST_INITIALS]] = None
            found["".join(rest)[:MOST_LETTERS]] = None
    found.pop("", None)
    return list(found)


def _spoken(title: str) -> Iterator[str]:
    """Characters that are said in one breath: 沁园春·长沙 is qyccs, for nobody types the dot."""
    so_far = ""
    for run, han in runs(title):
        if han:
            so_far += run
        elif so_far:
            yield so_far
            so_far = ""
    if so_far:
        yield so_far


def is_pinyin(text: str) -> list[str] | None:
    """The syllables of input that reads as pinyin wholly, longest first; None if it does not. The last syllable may be
    incomplete only if it is left out by the caller.
    """
    letters = text.replace(" ", "").replace("'", "").lower()
    if not (letters.isascii() and letters.isalpha()) or len(letters) > 60:  # noqa: PLR2004 - no query is longer
        return None
    return next(_readings(letters), None)


def _readings(letters: str) -> Iterator[list[str]]:
    """Ways to read the letters, with long syllables first; dead ends are remembered."""
    dead: set[int] = set()

    def read(at: int) -> list[str] | None:
        if at == len(letters):
            return []
        if at in dead:
            return None
        for size in range(min(6, len(letters) - at), 0, -1):
            if letters[at : at + size] in syllables_known():
                rest = read(at + size)
                if rest is not None:
                    return [letters[at : at + size], *rest]
        dead.add(at)
        return None

    found = read(0)
    if found:
        yield found
