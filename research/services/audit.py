"""Write audit events."""

from typing import Any

from django.db import models

from research.enums import AuditResult
from research.models import AuditEvent, Person


def record(
    action: str,
    *,
    by: Person | None,
    target: models.Model | str = "",
    result: AuditResult = AuditResult.DONE,
    address: str | None = None,
    **detail: Any,
) -> AuditEvent:
    """Add one event to the record (审计), inside the caller's transaction."""
    name = target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}"
    return AuditEvent.objects.create(
        person=by, action=action, target=name, result=result, address=address, detail=detail
    )
