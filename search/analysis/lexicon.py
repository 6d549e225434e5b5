"""What administrators added (词库): read from the database every few seconds, kept in between."""

import hashlib
import re
import threading
import time
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from django.apps import apps

from search.analysis.runs import HAN, runs
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

    def composed(self, text: str) -> dict[str, str]:
        """The words of groups in normalised text that are cut into several (必修1 is a word and a number), each with the text that
        is left without it. Of two in the same place the longer one counts.
        """
        words, pattern = _composed_in(self.groups)
        return {
            words[match.lastindex - 1]: f"{text[: match.start()]} {text[match.end() :]}"
            for match in pattern.finditer(text)
            if match.lastindex
        }


@cache
def shipped_groups() -> tuple[tuple[str, ...], ...]:
    """The synonyms that come with the site."""
    text = Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8")
    return tuple(tuple(group) for group in tomllib.loads(text)["groups"])


@lru_cache(maxsize=4)
def _composed_in(groups: tuple[tuple[str, ...], ...]) -> tuple[list[str], re.Pattern[str]]:
    """Words of several runs, the longest first, and what finds them, with or without blanks and marks between the runs."""
    words = sorted({word for group in groups for word in group if len(runs(word)) > 1}, key=len, reverse=True)
    ways = (r"[\W_]{0,2}".join(re.escape(run) for run, _han in runs(word)) for word in words)
    either = "|".join(f"({way})" for way in ways) or "(?!)"
    return words, re.compile(rf"(?<![^\W_{HAN}])(?:{either})(?![^\W_{HAN}])")


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
