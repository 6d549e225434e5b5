"""Say that something changed, in the transaction that changed it."""

from collections.abc import Iterable

from django.db import transaction

from search import kinds
from search.models import OutboxRow


def queue(*, kind: str, keys: Iterable[object], narrows: bool = False) -> None:
    """Have these things read for the index anew (登记待索引). ``narrows`` says that fewer people may find them from now on.

    Must be called inside the transaction of the change, so that the one never happens without the other; raises
    RuntimeError outside of one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a change is queued in the transaction that makes it")
    rows = [OutboxRow(kind=kind, key=str(key), narrows=narrows) for key in dict.fromkeys(keys)]
    OutboxRow.objects.bulk_create(rows, batch_size=500)


def hidden_now() -> frozenset[str]:
    """Ids of things whose readers became fewer while the index does not know it yet: no search may show them."""
    rows = OutboxRow.objects.filter(narrows=True).values_list("kind", "key").distinct()
    return frozenset(f"{kind}:{key}" for kind, key in rows)


def queue_all(kind: str) -> int:
    """Queue every thing of a kind; how many."""
    found = kinds.find(kind)
    keys = list(found.all_keys()) if found else []
    with transaction.atomic():
        queue(kind=kind, keys=keys)
    return len(keys)
