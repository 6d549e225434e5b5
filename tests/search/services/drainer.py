"""A process that drains a real outbox into a real index and is killed by tests: ``python -m tests.search.services.drainer
DOING``, which is «drain» or «queue and drain». At its end it says how all stands.

Its things are numbers; those in the file ``gone`` of the folder are gone.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import django

COUNT = 400
AT_ONCE = 20


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(doing: str) -> None:
    django.setup()
    from django.conf import settings
    from django.db import transaction

    from search import kinds
    from search.engines import engine
    from search.models import EntryRow, OutboxRow
    from search.services import indexing, outbox, rebuilding
    from search.types import Entry

    def there() -> list[str]:
        path = Path(settings.VAR) / "gone"
        gone = set(path.read_text(encoding="utf-8").split() if path.exists() else ())
        return [str(nth) for nth in range(COUNT) if str(nth) not in gone]

    def keys() -> Iterator[str]:
        return iter(there())

    def read(wanted: Sequence[str]) -> list[Entry]:
        known = set(there())
        return [Entry("slip", key, 0, f"第{key}份教案", frozenset({"all"})) for key in wanted if key in known]

    kinds._kinds.clear()
    kinds.register(
        kinds.Kind("slip", "slips", read, keys, lambda _, few: set(few), lambda _, few: {}, "slip.html")
    )
    if doing == "queue and drain":
        for start in range(0, COUNT, AT_ONCE):
            with transaction.atomic():
                named = [str(nth) for nth in range(start, start + AT_ONCE)]
                outbox.queue(kind="slip", keys=named, narrows=True)
    while done := indexing.drain(most=AT_ONCE):
        say(str(done))
    state = {
        "held": sorted(int(key) for _, key, _ in engine().versions()),
        "waiting": OutboxRow.objects.count(),
        "not indexed": EntryRow.objects.filter(is_indexed=False).count(),
        "differs": bool(rebuilding.difference()),
    }
    say(json.dumps(state))


if __name__ == "__main__":
    main(sys.argv[1])
