"""Write audit events."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

from research.enums import AuditResult
from research.models import AuditEvent, Person

# The network address that the running request came from; the middleware sets it.
_address: ContextVar[str | None] = ContextVar("address", default=None)
_LONGEST = 200


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Events recorded inside carry this network address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def legible(value: Any) -> Any:
    """A fact as it may stand in a log: no line breaks, escape sequences or direction marks, and not too long."""
    if isinstance(value, (list, tuple, set, frozenset)):
        return [legible(one) for one in value]
    if isinstance(value, (int, float, bool)) or value is None:
        return value
    text = str(value)[:_LONGEST]
    return "".join(
        c if unicodedata.category(c) not in {"Cc", "Cf", "Zl", "Zp", "Cs"} else f"<{ord(c):04x}>"
        for c in text
    )


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
        person=by,
        action=action,
        target=legible(name)[:120],
        result=result,
        address=address or _address.get(),
        detail={key: legible(value) for key, value in detail.items()},
    )


def record_refusal(
    action: str,
    *,
    by: Person | None,
    target: models.Model | str = "",
    address: str | None = None,
    **detail: Any,
) -> AuditEvent:
    """Somebody tried what they may not."""
    return record(action, by=by, target=target, result=AuditResult.REFUSED, address=address, **detail)
