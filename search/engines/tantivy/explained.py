"""Why a hit stands where it does (为什么在这里): the clauses that found it, and what lifts it among the first."""

import json
import time

from django.utils.translation import gettext as _
from tantivy import DocAddress, Query

from search.engines.reasons import Scoring, parts_of
from search.engines.tantivy import asking
from search.engines.tantivy.reading import Look
from search.engines.tantivy.schema import CHANGED, COMPLETENESS, ID, USED, uses_of
from search.engines.tantivy.searches import Searching, days_since
from search.engines.tantivy.translate import one_of, translated
from search.query.clauses import Clause
from search.ranking import RANKED, lifts
from search.types import Hit, Reason


def explained(look: Look, searching: Searching, clause: Clause | None, hit: Hit) -> Reason | None:
    """The score of a hit as a sum: what matches, then what lifts it among the first. None if it is not found."""
    query = searching.narrowed()
    found = look.searcher.search(asking.narrowed(query, [one_of(ID, [hit.id])]), limit=1).hits
    if not found or found[0][0] < searching.least_score():
        return None
    score, at = found[0]
    inner = () if clause is None else parts_of(clause, _scoring(look, at))
    lifted = () if clause is None else _lifts(look, query, score, at)
    return Reason(_("score"), score + sum(one.score for one in lifted), (*inner, *lifted))


def _lifts(look: Look, query: Query, score: float, at: DocAddress) -> tuple[Reason, ...]:
    """Only the best matches are put into order by more than their match."""
    best = look.searcher.search(query, limit=RANKED, count=False).hits
    if all(place.segment_ord != at.segment_ord or place.doc != at.doc for _, place in best):
        return ()
    [used], [changed], [complete] = (look.numbers(name, [at]) for name in (USED, CHANGED, COMPLETENESS))
    shares = lifts(uses_of(used), days_since(changed, time.time()), complete)
    named = zip((_("use"), _("recency"), _("completeness")), shares, strict=True)
    return tuple(Reason(what, score * share) for what, share in named if share)


def _scoring(look: Look, at: DocAddress) -> Scoring:
    def score(clause: Clause) -> float:
        try:
            said = translated(clause).explain(look.searcher, at)
        except ValueError:  # it does not match
            return 0.0
        return float(json.loads(said.to_json())["value"])

    return score
