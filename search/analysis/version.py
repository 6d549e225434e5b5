"""What an index was made with (分析器版本): another fingerprint means that it must be made anew."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from search.analysis.lexicon import dictionary_hash, lexicon

CODE: Final = 4
"""Counts up with each change of the code that changes tokens."""


def fingerprint() -> str:
    """Code, dictionary, table of sounds and the libraries that cut and fold. Synonyms act when one asks; only their words are of the
    dictionary.
    """
    return f"{CODE}.{dictionary_hash(lexicon().added)}.{_made_with()}"


@cache
def _made_with() -> str:
    table = hashlib.sha256(Path(__file__).with_name("sounds.txt").read_bytes()).hexdigest()[:8]
    return "-".join([table, version("rjieba"), version("opencc")])
