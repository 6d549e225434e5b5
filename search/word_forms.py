"""Forms of the administration: words one or many at a time, a group of synonyms as one line."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from search.models import DictionaryWord, SynonymGroup
from search.services import teaching

_LONGEST_LINE = 1_000
_LONGEST_LIST = 20_000


class DictionaryWordsForm(forms.ModelForm[DictionaryWord]):
    """Adds one word or many; ``cleaned_data["words"]`` are those that are new."""

    words = forms.CharField(
        label=_("Words"),
        max_length=_LONGEST_LIST,
        widget=forms.Textarea({"rows": 6, "cols": 60}),
        help_text=_(
            "One or many, with spaces, commas or new lines between. The index is made anew once with all of them."
        ),
    )

    class Meta:
        model = DictionaryWord
        fields: tuple[str, ...] = ()

    def clean_words(self) -> list[str]:
        return teaching.words_in(self.cleaned_data["words"])

    def _post_clean(self) -> None:
        """A model's form looks at its one row here; ``words_in`` has looked at them all."""


class SynonymsField(forms.CharField):
    """«教案 = 教学设计 = 教学方案» for a list of words."""

    @override
    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, list) else teaching.group_of(super().to_python(value) or "")

    @override
    def run_validators(self, value: Any) -> None:
        super().run_validators(teaching.as_line(value))

    @override
    def prepare_value(self, value: Any) -> Any:
        return teaching.as_line(value) if isinstance(value, list) else value

    @override
    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(initial) != self.to_python(data))


class SynonymGroupForm(forms.ModelForm[SynonymGroup]):
    words = SynonymsField(
        label=_("Words"),
        max_length=_LONGEST_LINE,
        widget=forms.TextInput({"size": 80}),
        help_text=_("Words that mean the same, with equals signs between: 教案 = 教学设计 = 教学方案."),
    )

    class Meta:
        model = SynonymGroup
        fields = ("words", "is_active")
