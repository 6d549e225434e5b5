"""Searches that a person keeps, and what is new in them (保存的检索)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from search import kinds
from search.engines import engine
from search.errors import EngineUnavailableError, SavedSearchError
from search.models import SavedSearch
from search.services import searching
from search.services.outbox import hidden_now
from search.services.rechecking import may_find, rows_of
from search.services.searching import Wanted
from search.types import Hit, Request, Sort

MOST: Final = 50
LOOKED_THROUGH: Final = 100
"""So many of the newest results are looked at; more than that is «99+»."""
LONGEST: Final = 1000


@transaction.atomic
def save_search(*, name: str, params: str, by: Any) -> SavedSearch:
    """Keep a search (保存检索); one that is kept already gets the new name.

    Raises SavedSearchError where there are too many, or the search is too long.
    """
    if len(params) > LONGEST:
        raise SavedSearchError(_("This search has too many conditions to be kept. Take some of them out."))
    own = SavedSearch.objects.filter(person=by)
    if not own.filter(params=params).exists() and own.count() >= MOST:
        raise SavedSearchError(_("You keep fifty searches already. Delete one that you need no more."))
    saved, _is_new = own.update_or_create(
        person=by,
        params=params,
        defaults={"name": name},
        create_defaults={"name": name, "looked_at": timezone.now()},
    )
    return saved


@transaction.atomic
def rename_search(*, saved_id: int, name: str, by: Any) -> None:
    SavedSearch.objects.filter(person=by, pk=saved_id).update(name=name)


@transaction.atomic
def delete_search(*, saved_id: int, by: Any) -> None:
    SavedSearch.objects.filter(person=by, pk=saved_id).delete()


@transaction.atomic
def look_at(*, saved_id: int, by: Any) -> None:
    """What is there now is no longer new."""
    SavedSearch.objects.filter(person=by, pk=saved_id).update(looked_at=timezone.now())


def new_in(person: Any, asked: Mapping[int, tuple[Wanted, datetime]]) -> dict[int, int | None]:
    """How many results of each kept search were made or changed since it was last looked at; None while the engine is away.

    The newest hundred results of each are asked of the engine; then the database says once for all of them which the
    person may find now and when they changed. A result that was changed again counts, as does one that this person
    may find only now and that changed since.
    """
    principals, hidden = kinds.principals_of(person), hidden_now()
    found: dict[int, Sequence[Hit]] = {}
    try:
        for key, (wanted, _at) in asked.items():
            found[key] = engine().search(_newest(wanted, principals, hidden)).hits
    except EngineUnavailableError:
        return dict.fromkeys(asked)
    changed = _changed({hit for hits in found.values() for hit in hits}, person)
    return {
        key: sum(hit.id in changed and changed[hit.id] > asked[key][1] for hit in hits)
        for key, hits in found.items()
    }


def _newest(wanted: Wanted, principals: frozenset[str], hidden: frozenset[str]) -> Request:
    """The page's own search, with the newest results first."""
    return Request(
        principals=principals,
        query=searching.tree_of(wanted)[0],
        synonyms=wanted.synonyms,
        kinds=(wanted.kind,) if wanted.kind else (),
        filters=wanted.filters,
        years=wanted.years,
        sort=Sort.NEWEST,
        limit=LOOKED_THROUGH,
        everything=wanted.everything,
        excluded=hidden,
    )


def _changed(hits: set[Hit], person: Any) -> dict[str, datetime]:
    """When each of those that the person may find now was made or changed last."""
    may = may_find(person, hits)
    rows = rows_of([hit for hit in hits if hit.id in may], "created_at", "changed_at")
    times = {name: [at for at in (row.created_at, row.changed_at) if at] for name, row in rows.items()}
    return {name: max(known) for name, known in times.items() if known}
