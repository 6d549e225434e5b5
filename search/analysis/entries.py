"""The tokens of an entry, by field: what every engine indexes."""

from collections.abc import Iterable
from itertools import chain

from search import fields
from search.analysis.lexicon import lexicon
from search.analysis.normal import normalise
from search.analysis.pairs import BORDER, pairs, pairs_of
from search.analysis.runs import runs
from search.analysis.sounds import keys, sounds, sounds_of
from search.analysis.words import words, words_of
from search.types import Entry

AIMS = "aims"


def tokens_of(entry: Entry, *, added: tuple[str, ...] | None = None) -> dict[str, list[str]]:
    """The tokens of each field of ``fields.TEXT_FIELDS``; ``added`` are the words of administrators, the ones in force if they
    are not given. An empty field holds a border: engines count an average length over the entries that have a field, and
    some over all; so it is the same.
    """
    found = _tokens_of(entry, lexicon().added if added is None else added)
    return {name: tokens or [BORDER] for name, tokens in found.items()}


def _tokens_of(entry: Entry, added: tuple[str, ...]) -> dict[str, list[str]]:
    title = normalise(entry.title)
    people = [normalise(name) for name in entry.people]
    unit, tags = normalise(entry.unit), [normalise(tag) for tag in entry.tags]
    parts = [runs(normalise(part.text)) for part in entry.parts]
    paired = [pairs_of(read) for read in parts]
    aims = [own for part, own in zip(entry.parts, paired, strict=True) if part.scope == AIMS]
    body = _bordered(paired)
    return {
        fields.TITLE_WORDS: [*words(title, added), *_characters(title)],
        fields.TITLE_PAIRS: pairs(title),
        fields.TITLE_SOUNDS: sounds(title),
        fields.TITLE_KEYS: keys(title),
        fields.PEOPLE_WORDS: people,
        fields.PEOPLE_PAIRS: _bordered(pairs(name) for name in people),
        fields.PEOPLE_KEYS: [key for name in people for key in (*keys(name), *_characters(name))],
        fields.UNIT_WORDS: words(unit, added),
        fields.UNIT_PAIRS: pairs(unit),
        fields.TAG_WORDS: [*tags, *(word for tag in tags for word in words(tag, added) if word != tag)],
        fields.TAG_PAIRS: _bordered(pairs(tag) for tag in tags),
        fields.AIMS_PAIRS: _bordered(aims),
        fields.BODY_WORDS: words_of(chain.from_iterable(parts), added),
        fields.BODY_PAIRS: body,
        fields.BODY_SOUNDS: sounds_of(body),
    }


def _characters(text: str) -> list[str]:
    """Single characters, which one may ask a title or a name for."""
    return [character for run, han in runs(text) if han for character in run]


def _bordered(parts: Iterable[list[str]]) -> list[str]:
    """Parts one after another with a border between, so that no phrase goes over it."""
    found: list[str] = []
    for part in parts:
        if found and part:
            found.append(BORDER)
        found += part
    return found
