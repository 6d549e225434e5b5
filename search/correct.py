"""«您是不是要找» (纠错): what stands in a title and sounds like the query."""

import re
from collections.abc import Sequence
from typing import Final

from search.analysis.normal import normalise
from search.analysis.runs import HAN
from search.analysis.sounds import table

_SHORTEST: Final = 2


def proposal(query: str, titles: Sequence[str]) -> str | None:
    """The query with the characters of the first title that sounds like it and is written otherwise; None where one of the
    titles is written like it. Only what the caller gives is looked at: give titles that the person may see.
    """
    wanted = normalise(query)
    stretches = _stretches(wanted)
    if not stretches:
        return None
    found = wanted
    for stretch in stretches:
        better = _like(stretch, titles)
        if better is None:
            return None
        found = found.replace(stretch, better, 1)
    return found if found != wanted else None


def _stretches(text: str) -> list[str]:
    return [run for run in re.findall(f"[{HAN}]+", text) if len(run) >= _SHORTEST]


def _like(stretch: str, titles: Sequence[str]) -> str | None:
    """The stretch as some title has it: the same if one does, else the first that sounds so."""
    known = table()
    read = [known.get(character, character) for character in stretch]
    first = None
    for title in titles:
        text = normalise(title)
        if stretch in text:
            return stretch
        for at in range(len(text) - len(stretch) + 1):
            piece = text[at : at + len(stretch)]
            if first is None and [known.get(character, character) for character in piece] == read:
                first = piece
    return first
