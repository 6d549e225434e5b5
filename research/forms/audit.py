"""Looking into the record."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from research.enums import AuditResult

YEARS = range(2000, 2200)


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def sensible(day: date) -> None:
    """A day from which one can go on to the next, in any time zone."""
    if day.year not in YEARS:
        raise forms.ValidationError(_("Please choose a day of this century."))


class AuditFilter(forms.Form):
    """审计筛选."""

    text = forms.CharField(label=_("Action, target or address"), max_length=120, required=False)
    person = forms.CharField(label=_("Account"), max_length=60, required=False)
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[("", _("Done and refused")), *AuditResult.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=day_input(), validators=[sensible])
    until = forms.DateField(label=_("To"), required=False, widget=day_input(), validators=[sensible])

    def conditions(self) -> dict[str, Any]:
        """What ``queries.events`` takes; each filter that is wrong counts as empty, and the page says so."""
        self.is_valid()
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        return {
            "text": data.get("text", ""),
            "person": data.get("person", ""),
            "result": data.get("result", ""),
            "since": start_of(since) if since else None,
            "until": start_of(until + timedelta(days=1)) if until else None,
        }


def start_of(day: date) -> datetime:
    """The first moment of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))
