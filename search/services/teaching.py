"""What administrators teach the search (词库维护): words that are kept whole, and groups of words that mean the same."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from search.analysis import lexicon
from search.analysis.normal import normalise
from search.analysis.words import shipped
from search.engines import engine
from search.errors import EngineUnavailableError
from search.models import DictionaryWord

MOST_AT_ONCE: Final = 500
EQUALS: Final = " = "
_BETWEEN_WORDS: Final = re.compile(r"[\s,，、;；]+")
_BETWEEN_SYNONYMS: Final = re.compile(r"[=＝]+")


class IndexNow(StrEnum):
    """How the index stands to what was taught."""

    CURRENT = "current"
    BEING_MADE = "being made anew"
    AWAY = "the engine does not answer"


def index_now() -> IndexNow:
    """Whether the index was made with the words of today; if not, the worker makes it anew within a minute."""
    lexicon.forget()
    try:
        return IndexNow.CURRENT if engine().state().is_current else IndexNow.BEING_MADE
    except EngineUnavailableError:
        return IndexNow.AWAY


def words_in(text: str) -> list[str]:
    """The words of typed text, one or many, normalised; those that the dictionary has already are left out.

    Raises ValidationError that names what is no word, for too many, and where nothing new is left.
    """
    typed = list(dict.fromkeys(normalise(word) for word in _BETWEEN_WORDS.split(text) if word))
    if len(typed) > MOST_AT_ONCE:
        raise ValidationError(_("At most %(most)d words at a time.") % {"most": MOST_AT_ONCE})
    longest = DictionaryWord._meta.get_field("word").max_length or 0
    if bad := [word for word in typed if not lexicon.is_word(word) or len(word) > longest]:
        raise ValidationError(
            _("Not words of 2 to %(longest)d Han characters: %(words)s")
            % {"longest": longest, "words": "、".join(bad)}
        )
    known = {*shipped(), *DictionaryWord.objects.filter(word__in=typed).values_list("word", flat=True)}
    fresh = [word for word in typed if word not in known]
    if not fresh:
        raise ValidationError(_("The dictionary has all of these words already."))
    return fresh


@transaction.atomic
def add_words(words: Sequence[str]) -> list[DictionaryWord]:
    """Add words as ``words_in`` gives them (添加词典词)."""
    added = [DictionaryWord.objects.create(word=word) for word in words]
    transaction.on_commit(lexicon.forget)
    return added


def group_of(line: str) -> list[str]:
    """The words of «教案 = 教学设计 = 教学方案»."""
    return [word for part in _BETWEEN_SYNONYMS.split(line) if (word := " ".join(part.split()))]


def as_line(words: Sequence[str]) -> str:
    """The other way round."""
    return EQUALS.join(words)
