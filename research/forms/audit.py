"""Looking into the record."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from research.enums import AuditResult


class AuditFilter(forms.Form):
    """审计筛选."""

    text = forms.CharField(label=_("Action, target or address"), max_length=120, required=False)
    person = forms.CharField(label=_("Account"), max_length=60, required=False)
    result = forms.ChoiceField(
        label=_("Result"), required=False, choices=[("", _("Done and refused")), *AuditResult.choices]
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def conditions(self) -> dict[str, Any]:
        """What ``queries.events`` takes; a filter that is wrong counts as empty."""
        data = self.cleaned_data if self.is_valid() else {}
        since, until = data.get("since"), data.get("until")
        return {
            "text": data.get("text", ""),
            "person": data.get("person", ""),
            "result": data.get("result", ""),
            "since": start_of(since) if since else None,
            "until": start_of(until + timedelta(days=1)) if until else None,
        }


def start_of(day: Any) -> datetime:
    """The first moment of a day, here."""
    return timezone.make_aware(datetime.combine(day, time.min))
