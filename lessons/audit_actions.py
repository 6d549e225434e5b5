"""What the record calls the acts of lessons (审计动作)."""

from django.utils.translation import gettext_lazy as _

LABELS = {
    "import.begun": _("Import from Word begun"),
    "import.discarded": _("Import from Word discarded"),
    "import.leftover_settled": _("Piece left over from an import settled"),
    "import.made_plan": _("Plan made from an import"),
    "import.read": _("Word file read"),
    "import.refused": _("Word file refused"),
    "import.taken_by_hand": _("Import taken over by hand"),
    "plan.column_changed": _("Fact of a plan changed"),
    "plan.created": _("Plan made"),
    "plan.duplicated": _("Plan copied"),
    "plan.exported": _("Plan exported"),
    "plan.file_attached": _("File attached to a plan"),
    "plan.file_removed": _("File of a plan removed"),
    "plan.handed_on": _("Plan handed on"),
    "plan.lead_changed": _("Lead of a plan changed"),
    "plan.member_added": _("Member of a plan added"),
    "plan.member_changed": _("Role in a plan changed"),
    "plan.member_removed": _("Member of a plan removed"),
    "plan.purged": _("Plan deleted for good"),
    "plan.restored": _("Plan restored"),
    "plan.trashed": _("Plan moved to the trash"),
    "plan.visibility_changed": _("Visibility of a plan changed"),
    "plan_template.offered": _("Plan template offered"),
    "plan_template.revised": _("Plan template revised"),
    "plan_template.withdrawn": _("Plan template withdrawn"),
}
