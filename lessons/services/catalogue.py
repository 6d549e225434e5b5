"""Fill the catalogue of textbooks."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction

from lessons.models import Textbook, TextbookUnit

SHIPPED = Path(__file__).resolve().parent.parent / "catalogue" / "textbooks.json"
NAMED_BY = ("stage", "subject", "edition", "grade", "volume")


def load_shipped() -> int:
    """Add what the platform comes with (内置教材目录); how many volumes were new."""
    return add_textbooks(entries=json.loads(SHIPPED.read_text(encoding="utf-8"))["textbooks"])


@transaction.atomic
def add_textbooks(*, entries: Sequence[Mapping[str, Any]]) -> int:
    """Add the volumes that are not in the catalogue, with their units; what is there stays as it was
    edited.
    """
    known = set(Textbook.objects.values_list(*NAMED_BY))
    fresh = [
        (Textbook(**{name: entry[name] for name in NAMED_BY}, position=10 * place), entry["units"])
        for place, entry in enumerate(entries, start=1)
        if tuple(entry[name] for name in NAMED_BY) not in known
    ]
    Textbook.objects.bulk_create([book for book, _units in fresh])
    TextbookUnit.objects.bulk_create(
        [
            TextbookUnit(textbook=book, title=title, position=10 * place)
            for book, units in fresh
            for place, title in enumerate(units, start=1)
        ]
    )
    return len(fresh)
