"""What administrators added (词库): read from the database every few seconds, kept in between."""

import hashlib
import threading
import time
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from django.apps import apps

from search.analysis.runs import runs
from search.analysis.words import shipped

_FRESH_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words to keep whole besides those of the dictionary, and groups of words that mean the same. A word of a group is kept
    whole too, for the others are looked for where a query holds it as a word.
    """

    added: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()

    def alternatives(self, word: str) -> tuple[str, ...]:
        """The words that mean the same, without the word itself."""
        found = {other: None for group in self.groups if word in group for other in group if other != word}
        return tuple(found)


@cache
def shipped_groups() -> tuple[tuple[str, ...], ...]:
    """The synonyms that come with the site."""
    text = Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8")
    return tuple(tuple(group) for group in tomllib.loads(text)["groups"])


_lock = threading.Lock()
_kept: tuple[float, Lexicon] | None = None


def lexicon() -> Lexicon:
    """What is in force now."""
    global _kept  # noqa: PLW0603 - one for the process
    with _lock:
        if _kept is None or time.monotonic() - _kept[0] > _FRESH_SECONDS:
            _kept = (time.monotonic(), _read())
        return _kept[1]


def forget() -> None:
    """Read anew at the next call."""
    global _kept  # noqa: PLW0603
    _kept = None


def _read() -> Lexicon:
    words = apps.get_model("search", "DictionaryWord").objects.values_list("word", flat=True)
    groups = apps.get_model("search", "SynonymGroup").objects.filter(is_active=True)
    rows = (*shipped_groups(), *(tuple(group) for group in groups.values_list("words", flat=True)))
    whole = [word for group in rows for word in group if is_word(word)]
    return Lexicon(tuple(sorted({*words, *whole}.difference(shipped()))), rows)


def is_word(text: str) -> bool:
    """Whether normalised text is what a dictionary can keep whole: two or more Han characters, and nothing else."""
    return len(text) > 1 and runs(text) == [(text, True)]


def dictionary_hash(added: tuple[str, ...]) -> str:
    """What the words are that decide how text is cut."""
    return hashlib.sha256("\n".join([*shipped(), *sorted(added)]).encode()).hexdigest()[:12]
