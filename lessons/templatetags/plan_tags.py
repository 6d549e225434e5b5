"""How a plan is told in a line."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.models import LessonPlan

register = template.Library()


@register.filter
def told(plan: LessonPlan) -> str:
    """What the plan is about: 高一 · 思想政治 · 统编版 必修4 · 第一单元 · 2 课时 · 新授课."""
    book = " ".join(part for part in (plan.edition, plan.volume) if part)
    periods = ngettext("%(count)s period", "%(count)s periods", plan.periods or 0) % {"count": plan.periods}
    level = plan.grade or (plan.get_stage_display() if plan.stage else "")
    parts = (level, plan.subject, book, plan.unit, periods if plan.periods else "", plan.lesson_type)
    return " · ".join(str(part) for part in parts if part)


@register.filter
def when(moment: datetime) -> str:
    """A moment as people say it: 今天 09:42, 昨天 21:40, 11月20日, 2025年3月1日."""
    local = timezone.localtime(moment)
    days = (timezone.localdate() - local.date()).days
    if days == 0:
        return _("Today %(time)s") % {"time": date_format(local, "H:i")}
    if days == 1:
        return _("Yesterday %(time)s") % {"time": date_format(local, "H:i")}
    this_year = local.year == timezone.localdate().year
    return date_format(local, "MONTH_DAY_FORMAT" if this_year else "DATE_FORMAT")
