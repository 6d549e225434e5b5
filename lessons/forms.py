"""What pages send about plans; a form holds only what it names, so nothing else can be smuggled in."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons import columns, queries
from lessons.enums import GRADES, LESSON_TYPES, MEMBER_ROLES, PlanRole, Visibility
from lessons.errors import InvalidColumnError
from lessons.models import COLUMNS, ImportLesson, PlanTemplate, Textbook
from research.enums import Stage
from research.models import Group, Person

PERIODS_OF_TIME = [
    ("", _("Any time")),
    (7, _("Past week")),
    (30, _("Past month")),
    (90, _("Past 3 months")),
    (365, _("Past year")),
]
SORT_NAMES = [
    ("edited", _("Last edited")),
    ("created", _("Newest")),
    ("used", _("Most used")),
    ("title", _("By title")),
]
ANY_STAGE = [("", _("Any stage")), *Stage.choices]
ANY_VISIBILITY = [("", _("Any visibility")), *Visibility.choices]


def chosen(values: Iterable[str], empty: Any, current: str = "") -> list[tuple[str, Any]]:
    """Choices for a filter; the current value is among them even if the catalogue has it no more."""
    known = list(dict.fromkeys(values))
    extra = [current] if current and current not in known else []
    return [("", empty), *((value, value) for value in [*known, *extra])]


class ListForm(forms.Form):
    """The filters of the list. Everything stands in the address; what does not make sense is left out."""

    scope = forms.ChoiceField(choices=[(scope.value, scope.value) for scope in queries.Scope], required=False)
    q = forms.CharField(max_length=100, required=False, label=_("Words of the title"))
    stage = forms.ChoiceField(choices=ANY_STAGE, required=False, label=_("Stage"))
    grade = forms.CharField(max_length=20, required=False, label=_("Grade"))
    subject = forms.CharField(max_length=40, required=False, label=_("Subject"))
    edition = forms.CharField(max_length=60, required=False, label=_("Textbook edition"))
    volume = forms.CharField(max_length=60, required=False, label=_("Volume"))
    unit = forms.CharField(max_length=120, required=False, label=_("Textbook unit"))
    lesson_type = forms.CharField(max_length=20, required=False, label=_("Lesson type"))
    author = forms.CharField(max_length=60, required=False, label=_("Lead author"))
    group = forms.ModelChoiceField(
        Group.objects.none(), required=False, label=_("Group"), empty_label=_("Any group")
    )
    visibility = forms.ChoiceField(choices=ANY_VISIBILITY, required=False, label=_("Visibility"))
    days = forms.TypedChoiceField(
        choices=PERIODS_OF_TIME, coerce=int, empty_value=None, required=False, label=_("Edited")
    )
    sort = forms.ChoiceField(choices=SORT_NAMES, required=False, label=_("Order"))
    page = forms.IntegerField(min_value=1, max_value=queries.MAX_PAGE, required=False)

    SECONDARY: ClassVar[tuple[str, ...]] = (
        "edition", "volume", "unit", "lesson_type", "author", "group", "visibility", "days",
    )  # fmt: skip

    def __init__(self, data: Any, *, person: Person, books: Iterable[Textbook]) -> None:
        super().__init__(data)
        self.fields["group"].queryset = queries.groups_of(person)  # type: ignore[attr-defined]  # a model choice
        self._offer(list(books))

    def _offer(self, books: list[Textbook]) -> None:
        """Selects of what the catalogue knows for the stage and subject that are chosen."""
        stage, subject, edition = (self.data.get(name, "") for name in ("stage", "subject", "edition"))
        of_stage = [book for book in books if stage in {"", book.stage}]
        of_subject = [book for book in of_stage if subject in {"", book.subject}]
        of_edition = [book for book in of_subject if edition in {"", book.edition}]
        grades = (
            GRADES[Stage(stage)] if stage in Stage.values else [g for own in GRADES.values() for g in own]
        )
        self._select("grade", grades, _("Any grade"))
        self._select("subject", [book.subject for book in of_stage], _("Any subject"))
        self._select("edition", [book.edition for book in of_subject], _("Any edition"))
        self._select("volume", [book.volume for book in of_edition], _("Any volume"))
        self._select("lesson_type", LESSON_TYPES, _("Any lesson type"))

    def _select(self, name: str, values: Iterable[str], empty: Any) -> None:
        choices = chosen(values, empty, self.data.get(name, "")[:120])
        self.fields[name].widget = forms.Select(choices=choices)

    def wanted(self) -> dict[str, Any]:
        """What makes sense of what was asked."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    def has_secondary(self) -> bool:
        return any(self.data.get(name) for name in self.SECONDARY)


class CircleForm(forms.Form):
    """Who may find a plan."""

    visibility = forms.ChoiceField(
        choices=Visibility.choices,
        initial=Visibility.MEMBERS,
        label=_("Who may find it"),
        widget=forms.RadioSelect,
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), required=False, label=_("Group"), empty_label=_("No group"),
        help_text=_("Colleagues of the group may read and comment, if you show it to them."),
    )  # fmt: skip

    def __init__(self, *args: Any, person: Person, kept: Group | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = queries.groups_of(person)
        own = groups | Group.objects.filter(pk=kept.pk) if kept else groups
        self.fields["group"].queryset = own.distinct()  # type: ignore[attr-defined]  # a model choice


class PlanForm(CircleForm):
    """A new plan: its template, its columns, its circle."""

    template = forms.ModelChoiceField(PlanTemplate.objects.none(), label=_("Template"), empty_label=None)
    title = forms.CharField(max_length=200, label=_("Lesson title"))
    stage = forms.ChoiceField(
        choices=[("", _("Please choose")), *Stage.choices], required=False, label=_("Stage")
    )
    subject = forms.CharField(max_length=40, required=False, label=_("Subject"))
    grade = forms.CharField(max_length=20, required=False, label=_("Grade"))
    from_edition = forms.CharField(max_length=60, required=False, label=_("Textbook edition"))
    textbook = forms.ModelChoiceField(Textbook.objects.none(), required=False, label=_("Textbook"))
    catalogue_unit = forms.CharField(max_length=120, required=False, label=_("Textbook unit"))
    edition = forms.CharField(max_length=60, required=False, label=_("Textbook edition"))
    volume = forms.CharField(max_length=60, required=False, label=_("Volume"))
    unit = forms.CharField(max_length=120, required=False, label=_("Textbook unit"))
    theme = forms.CharField(max_length=120, required=False, label=_("Theme"))
    periods = forms.CharField(max_length=3, required=False, label=_("Periods"))
    lesson_type = forms.CharField(max_length=20, required=False, label=_("Lesson type"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = queries.offered_templates()  # type: ignore[attr-defined]  # model choices
        self.fields["textbook"].queryset = queries.textbooks()  # type: ignore[attr-defined]

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        self._follow(cleaned.get("textbook"))
        for name in COLUMNS:
            try:
                cleaned[name] = columns.clean(name, cleaned.get(name))
            except InvalidColumnError as error:
                if name not in self.errors:
                    self.add_error(name, str(error))
        if cleaned.get("visibility") == Visibility.GROUP and not cleaned.get("group"):
            self.add_error("group", _("Choose the group that may find the plan."))
        return cleaned

    def _follow(self, textbook: Textbook | None) -> None:
        """What was chosen from the catalogue, where the teacher said nothing else."""
        if textbook is None:
            self.cleaned_data["edition"] = self.cleaned_data.get("edition") or self.cleaned_data.get(
                "from_edition"
            )
            return
        for name in ("stage", "subject", "grade", "edition", "volume"):
            self.cleaned_data[name] = self.cleaned_data.get(name) or getattr(textbook, name)
        self.cleaned_data["unit"] = self.cleaned_data.get("unit") or self.cleaned_data.get("catalogue_unit")

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in COLUMNS}


class ImportedPlanForm(CircleForm):
    """A plan from Word: its template and its circle; the rest was placed before."""

    template = forms.ModelChoiceField(PlanTemplate.objects.none(), label=_("Template"), empty_label=None)

    def __init__(self, *args: Any, person: Person, lesson: ImportLesson, **kwargs: Any) -> None:
        templates = list(queries.offered_templates())
        initial = {"template": fitting_template(templates, lesson)}
        super().__init__(*args, person=person, initial=initial, **kwargs)
        self.fields["template"].queryset = queries.offered_templates()  # type: ignore[attr-defined]  # a model choice

    @override
    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("visibility") == Visibility.GROUP and not cleaned.get("group"):
            self.add_error("group", _("Choose the group that may find the plan."))
        return cleaned

    def column_label(self, name: str) -> str:
        return str(columns.LABELS.get(name, name))


def fitting_template(templates: list[PlanTemplate], lesson: ImportLesson) -> int | None:
    """The template that has a place for most of what the lesson holds; the first of several."""
    places = {piece.get("place", "").partition("/")[0] for piece in lesson.pieces}
    keys = {template.pk: {section.key for section in template.sections()} for template in templates}
    return max(keys, key=lambda pk: len(keys[pk] & places), default=None)


MEMBER_CHOICES = [(role.value, role.label) for role in MEMBER_ROLES]


class RoleForm(forms.Form):
    """A member's part."""

    role = forms.TypedChoiceField(choices=MEMBER_CHOICES, coerce=PlanRole, label=_("Role"))


class MemberForm(RoleForm):
    """Somebody new, and their part."""

    person = forms.ModelChoiceField(Person.objects.filter(is_active=True), label=_("Person"))


class LeadForm(forms.Form):
    """The new lead: one of the people who may be."""

    person = forms.ModelChoiceField(Person.objects.none(), label=_("Person"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]  # a model choice
