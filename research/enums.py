"""The words that people, units and groups are described with."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    """学段."""

    KINDERGARTEN = "kindergarten", _("Kindergarten")
    PRIMARY = "primary", _("Primary school")
    JUNIOR = "junior", _("Junior high school")
    SENIOR = "senior", _("Senior high school")
    VOCATIONAL = "vocational", _("Vocational school")
    UNIVERSITY = "university", _("University")


class UnitKind(TextChoices):
    """What a unit (单位) is."""

    BUREAU = "bureau", _("Education bureau")
    OFFICE = "office", _("Teaching-research office")
    SCHOOL = "school", _("School")


class Role(TextChoices):
    """任职: what somebody is entrusted with in a unit, beyond being its teacher.

    The three administrators divide the powers of the system (三员分立): no person holds two of them.
    """

    OFFICER = "officer", _("Teaching-research officer")
    UNIT_ADMIN = "unit_admin", _("Unit administrator")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDIT_ADMIN = "audit_admin", _("Audit administrator")


# 三员: no person holds two of these.
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


class GroupKind(TextChoices):
    """What a group is for."""

    RESEARCH = "research", _("Teaching-research group")
    PREPARATION = "preparation", _("Lesson-preparation group")
    STUDIO = "studio", _("Master-teacher studio")


class GroupRole(TextChoices):
    """A member's part in a group."""

    LEADER = "leader", _("Group leader")
    MEMBER = "member", _("Group member")


class AuditResult(TextChoices):
    """How an attempt ended."""

    DONE = "done", _("Done")
    REFUSED = "refused", _("Refused")


class ImportState(TextChoices):
    """How far a list of people has come."""

    RECEIVING = "receiving", _("Being received")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, waiting for you")
    RUNNING = "running", _("Being written")
    DONE = "done", _("Done")
    FAILED = "failed", _("Stopped by a fault")


class RowState(TextChoices):
    """What became, or will become, of one row of a list of people."""

    WAITING = "waiting", _("Not checked yet")
    NEW = "new", _("New account")
    CHANGE = "change", _("Will be changed")
    SAME = "same", _("Nothing to change")
    FAULT = "fault", _("Fault")
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
