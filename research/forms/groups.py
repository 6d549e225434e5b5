"""Groups and members."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from research.enums import GroupRole
from research.models import Group, Person, Unit


class GroupForm(forms.ModelForm[Group]):
    """小组: a group's own facts. Its unit is chosen once, when it is founded."""

    class Meta:
        model = Group
        fields = ["name", "kind", "subject", "stage"]

    def clean_name(self) -> str:
        """Django compares only what the form itself holds, and the unit of a group that exists is not in it."""
        name = str(self.cleaned_data["name"])
        others = Group.objects.filter(unit=self.instance.unit_id, name=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("This unit has a group of this name already."))
        return name


class NewGroupForm(GroupForm):
    """建组."""

    class Meta(GroupForm.Meta):
        fields = ["name", "kind", "unit", "subject", "stage"]

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["unit"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
        choice.queryset = units
        choice.empty_label = None


class MemberForm(forms.Form):
    """加入成员: somebody from the list that the search gave."""

    person = forms.ModelChoiceField(queryset=Person.objects.filter(is_active=True))


class RoleForm(forms.Form):
    """任组长."""

    role = forms.ChoiceField(label=_("Role"), choices=GroupRole.choices)
