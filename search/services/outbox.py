"""Say that something changed, in the transaction that changed it."""

from collections.abc import Iterable

from django.db import transaction

from search import kinds
from search.models import OutboxRow


def queue(
    *, kind: str, keys: Iterable[object], narrows: bool = False, is_named_elsewhere: bool = False
) -> None:
    """Have these things read for the index anew (登记待索引). ``narrows`` says that fewer people may find them from now on;
    ``is_named_elsewhere`` has what names them (``Kind.follows``) read anew as well.

    Must be called inside the transaction of the change, so that the one never happens without the other; raises
    RuntimeError outside of one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a change is queued in the transaction that makes it")
    names = list(dict.fromkeys(map(str, keys)))
    rows = [OutboxRow(kind=kind, key=name, narrows=narrows) for name in names]
    if is_named_elsewhere and names:
        for other in kinds.kinds():
            if kind in other.follows:
                following = dict.fromkeys(map(str, other.follows[kind](names)))
                rows += [OutboxRow(kind=other.name, key=key) for key in following]
    if rows:
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
