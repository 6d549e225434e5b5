"""The words that plans are described with."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from research.enums import Stage


class Visibility(TextChoices):
    """可见范围: who finds a plan besides its members; each includes the ones before it."""

    MEMBERS = "members", _("Members only")
    GROUP = "group", _("My group")
    UNIT = "unit", _("My unit")
    COUNTY = "county", _("My county")
    CITY = "city", _("The whole city")


class PlanRole(TextChoices):
    """A person's part in a plan (分工). The lead is a column of the plan, so that there is always exactly
    one.
    """

    LEAD = "lead", _("Lead author")
    CO_AUTHOR = "co_author", _("Co-author")
    COMMENTER = "commenter", _("Commenter")
    READER = "reader", _("Reader")


MEMBER_ROLES = (PlanRole.CO_AUTHOR, PlanRole.COMMENTER, PlanRole.READER)


class SectionKind(TextChoices):
    """What a section of a template holds."""

    RICH = "rich", _("Rich text")
    STEPS = "steps", _("Teaching steps")


class UseKind(TextChoices):
    """How somebody used a plan (使用)."""

    DUPLICATED = "duplicated", _("Duplicated")
    EXPORTED = "exported", _("Exported")


class ImportState(TextChoices):
    """How far an import from Word (从 Word 导入) has come."""

    WAITING = "waiting", _("Waiting")
    READING = "reading", _("Being read")
    READY = "ready", _("Ready to place")
    DONE = "done", _("Made into plans")
    FAILED = "failed", _("Could not be read")


# Offered for 年级 and 课型; both are free text, for schools name them in many ways.
GRADES: dict[Stage, tuple[str, ...]] = {
    Stage.KINDERGARTEN: ("小班", "中班", "大班"),
    Stage.PRIMARY: ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级"),
    Stage.JUNIOR: ("七年级", "八年级", "九年级"),
    Stage.SENIOR: ("高一", "高二", "高三"),
    Stage.VOCATIONAL: ("中职一年级", "中职二年级", "中职三年级"),
    Stage.UNIVERSITY: ("大一", "大二", "大三", "大四", "研究生"),
}
LESSON_TYPES = ("新授课", "复习课", "讲评课", "活动课", "实践课", "实验课", "理论课", "专题课", "班会课")

# The sections that plans of any template may have; a template may say the label otherwise.
FIELD_LABELS = {
    "textbook_analysis": _("Textbook analysis"),
    "learner_analysis": _("Learner analysis"),
    "objectives": _("Objectives"),
    "key_points": _("Key points"),
    "difficult_points": _("Difficult points"),
    "value_guidance": _("Value guidance"),
    "red_resources": _("Red resources"),
    "stage_links": _("Links between stages"),
    "methods": _("Methods"),
    "preparation": _("Preparation"),
    "steps": _("Teaching process"),
    "board": _("Board design"),
    "homework": _("Homework"),
    "assessment": _("Assessment"),
    "reflection": _("Reflection"),
    "references": _("References"),
}
