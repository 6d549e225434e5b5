"""Accounts and roles."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research import names
from research.enums import ADMINISTRATORS, Role
from research.imports.checking import MOBILE, STAFF_NUMBER
from research.models import Person, Unit


class PersonForm(forms.ModelForm[Person]):
    """新增、修改人员. Which fields exist is said here; roles and passwords are not among them."""

    class Meta:
        model = Person
        fields = ["name", "staff_number", "unit", "subject", "mobile", "email"]

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        choice.queryset = units
        choice.empty_label = None
        self.fields["name"].label = _("Name")
        self.fields["staff_number"].help_text = _("Letters and digits; people sign in with it.")
        self.fields["email"].help_text = _("With an e-mail address they can set a new password themselves.")

    def clean_name(self) -> str:
        name = names.tidy(self.cleaned_data["name"])
        if not names.is_name(name):
            raise ValidationError(_("The name holds a character that is in no name."))
        return name

    def clean_staff_number(self) -> str:
        number = names.tidy_number(self.cleaned_data["staff_number"])
        return checked(number, STAFF_NUMBER, _("The staff number must be 3 to 30 letters and digits."))

    def clean_mobile(self) -> str | None:
        number = names.tidy_number(self.cleaned_data["mobile"] or "")
        return checked(number, MOBILE, _("The mobile number must have 11 digits.")) if number else None

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    @override
    def validate_unique(self) -> None:
        """A number that is taken in any case was said to be so already; one sentence is enough."""
        if not self.non_field_errors():
            super().validate_unique()


def checked(text: str, validator: RegexValidator, fault: Any) -> str:
    try:
        validator(text)
    except ValidationError as error:
        raise ValidationError(fault) from error
    return text


class AppointmentForm(forms.Form):
    """任命."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[(role, label) for role, label in Role.choices if role not in ADMINISTRATORS]
    )
    unit = forms.ModelChoiceField(
        label=_("Unit"), queryset=Unit.objects.filter(is_active=True), empty_label=None
    )


class ImportForm(forms.Form):
    """上传名单."""

    file = forms.FileField(
        label=_("Workbook (.xlsx)"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )
    unit = forms.ModelChoiceField(
        label=_("Only for this unit"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Each row names its unit"),
    )

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        choice.queryset = units
        only = units[:2]
        if len(only) == 1:
            choice.empty_label, choice.initial = None, only[0]


class SlipsForm(forms.Form):
    """打印登录码: for one unit; ``again`` for those too who hold a valid code."""

    unit = forms.ModelChoiceField(queryset=Unit.objects.none())
    again = forms.BooleanField(required=False)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        choice.queryset = units


class PeopleFilter(forms.Form):
    """人员筛选."""

    q = forms.CharField(max_length=60, required=False)
    unit = forms.CharField(max_length=60, required=False)
    state = forms.ChoiceField(
        required=False,
        choices=[
            ("", _("All accounts")),
            ("active", _("Active")),
            ("waiting", _("Never signed in")),
            ("disabled", _("Disabled")),
        ],
    )
