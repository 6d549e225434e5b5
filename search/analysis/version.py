"""What an index was made with (分析器版本): another fingerprint means that it must be made anew."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

from search.analysis.entries import texts_of
from search.analysis.lexicon import dictionary_hash, lexicon
from search.types import Entry

CODE: Final = 6
"""Counts up with each change of the code that changes tokens."""


Tokens = Callable[[Entry], Mapping[str, str]]
"""Makes of an entry the tokens of each field, as one text."""


@dataclass(frozen=True, slots=True)
class Analyser:
    """What makes tokens, as it is at one moment (分析器), and its fingerprint. Other processes get it pickled."""

    fingerprint: str
    tokens: Tokens


def analyser() -> Analyser:
    """The one in force. Whoever makes an index takes it once: words that are added meanwhile act in the next one, and what a
    fingerprint says is true of every entry.
    """
    added = lexicon().added
    return Analyser(_fingerprint(added), partial(texts_of, added=added))


def fingerprint() -> str:
    """Code, dictionary, table of sounds and the libraries that cut and fold. Synonyms act when one asks; only their words are of the
    dictionary.
    """
    return _fingerprint(lexicon().added)


def _fingerprint(added: tuple[str, ...]) -> str:
    return f"{CODE}.{dictionary_hash(added)}.{_made_with()}"


@cache
def _made_with() -> str:
    table = hashlib.sha256(Path(__file__).with_name("sounds.txt").read_bytes()).hexdigest()[:8]
    return "-".join([table, version("rjieba"), version("opencc")])
