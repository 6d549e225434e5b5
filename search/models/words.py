"""What administrators teach the analyser."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from search.analysis.lexicon import is_word
from search.analysis.normal import normalise

MOST_WORDS = 20


class DictionaryWord(models.Model):
    """A word that is kept whole (词典词). The index is made anew when one is added or taken away."""

    word = models.CharField(_("word"), max_length=20, unique=True)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["word"]
        verbose_name = _("dictionary word")
        verbose_name_plural = _("dictionary words")
        constraints = [models.CheckConstraint(name="dictionary_word_not_empty", condition=~Q(word=""))]

    @override
    def __str__(self) -> str:
        return self.word

    @override
    def clean(self) -> None:
        self.word = normalise(self.word).strip()
        if not is_word(self.word):
            raise ValidationError({"word": _("A word of two or more Han characters, without spaces.")})


class SynonymGroup(models.Model):
    """Words that mean the same to whoever searches (同义词组), besides those that come with the site."""

    words = models.JSONField(_("words"), default=list)
    is_active = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("group of synonyms")
        verbose_name_plural = _("groups of synonyms")

    @override
    def __str__(self) -> str:
        return " = ".join(self.words)

    @override
    def clean(self) -> None:
        words: Any = self.words
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise ValidationError({"words": _("A list of words.")})
        self.words = list(dict.fromkeys(found for word in words if (found := normalise(word).strip())))
        if not 2 <= len(self.words) <= MOST_WORDS or any(len(word) > MOST_WORDS for word in self.words):  # noqa: PLR2004
            raise ValidationError(
                {"words": _("From two to twenty words, each of twenty characters at most.")}
            )
