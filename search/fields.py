"""The fields of an index, the same in every engine (索引字段). All hold tokens that our own analyser made.

``w`` fields hold words, ``b`` fields pairs of neighbouring characters, ``p`` fields pairs of neighbouring syllables, ``i`` fields
what an input method's first letters or whole syllables begin with (``people_i`` the characters of names as well). Phrases are asked of ``b`` fields alone: word
borders move. ``READERS`` holds the tokens of readers.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Detail(StrEnum):
    """What an index keeps of a token besides where it occurs."""

    NOTHING = "nothing"
    FREQUENCY = "frequency"
    POSITIONS = "positions"


@dataclass(frozen=True, slots=True)
class TextField:
    name: str
    detail: Detail


TITLE_WORDS, TITLE_PAIRS, TITLE_SOUNDS, TITLE_KEYS = "title_w", "title_b", "title_p", "title_i"
PEOPLE_WORDS, PEOPLE_PAIRS, PEOPLE_KEYS = "people_w", "people_b", "people_i"
UNIT_WORDS, UNIT_PAIRS = "unit_w", "unit_b"
TAG_WORDS, TAG_PAIRS = "tags_w", "tags_b"
AIMS_PAIRS = "aims_b"
BODY_WORDS, BODY_PAIRS, BODY_SOUNDS = "body_w", "body_b", "body_p"

TEXT_FIELDS: Final = (
    TextField(TITLE_WORDS, Detail.FREQUENCY),
    TextField(TITLE_PAIRS, Detail.POSITIONS),
    TextField(TITLE_SOUNDS, Detail.POSITIONS),
    TextField(TITLE_KEYS, Detail.NOTHING),
    TextField(PEOPLE_WORDS, Detail.FREQUENCY),
    TextField(PEOPLE_PAIRS, Detail.POSITIONS),
    TextField(PEOPLE_KEYS, Detail.NOTHING),
    TextField(UNIT_WORDS, Detail.FREQUENCY),
    TextField(UNIT_PAIRS, Detail.POSITIONS),
    TextField(TAG_WORDS, Detail.FREQUENCY),
    TextField(TAG_PAIRS, Detail.POSITIONS),
    TextField(AIMS_PAIRS, Detail.POSITIONS),
    TextField(BODY_WORDS, Detail.FREQUENCY),
    TextField(BODY_PAIRS, Detail.POSITIONS),
    TextField(BODY_SOUNDS, Detail.FREQUENCY),
)

READERS: Final = "readers"

FACETS: Final = (
    "stage", "grade", "subject", "textbook", "lesson_type", "county", "theme", "year",
)  # fmt: skip
"""Facets an entry may have. ``textbook`` is a path 教材版本›册›单元."""
