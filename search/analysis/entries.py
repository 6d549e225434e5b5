"""The tokens of an entry, by field: what every engine indexes."""

from collections.abc import Iterable

from search import fields
from search.analysis.lexicon import lexicon
from search.analysis.normal import normalise
from search.analysis.pairs import BORDER, pairs
from search.analysis.runs import runs
from search.analysis.sounds import keys, sounds, sounds_of
from search.analysis.words import words, words_of
from search.analysis.written import written, written_pairs
from search.types import Entry

AIMS = "aims"


def tokens_of(entry: Entry) -> dict[str, list[str]]:
    """The tokens of each field of ``fields.TEXT_FIELDS``, as they stand in an index."""
    return {name: text.split(" ") for name, text in texts_of(entry, added=lexicon().added).items()}


def texts_of(entry: Entry, *, added: tuple[str, ...]) -> dict[str, str]:
    """The tokens of each field of ``fields.TEXT_FIELDS`` as one text (see ``written``); ``added`` are the words of administrators.
    An empty field holds a border: engines count an average length over the entries that have a field, and some over all;
    so it is the same.
    """
    listed = {name: written(tokens) for name, tokens in _short_tokens_of(entry, added).items() if tokens}
    found = listed | _long_texts_of(entry, added)
    return {field.name: found.get(field.name) or BORDER for field in fields.TEXT_FIELDS}


def _long_texts_of(entry: Entry, added: tuple[str, ...]) -> dict[str, str]:
    """What most of the work is; all parts are read in one go, for the end of a line is a border as well."""
    body = runs(normalise("\n".join([part.text for part in entry.parts])))
    aims = runs(normalise("\n".join([part.text for part in entry.parts if part.scope == AIMS])))
    paired = written_pairs(body)
    return {
        fields.AIMS_PAIRS: written_pairs(aims),
        fields.BODY_WORDS: written(words_of(body, added)),
        fields.BODY_PAIRS: paired,
        fields.BODY_SOUNDS: " ".join(sounds_of(paired.split(" "))),
    }


def _short_tokens_of(entry: Entry, added: tuple[str, ...]) -> dict[str, list[str]]:
    title = normalise(entry.title)
    people = [normalise(name) for name in entry.people]
    unit, tags = normalise(entry.unit), [normalise(tag) for tag in entry.tags]
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
