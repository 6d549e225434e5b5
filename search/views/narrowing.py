"""What narrows a search: facets beside the results, and what is chosen above them (筛选)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from search.facets import Facet, facet
from search.forms import FACET_LABELS, Pairs, address, pairs_of
from search.services.searching import FACETS_SHOWN, Wanted
from search.types import PATH_MARK


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that narrows the search, and the address without it."""

    label: str | Promise
    value: str
    address: str


def facets(wanted: Wanted, counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str | Promise, Facet]]:
    """Each facet that has something to choose from or to take back."""
    found = [facet(name, counts.get(name, {}), wanted.filters.get(name, ())) for name in FACETS_SHOWN]
    return [(FACET_LABELS[one.name], one) for one in found if one.values]


def chips(wanted: Wanted) -> list[Chip]:
    """What is chosen, each with the address without it."""
    pairs = pairs_of(wanted)
    labels = {"in": _("Within the results"), "from": _("From the year"), "to": _("To the year")}
    labels |= {name: FACET_LABELS[name] for name in FACETS_SHOWN}
    return [
        Chip(labels[name], value.replace(PATH_MARK, " › "), address(_without(pairs, (name, value))))
        for name, value in pairs
        if name in labels
    ]


def kept_by_the_form(wanted: Wanted) -> Pairs:
    """What the form beside the results carries on without a field for it."""
    return tuple(pair for pair in pairs_of(wanted) if pair[0] in {"q", "kind", "all"})


def _without(pairs: Sequence[tuple[str, str]], gone: tuple[str, str]) -> Pairs:
    return tuple(pair for pair in pairs if pair != gone)
