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
