"""The results page (检索结果): everything in its address, and the same page with and without a script."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from django_htmx.http import HttpResponseClientRedirect

from search import kinds, policies
from search.forms import FACET_LABELS, SORT_LABELS, address, has_question, pairs_of, wanted_of
from search.http import AnswerThen, is_part_of_a_page, person_of
from search.query.tree import asked_for
from search.services import hot, recording, remembering, searching
from search.services.searching import PAGE_SIZE, Results, Wanted
from search.types import COUNTED_MOST
from search.views import narrowing

LONGEST_SHOWN = 200
SAVED_AT_START = 8


@require_GET
@login_required
@never_cache
def results(request: HttpRequest) -> HttpResponse:
    """检索: what was found, or where to begin."""
    wanted = wanted_of(request.GET)
    if not has_question(wanted):
        if is_part_of_a_page(
            request
        ):  # the last filter was taken out; of where one begins no part fits in here
            return HttpResponseClientRedirect(request.path)
        return HttpResponse(render_to_string("search/search_start.html", start(request), request))
    found = searching.search(person_of(request), wanted)
    if wanted.page > 1 and not found.cards and found.found.total:
        return redirect(f"{request.path}?{address(pairs_of(wanted), page=_last_page(found.found.total))}")
    token = uuid.uuid4()
    context = shown(request, wanted, found) | {"token": token}
    page = render_to_string("search/search_results.html", context, request)
    return AnswerThen(page, then=lambda: written_down(person_of(request), wanted, found, token))


def start(request: HttpRequest) -> dict[str, Any]:
    """Where to begin: what one asked last, keeps, and what many ask."""
    return {
        "recent": remembering.recent(person_of(request)),
        "saved": person_of(request).saved_searches.all()[:SAVED_AT_START],
        "hot": hot.shown(),
        "can_oversee": policies.can_oversee(person_of(request)),
    }


def shown(request: HttpRequest, wanted: Wanted, found: Results) -> dict[str, Any]:
    """What the page of results shows."""
    pairs = pairs_of(wanted)
    total, is_cut = found.found.total, _is_cut(wanted, found)
    return {
        "wanted": wanted,
        "search_query": wanted.query[:LONGEST_SHOWN],
        "within": wanted.within[:LONGEST_SHOWN],
        "results": found,
        "seconds": max(0.01, found.took_ms / 1000),
        "is_about": total > 0 and is_cut,
        "everything": address(pairs, all=1) if is_cut and total and not found.is_degraded else "",
        "counted_most": COUNTED_MOST,
        "tabs": tabs(wanted, found),
        "sorts": [(sort.value, label) for sort, label in SORT_LABELS.items()],
        "facets": narrowing.facets(wanted, found.found.facets),
        "facet_labels": FACET_LABELS,
        "chips": narrowing.chips(wanted),
        "kept": narrowing.kept_by_the_form(wanted),
        "plain": address(pair for pair in pairs if pair[0] == "q"),
        "corrected": corrected(wanted, found),
        "params": address(pairs),
        "pages": pages(wanted, total),
        "saved": person_of(request).saved_searches.filter(params=address(pairs)).first(),
        "can_oversee": policies.can_oversee(person_of(request)),
        "hot": [] if found.cards else hot.shown(),
    }


def _is_cut(wanted: Wanted, found: Results) -> bool:
    """Whether what matches worst may have been left out: among what only lacks a word nothing is worse than the rest."""
    return not wanted.everything and found.tree is not None and any(asked_for(found.tree))


def tabs(wanted: Wanted, found: Results) -> list[tuple[str, Any, int, str]]:
    """Each kind with a tab, how many were found, and its address; the first is everything."""
    pairs = [(name, value) for name, value in pairs_of(wanted) if name != "kind"]
    counts = found.found.kinds
    one_by_one = [
        (kind.name, kind.label, counts.get(kind.name, 0), address(pairs, kind=kind.name))
        for kind in kinds.kinds()
        if kind.tab
    ]
    return [("", "", sum(counts.values()), address(pairs)), *one_by_one]


def corrected(wanted: Wanted, found: Results) -> str:
    """The address of the search with what was probably meant, if anything was."""
    if not found.correction:
        return ""
    return address([(n, v) for n, v in pairs_of(wanted) if n != "q"], q=found.correction)


def pages(wanted: Wanted, total: int) -> dict[str, Any]:
    """The addresses of the pages before and after this one."""
    pairs, last = pairs_of(wanted), _last_page(total)
    return {
        "number": wanted.page,
        "last": last,
        "previous": address(pairs, page=min(wanted.page - 1, last)) if wanted.page > 1 else "",
        "next": address(pairs, page=wanted.page + 1) if wanted.page < last else "",
    }


def _last_page(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))


def written_down(person: Any, wanted: Wanted, found: Results, token: uuid.UUID) -> None:
    """After the answer: the person's own last searches, and the log without persons. Further pages are no new search, and what
    titles alone answered while the engine was away says nothing about the search.
    """
    if wanted.page > 1:
        return
    if found.is_degraded:
        remembering.remember(query=wanted.query, by=person)
        return
    log = recording.described(
        token=token,
        query=wanted.query if not wanted.within else "",
        filters=address(pair for pair in pairs_of(wanted) if pair[0] not in {"q", "in", "kind"}),
        kind=wanted.kind,
        total=found.found.total,
        took_ms=found.took_ms,
        corrected=bool(found.correction),
    )
    recording.record(log, by=person, query=wanted.query)
