"""Lesson plans, their templates, the textbooks they follow, and the files that belong to them."""

from lessons.models.attachments import Attachment, AttachmentText
from lessons.models.imports import ImportLesson, ImportPicture, LabelSynonym, PlanImport
from lessons.models.plan_templates import PlanTemplate
from lessons.models.plans import COLUMNS, LessonPlan, PlanMember
from lessons.models.textbooks import Textbook, TextbookUnit
from lessons.models.uses import PlanUse, PlanVisit

__all__ = [
    "COLUMNS",
    "Attachment",
    "AttachmentText",
    "ImportLesson",
    "ImportPicture",
    "LabelSynonym",
    "LessonPlan",
    "PlanImport",
    "PlanMember",
    "PlanTemplate",
    "PlanUse",
    "PlanVisit",
    "Textbook",
    "TextbookUnit",
]
