"""Lists of people that are being imported."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research.enums import ImportState, RowState
from research.models.people import Person
from research.models.units import Unit


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    """Lists, and those that somebody may see."""

    def visible_to(self, person: Person) -> "PeopleImportQuerySet":
        """Their own, received whole."""
        return self.filter(by=person).exclude(state=ImportState.RECEIVING)


class PeopleImport(models.Model):
    """人员导入: one uploaded list; checked first, written after its owner agreed.

    ``unit`` is the only unit whose people the list may hold, empty for a list that names each person's own.
    ``fault`` is the kind of exception that stopped it. No page knows a list that is still being received.
    """

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    file_name = models.CharField(_("file name"), max_length=200)
    state = models.CharField(_("state"), max_length=20, choices=ImportState, default=ImportState.RECEIVING)
    fault = models.CharField(_("fault"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")

    @override
    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of a list; ``number`` is the sheet's own, ``fault`` a sentence where it cannot be taken."""

    source = models.ForeignKey(
        PeopleImport, on_delete=models.CASCADE, related_name="rows", verbose_name=_("import")
    )
    number = models.PositiveIntegerField(_("row"))
    cells = models.JSONField(_("cells"))
    state = models.CharField(_("state"), max_length=20, choices=RowState, default=RowState.WAITING)
    fault = models.CharField(_("fault"), max_length=300, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )

    class Meta:
        ordering = ["source", "number"]
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes = [models.Index(fields=["source", "state", "number"], name="import_row_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="import_row_once"),
            models.CheckConstraint(
                name="import_row_fault_exactly_when_faulty",
                condition=(models.Q(state=RowState.FAULT) & ~models.Q(fault=""))
                | (~models.Q(state=RowState.FAULT) & models.Q(fault="")),
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.source} · {self.number}"
