"""Files on their way from Word to a plan, and the labels that administrators add."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from lessons.enums import ImportState
from lessons.models.plans import LessonPlan
from research.models import Person


def file_path(item: PlanImport, _name: str) -> str:
    """Where an uploaded file is kept; its own name is no part of it."""
    return f"imports/{item.pk}/source"


def picture_path(picture: ImportPicture, name: str) -> str:
    return f"imports/{picture.item_id}/{picture.pk}.{name.rpartition('.')[2]}"


class PlanImportQuerySet(models.QuerySet["PlanImport"]):
    def visible_to(self, person: Person) -> PlanImportQuerySet:
        """What somebody uploaded is seen by nobody else."""
        return self.filter(owner=person) if person.is_active else self.none()


class PlanImport(models.Model):
    """从 Word 导入: one uploaded file until its lessons are plans. Only its owner sees it; it goes at
    ``expires_at``.

    ``source`` is the file as it was read (``imports.source``) and ``rest`` what belongs to
    none of its lessons; both
    are there exactly when the file was read. ``fault`` says by a known word why it was not. ``dropped``
    lists what
    was left out: (what, detail).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="plan_imports",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("kind of file"), max_length=10, blank=True)
    file = models.FileField(_("file"), upload_to=file_path, blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size in bytes"))
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.WAITING)
    progress_percent = models.PositiveSmallIntegerField(_("progress"), default=0)
    fault = models.CharField(_("fault"), max_length=30, blank=True)
    verdict = models.CharField(_("verdict"), max_length=10, blank=True)
    source = models.JSONField(_("source"), null=True, blank=True)
    rest = models.JSONField(_("rest"), default=list, blank=True)
    dropped = models.JSONField(_("left out"), default=list, blank=True)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    objects = PlanImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("import from Word")
        verbose_name_plural = _("imports from Word")
        constraints = [
            models.CheckConstraint(
                name="import_fault_exactly_when_failed", condition=Q(fault="") ^ Q(state="failed")
            ),
            models.CheckConstraint(
                name="import_read_exactly_when_there_is_a_source",
                condition=Q(source=None, read_at=None) | Q(source__isnull=False, read_at__isnull=False),
            ),
            models.CheckConstraint(
                name="import_ready_has_a_source",
                condition=~Q(state__in=["ready", "done"]) | Q(source__isnull=False),
            ),
            models.CheckConstraint(
                name="import_progress_is_a_percentage", condition=Q(progress_percent__lte=100)
            ),
            models.CheckConstraint(name="import_expires_later", condition=Q(expires_at__gt=F("created_at"))),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class ImportLesson(models.Model):
    """One lesson (一课) found in a file: its pieces and where each goes (``imports.pieces``), until
    ``plan`` is made.

    ``version`` counts the changes of the placing, so that two open pages do not overwrite each other.
    ``left_over`` counts the pieces that have no place though the plan is made; as long as there are any the import stays.
    """

    item = models.ForeignKey(
        PlanImport, on_delete=models.CASCADE, related_name="lessons", verbose_name=_("import")
    )
    number = models.PositiveSmallIntegerField(_("number in the file"))
    pieces = models.JSONField(_("pieces"), default=list)
    columns = models.JSONField(_("columns"), default=dict)
    minutes = models.JSONField(_("minutes of the steps"), default=list, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    left_over = models.PositiveSmallIntegerField(_("not placed yet"), default=0)
    plan = models.ForeignKey(
        LessonPlan, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("plan")
    )

    class Meta:
        ordering = ["item", "number"]
        verbose_name = _("lesson in an import")
        verbose_name_plural = _("lessons in imports")
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="import_lesson_number_once"),
            models.UniqueConstraint(fields=["plan"], name="import_lesson_once_a_plan"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.item} · {self.number}"

    @property
    def title(self) -> str:
        return str(self.columns.get("title", {}).get("value", ""))

    def data(self) -> dict[str, Any]:
        """The lesson as ``imports.building`` takes it."""
        return {"pieces": self.pieces, "columns": self.columns, "minutes": self.minutes}


class ImportPicture(models.Model):
    """A picture (图片) taken out of an uploaded file; its id stands for it until a plan takes it over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(
        PlanImport, on_delete=models.CASCADE, related_name="pictures", verbose_name=_("import")
    )
    number = models.PositiveSmallIntegerField(_("number in the file"))
    file = models.FileField(_("file"), upload_to=picture_path)
    width = models.PositiveIntegerField(_("width"), default=0)
    height = models.PositiveIntegerField(_("height"), default=0)

    class Meta:
        ordering = ["item", "number"]
        verbose_name = _("picture in an import")
        verbose_name_plural = _("pictures in imports")
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="import_picture_number_once")]

    @override
    def __str__(self) -> str:
        return f"{self.item} · {self.number}"


def label_key(words: str) -> str:
    """The words as they are compared: letters, digits and ideographs alone, in lower case."""
    return "".join(character for character in words if character.isalnum()).lower()


class LabelSynonym(models.Model):
    """栏目别名: another name that schools give to a part of a plan; added to the shipped ones of
    ``labels.toml``.

    ``place`` is a column, a field or ``steps``; two with ``+`` between them where one label stands for both.
    """

    words = models.CharField(_("name in the form"), max_length=30)
    key = models.CharField(max_length=30, unique=True, editable=False)
    place = models.CharField(_("place in the plan"), max_length=60)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("label synonym")
        verbose_name_plural = _("label synonyms")
        constraints = [models.CheckConstraint(name="label_synonym_has_letters", condition=~Q(key=""))]

    @override
    def __str__(self) -> str:
        return self.words

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.key = label_key(self.words)
        super().save(*args, **kwargs)
