"""Words of Chinese text (分词), by rjieba and a dictionary of what teachers say; administrators add to it."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from search.analysis.normal import normalise
from search.analysis.runs import runs

_FREQUENCY: Final = 20_000
"""Enough for a word of the dictionary to be kept whole."""


def shipped() -> list[str]:
    """The words of the dictionary that comes with the site (教育词典), normalised as text is."""
    lines = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    kept = normalise(" ".join(line for line in lines if not line.startswith("#")))
    return list(dict.fromkeys(kept.split()))


@lru_cache(maxsize=2)
def cutter(added: tuple[str, ...] = ()) -> Any:
    """A segmenter that knows the shipped words and these."""
    import rjieba  # an eighth of a second and 33 MB, which no start should wait for

    made = rjieba.Jieba()
    for word in (*shipped(), *added):
        made.add_word(word, _FREQUENCY, "n")
    return made


def words(text: str, added: tuple[str, ...] = ()) -> list[str]:
    """The words of normalised text for an index, long ones and the short ones in them; single characters of Han are
    left out, the pairs find them.
    """
    cut = cutter(added).cut_for_search
    found: list[str] = []
    for run, han in runs(text):
        if han:
            found += [word for word in cut(run) if len(word) > 1]
        else:
            found.append(run)
    return found


def query_words(text: str, added: tuple[str, ...] = ()) -> list[str]:
    """The words of a normalised query, cut coarsely: what is long is asked for whole."""
    cut = cutter(added).cut
    found: list[str] = []
    for run, han in runs(text):
        found += [word for word in cut(run) if len(word) > 1 or len(run) == 1] if han else [run]
    return found
