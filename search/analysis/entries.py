"""The tokens of an entry, by field: what every engine indexes."""

from collections.abc import Iterable

from search import fields
from search.analysis.lexicon import lexicon
from search.analysis.normal import normalise
from search.analysis.pairs import BORDER, pairs
from search.analysis.runs import runs
from search.analysis.sounds import keys, sounds
from search.analysis.words import words
from search.types import Entry

AIMS = "aims"


def tokens_of(entry: Entry) -> dict[str, list[str]]:
    """The tokens of each field of ``fields.TEXT_FIELDS``. An empty one holds a border: engines count an average length over the
    entries that have a field, and some over all; so it is the same.
    """
    return {name: tokens or [BORDER] for name, tokens in _tokens_of(entry).items()}


def _tokens_of(entry: Entry) -> dict[str, list[str]]:
    added = lexicon().added
    title = normalise(entry.title)
    people = [normalise(name) for name in entry.people]
    unit, tags = normalise(entry.unit), [normalise(tag) for tag in entry.tags]
    parts = [normalise(part.text) for part in entry.parts]
    aims = [text for part, text in zip(entry.parts, parts, strict=True) if part.scope == AIMS]
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
        fields.AIMS_PAIRS: _bordered(pairs(text) for text in aims),
        fields.BODY_WORDS: [word for text in parts for word in words(text, added)],
        fields.BODY_PAIRS: _bordered(pairs(text) for text in parts),
        fields.BODY_SOUNDS: [sound for text in parts for sound in sounds(text)],
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
