"""The log of a shared document, its cache, and what was kept out of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class Document(models.Model):
    """One shared document (共享文档): the head of its log.

    ``seq`` numbers the rows of the log from 1 and is taken by ``UPDATE … RETURNING`` in the transaction that
    writes the rows, never from a sequence, whose values become visible out of commit order. ``epoch`` changes
    only when a history is rebuilt; a page with another epoch may not merge. ``size`` is what the document
    weighs in bytes: its snapshot and the rows after it. ``touched_seq`` is how far the app that owns the
    document has been told, ``compacted_seq`` how far its log was made short.
    """

    kind = models.CharField(_("kind"), max_length=30)
    key = models.CharField(_("key"), max_length=100)
    seq = models.BigIntegerField(_("last row of the log"), default=0)
    epoch = models.PositiveIntegerField(_("epoch"), default=1)
    schema = models.PositiveSmallIntegerField(_("schema"))
    size = models.BigIntegerField(_("size in bytes"), default=0)
    touched_seq = models.BigIntegerField(_("last row told to the owner"), default=0)
    compacted_seq = models.BigIntegerField(_("last row looked at for compaction"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    changed_at = models.DateTimeField(_("changed"), db_default=Now(), db_index=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("shared document")
        verbose_name_plural = _("shared documents")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="document_once_per_key"),
            models.CheckConstraint(name="document_seq_not_negative", condition=Q(seq__gte=0)),
            models.CheckConstraint(name="document_size_not_negative", condition=Q(size__gte=0)),
            models.CheckConstraint(name="document_epoch_from_one", condition=Q(epoch__gte=1)),
            models.CheckConstraint(name="document_told_what_exists", condition=Q(touched_seq__lte=F("seq"))),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class Update(models.Model):
    """One row of a document's log (更新): the bytes as they were received, and who sent them.

    Rows are appended, never changed; only compaction may put the merge of one person's rows of one hour in
    their place, under the last one's ``seq``. ``person`` is empty for what the platform itself wrote.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="updates", db_index=False)
    seq = models.BigIntegerField(_("row of the log"))
    epoch = models.PositiveIntegerField(_("epoch"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    payload = models.BinaryField(_("bytes"))
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["document", "seq"]
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        constraints = [
            models.UniqueConstraint(fields=["document", "seq"], name="update_once_per_seq"),
            models.CheckConstraint(name="update_seq_from_one", condition=Q(seq__gte=1)),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.document_id}#{self.seq}"


class Snapshot(models.Model):
    """A cache of the log up to ``seq`` (快照): deleting it costs only time."""

    document = models.OneToOneField(
        Document, on_delete=models.CASCADE, related_name="snapshot", primary_key=True
    )
    seq = models.BigIntegerField(_("last row covered"))
    epoch = models.PositiveIntegerField(_("epoch"))
    payload = models.BinaryField(_("bytes"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("snapshot")
        verbose_name_plural = _("snapshots")

    @override
    def __str__(self) -> str:
        return f"{self.document_id}≤{self.seq}"


class QuarantinedUpdate(models.Model):
    """Bytes that would have hurt a document (隔离的更新), with who sent them.

    ``seq`` is set when the bytes had reached the log before they were found out; that row is left out of
    every load.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="quarantined")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    seq = models.BigIntegerField(_("row of the log"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    payload = models.BinaryField(_("bytes"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("quarantined update")
        verbose_name_plural = _("quarantined updates")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "seq"], condition=Q(seq__isnull=False), name="quarantined_once_per_seq"
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.document_id}: {self.reason}"
