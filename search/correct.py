"""«您是不是要找» (纠错): characters of a query that sound like those of a title and are written otherwise."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from search.analysis.lexicon import lexicon
from search.analysis.normal import normalise
from search.analysis.runs import is_han
from search.analysis.sounds import table
from search.analysis.words import cutter
from search.query.parser import Run

_SHORTEST: Final = 2
_SHORTEST_PART: Final = 3
"""Of a longer run that no title holds wholly, so many syllables at least must be in one: two sound like too many words."""
_LONGEST_RUN, _LONGEST_TITLE = 40, 120


@dataclass(frozen=True, slots=True)
class Slip:
    """A part of a run that was probably meant otherwise (音近误字): where it begins in the run, and as many characters instead."""

    at: int
    typed: str
    meant: str


def corrected(query: str, slips: Iterable[tuple[Run, Slip]]) -> str:
    """What was typed with the mistaken characters alone replaced."""
    typed = list(query)
    for run, slip in slips:
        for nth, (wrong, right) in enumerate(zip(slip.typed, slip.meant, strict=True), run.start + slip.at):
            if wrong != right:
                typed[nth] = right
    return "".join(typed)


# --- and what was meant ---------------------------------------------------------------------------------------


def slips(run: str, titles: Sequence[str]) -> list[Slip]:
    """Where a title has what sounds like the run, or like a part of it, and is written otherwise; not where the same stands in
    one as it was typed. Longer parts first. Only what the caller gives is looked at: give titles that the person may see.
    """
    wanted = run[:_LONGEST_RUN]
    texts = [normalise(title[:_LONGEST_TITLE]) for title in titles]
    found = [slip for text in texts for slip in _slips_from(wanted, text)]
    found = [slip for slip in found if not any(slip.typed in text for text in texts)]
    found.sort(key=lambda slip: -len(slip.typed))
    kept: list[Slip] = []
    for slip in found:
        if all(slip.at >= one.at + len(one.typed) or one.at >= slip.at + len(slip.typed) for one in kept):
            kept.append(slip)
    return kept


def _slips_from(run: str, title: str) -> Iterator[Slip]:
    borders = _word_borders(title)
    for at, place, size in _alike(_read(run), _read(title)):
        if size == len(run):
            start, end = place, place + size
        else:  # of a part, only whole words of the title: what follows them by chance sounds alike by chance
            inside = [border for border in borders if place <= border <= place + size]
            start, end = (inside[0], inside[-1]) if inside else (place, place)
        first = at + start - place
        typed, meant = run[first : first + end - start], title[start:end]
        if typed != meant and (size == len(run) or _is_likely(typed, meant)):
            yield Slip(first, typed, meant)


def _is_likely(typed: str, meant: str) -> bool:
    return len(typed) >= _SHORTEST_PART and any(one == other for one, other in zip(typed, meant, strict=True))


def _read(text: str) -> list[str | None]:
    """The syllable of each Han character; what is none has none."""
    known = table()
    return [known.get(character, character) if is_han(character) else None for character in text]


def _alike(run: Sequence[str | None], title: Sequence[str | None]) -> Iterator[tuple[int, int, int]]:
    """Longest stretches that sound alike: (place in the run, place in the title, how many syllables)."""
    for shift in range(1 - len(run), len(title)):
        at = first = max(0, -shift)
        last = min(len(run), len(title) - shift)
        while at <= last:
            if at == last or run[at] is None or run[at] != title[at + shift]:
                if at - first >= _SHORTEST:
                    yield first, first + shift, at - first
                first = at + 1
            at += 1


def _word_borders(text: str) -> list[int]:
    borders = [0]
    for word in cutter(lexicon().added).cut(text):
        borders.append(borders[-1] + len(word))
    return borders
