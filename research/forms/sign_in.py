"""Signing in, and what helps when that fails."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research import tasks
from research.errors import ResearchError
from research.models import Person
from research.names import tidy_number
from research.services import codes

_MOBILE_DIGITS = 11


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """登录: staff number or mobile number, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Staff number or mobile number")
        login.widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["remember"].label = _("Keep me signed in on this computer (not on a shared one)")

    def clean_login(self) -> str:
        """The staff number; throttles count for it, however somebody signs in."""
        login = tidy_number(super().clean_login())
        if len(login) != _MOBILE_DIGITS or not login.isdecimal():
            return login
        found = Person.objects.filter(mobile=login).values_list("staff_number", flat=True).first()
        return found or login


class ResetLetterForm(forms.Form):
    """忘记密码: whoever asks gets the same answer at the same speed; the worker looks the address up."""

    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        tasks.send_reset_letter.enqueue(email)
        return email


class EntryForm(forms.Form):
    """首次登录: the code from the slip, and a password of one's own."""

    staff_number = forms.CharField(
        label=_("Staff number"), max_length=30, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=_("Entry code"),
        max_length=20,
        help_text=_("Eight letters and digits on the slip that you were given."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    password1 = forms.CharField(
        label=_("New password"),
        max_length=128,
        strip=False,
        help_text=_("Ten characters or more. A sentence that only you think of is good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("New password, once more"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    person: Person

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean_staff_number(self) -> str:
        return tidy_number(self.cleaned_data["staff_number"])

    @override
    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.check_password(data, user=None)  # a password that will not do costs none of the tries
        if self.errors:
            return data
        try:
            self.person = codes.verify(
                staff_number=data["staff_number"], code=data["code"], address=self.address
            )
        except ResearchError as error:
            raise forms.ValidationError(str(error)) from error
        self.check_password(data, user=self.person)
        return data

    def check_password(self, data: dict[str, Any], *, user: Person | None) -> None:
        first, second = data.get("password1"), data.get("password2")
        if not first or not second:
            return
        if first != second:
            self.add_error("password2", _("The two passwords differ."))
            return
        try:
            validate_password(first, user=user)
        except forms.ValidationError as error:
            self.add_error("password1", error)
