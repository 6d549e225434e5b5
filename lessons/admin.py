"""Administration: templates and textbooks. No plans, for administrators do not read private ones."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons.columns import LABELS
from lessons.enums import FIELD_LABELS
from lessons.errors import TemplateError
from lessons.models import COLUMNS, LabelSynonym, PlanTemplate, Textbook, TextbookUnit
from lessons.models.imports import label_key
from lessons.services import plan_templates
from research.admin import AuditedAdmin
from research.models import Person

PLACES = [*((name, LABELS[name]) for name in COLUMNS), *FIELD_LABELS.items()]


class Indented(json.JSONEncoder):
    """JSON that a person can read."""

    @override
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "indent": 1})


class TemplateForm(forms.ModelForm[PlanTemplate]):
    """A template as its administrator edits it."""

    definition = forms.JSONField(
        label=_("Sections (JSON)"),
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 40, "cols": 100}),
        help_text=_("An edit becomes a new version; plans keep theirs."),
    )

    class Meta:
        model = PlanTemplate
        fields = ("title", "description", "definition", "is_offered")

    def clean_definition(self) -> dict[str, Any]:
        definition = self.cleaned_data["definition"]
        if not isinstance(definition, dict):
            raise ValidationError(_("The definition is a JSON object with «sections»."))
        try:
            return plan_templates.checked(definition)
        except TemplateError as error:
            raise ValidationError(str(error)) from error


@admin.register(PlanTemplate)
class PlanTemplateAdmin(admin.ModelAdmin[PlanTemplate]):
    """Versions of templates; saving a change makes the next version."""

    form = TemplateForm
    list_display = ("title", "key", "version", "is_offered", "created_at")
    list_filter = ("key", "is_offered")
    readonly_fields = ("key", "version", "created_at", "created_by")
    fields = ("title", "description", "definition", "is_offered", *readonly_fields)

    @override
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @override
    def has_delete_permission(self, request: HttpRequest, obj: PlanTemplate | None = None) -> bool:
        return False

    @override
    def save_model(self, request: HttpRequest, obj: PlanTemplate, form: Any, change: bool) -> None:
        by = request.user
        assert isinstance(by, Person)  # noqa: S101 - the administration's own sign-in
        if {"title", "description", "definition"} & set(form.changed_data):
            kept = PlanTemplate.objects.get(pk=obj.pk)
            plan_templates.revise_template(
                template=kept, title=obj.title, description=obj.description, definition=obj.definition, by=by
            )
        if "is_offered" in form.changed_data:
            plan_templates.offer_template(template=obj, is_offered=obj.is_offered, by=by)


class TextbookUnitInline(admin.TabularInline[TextbookUnit, Textbook]):
    """The units of a volume, in their order."""

    model = TextbookUnit
    fields = ("position", "title", "parent")
    extra = 3

    @override
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A unit stands below another one of the same volume."""
        if db_field.name == "parent":
            match = request.resolver_match
            own = TextbookUnit.objects.filter(
                parent=None, textbook=match.kwargs.get("object_id") if match else None
            )
            kwargs["queryset"] = own
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Textbook)
class TextbookAdmin(AuditedAdmin[Textbook]):
    """The catalogue of 教材版本·册·单元; plans keep the words they took from it."""

    list_display = ("subject", "stage", "edition", "grade", "volume", "is_active", "position")
    list_display_links = ("subject", "volume")
    list_filter = ("stage", "subject", "is_active")
    search_fields = ("subject", "edition", "volume", "units__title")
    list_editable = ("is_active", "position")
    inlines = (TextbookUnitInline,)
    ordering = ("position", "pk")


class LabelSynonymForm(forms.ModelForm[LabelSynonym]):
    """A name that forms use, and the one or two places that it stands for."""

    first = forms.ChoiceField(choices=PLACES, label=_("place in the plan"))
    second = forms.ChoiceField(
        choices=[("", "—"), *PLACES],
        required=False,
        label=_("second place in the plan"),
        help_text=_("Only where one label stands for two."),
    )

    class Meta:
        model = LabelSynonym
        fields = ("words",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first, _plus, second = self.instance.place.partition("+")
        self.initial.update(first=first, second=second)

    def clean_words(self) -> str:
        words: str = self.cleaned_data["words"]
        key = label_key(words)
        if not key:
            raise forms.ValidationError(_("Write the name as it stands in the form."))
        if LabelSynonym.objects.filter(key=key).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This name is known already."))
        return words

    @override
    def save(self, commit: bool = True) -> LabelSynonym:
        parts = [self.cleaned_data["first"], self.cleaned_data["second"]]
        self.instance.place = "+".join(dict.fromkeys(part for part in parts if part))
        saved: LabelSynonym = super().save(commit)
        return saved


@admin.register(LabelSynonym)
class LabelSynonymAdmin(AuditedAdmin[LabelSynonym]):
    """栏目别名: what schools call the parts of a plan."""

    form = LabelSynonymForm
    list_display = ("words", "place", "added_at")
    search_fields = ("words", "place")
