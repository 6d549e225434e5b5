"""What pages of the search send. A results page is its address: what makes no sense in it is left out, and nothing in it is
a fault.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from search import kinds
from search.models.use import MAX_QUERY
from search.query.advanced import Joint, Line, tree_of_lines
from search.query.parser import unparse
from search.query.tree import Field
from search.services.searching import FACETS_SHOWN, MAX_PAGE, YEARS, Wanted
from search.types import Sort

MOST_VALUES: Final = 20
MOST_FIELDS: Final = 200
LONGEST_VALUE: Final = 200
LONGEST_TEXT: Final = 2_000
"""The parser says itself that it shortened; no more than this is handed to it."""
MOST_YEARS_DIGITS: Final = 4

FACET_LABELS: Final = {
    "stage": _("Stage"),
    "grade": _("Grade"),
    "subject": _("Subject"),
    "textbook": _("Textbook"),
    "lesson_type": _("Lesson type"),
    "county": _("County"),
    "theme": _("Theme"),
    "year": _("Year"),
}
SORT_LABELS: Final = {
    Sort.RELEVANCE: _("Most relevant"),
    Sort.NEWEST: _("Last edited"),
    Sort.USED: _("Most used"),
}
FIELD_LABELS: Final = {
    Field.ANY: _("Anywhere"),
    Field.TOPIC: _("Topic"),
    Field.TITLE: _("Title"),
    Field.PEOPLE: _("Author"),
    Field.UNIT: _("Unit"),
    Field.AIMS: _("Aims"),
    Field.TAGS: _("Keywords"),
    Field.TEXT: _("Text"),
}

Pairs = tuple[tuple[str, str], ...]


def wanted_of(params: MultiValueDict[str, str]) -> Wanted:
    """What an address asks for."""
    kind, sort = tidy(params.get("kind")), tidy(params.get("sort"))
    return Wanted(
        query=tidy(params.get("q"), LONGEST_TEXT),
        within=tidy(params.get("in"), LONGEST_TEXT),
        kind=kind if kinds.find(kind) else "",
        filters={name: values for name in FACETS_SHOWN if (values := _values(params.getlist(name)))},
        years=_years(_year(params.get("from")), _year(params.get("to"))),
        sort=Sort(sort) if sort in {one.value for one in Sort} else Sort.RELEVANCE,
        page=_page(params.get("page")),
        everything=params.get("all") == "1",
        synonyms=params.get("exact") != "1",
    )


def wanted_in(params: str) -> Wanted:
    """What a query string that was kept asks for."""
    return wanted_of(MultiValueDict(parse_qs(params, max_num_fields=MOST_FIELDS)))


def pairs_of(wanted: Wanted) -> Pairs:
    """The parameters of an address that asks for this, in a settled order and without the page."""
    first, last = wanted.years
    single = [
        ("q", wanted.query),
        ("in", wanted.within),
        ("kind", wanted.kind),
        *((name, value) for name in FACETS_SHOWN for value in sorted(wanted.filters.get(name, ()))),
        ("from", "" if first is None else str(first)),
        ("to", "" if last is None else str(last)),
        ("sort", "" if wanted.sort == Sort.RELEVANCE else wanted.sort.value),
        ("all", "1" if wanted.everything else ""),
        ("exact", "" if wanted.synonyms else "1"),
    ]
    return tuple((name, value) for name, value in single if value)


def address(pairs: Iterable[tuple[str, str]], **more: object) -> str:
    """A query string of these parameters and some more."""
    return urlencode([*pairs, *((name, str(value)) for name, value in more.items())])


def has_question(wanted: Wanted) -> bool:
    """Whether there is anything to look for, be it all of one kind."""
    return bool(wanted.query or wanted.within or wanted.filters or wanted.kind or any(wanted.years))


def tidy(text: str | None, longest: int = LONGEST_VALUE) -> str:
    """Without what no database and no engine takes; runs of spaces as one."""
    plain = "".join(" " if character < " " or character == "\x7f" else character for character in text or "")
    return " ".join(plain.encode("utf-8", "ignore").decode()[:longest].split())


def _values(texts: Iterable[str]) -> tuple[str, ...]:
    values = dict.fromkeys(value for text in texts if (value := tidy(text)))
    return tuple(list(values)[:MOST_VALUES])


def _year(text: str | None) -> int | None:
    clean = tidy(text, 10)
    if not (clean.isascii() and clean.isdigit() and len(clean) == MOST_YEARS_DIGITS):
        return None
    return int(clean) if int(clean) in YEARS else None


def _years(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    """The earlier one first, however they were filled in."""
    return (last, first) if first is not None and last is not None and first > last else (first, last)


def _page(text: str | None) -> int:
    clean = tidy(text, 10)
    return min(max(1, int(clean)), MAX_PAGE) if clean.isascii() and clean.isdigit() else 1


class SaveForm(forms.Form):
    """A search to keep: its name, and the results page's own parameters."""

    name = forms.CharField(max_length=80, label=_("Name of the search"))
    params = forms.CharField(max_length=5_000, widget=forms.HiddenInput)

    def clean_params(self) -> str:
        """In their settled order, so that the same search is kept once."""
        try:
            wanted = wanted_in(self.cleaned_data["params"])
        except ValueError:
            wanted = Wanted()
        if not has_question(wanted):
            raise forms.ValidationError(_("There is nothing to keep yet. Search for something first."))
        return address(pairs_of(wanted))


class RenameForm(forms.Form):
    """Another name for a search that is kept."""

    name = forms.CharField(max_length=80, label=_("Name of the search"))


class ForgetForm(forms.Form):
    """One of one's last searches; none means all of them."""

    query = forms.CharField(max_length=MAX_QUERY, required=False, strip=False)


class OpenedForm(forms.Form):
    """A result that was opened."""

    token = forms.UUIDField()
    kind = forms.CharField(max_length=30)
    rank = forms.IntegerField(min_value=1, max_value=1_000)


class ValuesField(forms.MultipleChoiceField):
    """Values of a facet to tick. As in the results page's address, others than those offered are no fault."""

    def __init__(self, label: Any) -> None:
        super().__init__(label=label, required=False, widget=forms.CheckboxSelectMultiple)

    @override
    def valid_value(self, value: Any) -> bool:
        return True

    @override
    def clean(self, value: Any) -> tuple[str, ...]:
        return _values(super().clean(value))


class AdvancedForm(forms.Form):
    """Lines in CNKI's manner (高级检索). Building what one could have typed, it has no search of its own."""

    LINES: Final = 4
    NARROWED: Final = ("stage", "grade", "subject")
    """Facets of which one may choose values; the results page has them all."""

    kind = forms.ChoiceField(required=False, label=_("Looked for"))
    first = forms.IntegerField(
        min_value=YEARS[0], max_value=YEARS[-1], required=False, label=_("From the year")
    )
    last = forms.IntegerField(min_value=YEARS[0], max_value=YEARS[-1], required=False, label=_("To the year"))
    sort = forms.ChoiceField(
        choices=[(sort.value, label) for sort, label in SORT_LABELS.items()], required=False, label=_("Order")
    )
    exact = forms.BooleanField(required=False, label=_("Only the words themselves, no synonyms"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tabs = [(kind.name, kind.label) for kind in kinds.kinds() if kind.tab]
        self.fields["kind"] = forms.ChoiceField(
            choices=[("", _("Everything")), *tabs], required=False, label=_("Looked for")
        )
        for name in self.NARROWED:
            self.fields[name] = ValuesField(label=FACET_LABELS[name])
        for number in range(self.LINES):
            self.fields |= self._line(number)

    def _line(self, number: int) -> dict[str, forms.Field]:
        joints = [(Joint.AND.value, _("and")), (Joint.OR.value, _("or")), (Joint.NOT.value, _("not"))]
        nth = number + 1
        return {
            f"joint{number}": forms.ChoiceField(
                choices=joints,
                required=False,
                label=_("How line %(nth)d goes with those above") % {"nth": nth},
            ),
            f"field{number}": forms.ChoiceField(
                choices=[(field.value, label) for field, label in FIELD_LABELS.items()],
                required=False,
                label=_("Where to look, line %(nth)d") % {"nth": nth},
            ),
            f"text{number}": forms.CharField(
                max_length=100, required=False, label=_("Words of line %(nth)d") % {"nth": nth}
            ),
            f"exact{number}": forms.BooleanField(
                required=False, label=_("Words of line %(nth)d stand together just so") % {"nth": nth}
            ),
        }

    def lines(self) -> list[Mapping[str, forms.BoundField]]:
        """The fields of each line, for the page."""
        return [
            {name: self[f"{name}{number}"] for name in ("joint", "field", "text", "exact")}
            for number in range(self.LINES)
        ]

    def offer(self, values: Mapping[str, Iterable[str]]) -> None:
        """The values of each facet that the page shows."""
        for name in self.NARROWED:
            field: forms.MultipleChoiceField = self.fields[name]  # type: ignore[assignment]
            field.choices = [(value, value) for value in values.get(name, ())]

    def narrowed(self) -> list[forms.BoundField]:
        """The facets that have values, for the page."""
        return [self[name] for name in self.NARROWED if self.fields[name].choices]  # type: ignore[attr-defined]

    @override
    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        tree = tree_of_lines(self._read(data, number) for number in range(self.LINES))
        query = unparse(tree) if tree else ""
        if len(query) > MAX_QUERY:
            raise forms.ValidationError(_("This is too much at once. Use fewer or shorter words."))
        data["query"] = query
        return data

    def _read(self, data: Mapping[str, Any], number: int) -> Line:
        return Line(
            text=tidy(data.get(f"text{number}")),
            field=Field(data.get(f"field{number}") or Field.ANY),
            is_exact=bool(data.get(f"exact{number}")),
            joint=Joint(data.get(f"joint{number}") or Joint.AND),
        )

    def wanted(self) -> Wanted:
        """The search that the lines ask for."""
        data = self.cleaned_data
        return Wanted(
            query=data["query"],
            kind=data["kind"],
            filters={name: data[name] for name in self.NARROWED if data[name]},
            years=(data["first"], data["last"]),
            sort=Sort(data["sort"] or Sort.RELEVANCE),
            synonyms=not data["exact"],
        )
