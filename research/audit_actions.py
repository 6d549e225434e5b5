"""What the record calls each act (审计动作). The apps above add their own; ``event.action`` stays the stable name."""

from collections.abc import Mapping

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Label = str | Promise

_LABELS: dict[str, Label] = {
    "appointment.created": _("Role given"),
    "appointment.ended": _("Role taken back"),
    "audit.exported": _("Record exported"),
    "audit.purged": _("Old entries of the record removed"),
    "document.join": _("Tried to open a document"),
    "document.poison": _("Sent a damaged edit"),
    "document.write": _("Tried to write in a document"),
    "entry_code.ended": _("Entry code ended"),
    "entry_code.issued": _("Entry code issued"),
    "entry_code.tried": _("Wrong entry code"),
    "entry_code.used": _("Entry code used"),
    "group.changed": _("Group changed"),
    "group.created": _("Group made"),
    "member.added": _("Member of a group added"),
    "member.left": _("Left a group"),
    "member.removed": _("Member of a group removed"),
    "member.role_changed": _("Role in a group changed"),
    "password.changed": _("Password changed"),
    "password.reset": _("Password set anew"),
    "people_import.finished": _("List of people taken in"),
    "people_import.started": _("List of people confirmed"),
    "people_import.uploaded": _("List of people uploaded"),
    "person.changed": _("Account changed"),
    "person.created": _("Account made"),
    "person.disabled": _("Account disabled"),
    "person.enabled": _("Account enabled"),
    "request.refused": _("Page refused"),
    "second_step.added": _("Second step added"),
    "second_step.ended": _("Second step ended by an administrator"),
    "second_step.removed": _("Second step removed"),
    "second_step.reset": _("Second step set anew"),
    "second_step.tried": _("Wrong second step"),
    "session.ended": _("Signed out"),
    "session.started": _("Signed in"),
    "session.tried": _("Sign-in failed"),
    "task.retried": _("Given-up task tried again"),
}
_VERBS: dict[str, Label] = {
    "created": _("added in the administration"),
    "changed": _("changed in the administration"),
    "deleted": _("deleted in the administration"),
}


def register(labels: Mapping[str, Label]) -> None:
    """An app's own acts."""
    _LABELS.update(labels)


def label_of(action: str) -> str:
    """The act in words; one that nobody named (of an older version, say) is shown by its name."""
    if action in _LABELS:
        return str(_LABELS[action])
    noun, _dot, verb = action.partition(".")
    model = next((model for model in apps.get_models() if model._meta.model_name == noun), None)
    if model is None or verb not in _VERBS:
        return action
    return gettext("%(what)s: %(done)s") % {"what": model._meta.verbose_name, "done": _VERBS[verb]}


def actions_like(text: str) -> list[str]:
    """The acts whose words hold a text."""
    return [action for action, label in _LABELS.items() if text in str(label)]
