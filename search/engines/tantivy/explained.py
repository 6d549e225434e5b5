"""Why a hit stands where it does (为什么在这里): the clauses that found it, with what each adds to its score."""

import json
import time
from collections.abc import Sequence as Several
from typing import Final, assert_never

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from tantivy import DocAddress, Query

from search import fields
from search.engines.tantivy import asking
from search.engines.tantivy.reading import Look
from search.engines.tantivy.schema import CHANGED, COMPLETENESS, ID, USED, uses_of
from search.engines.tantivy.searches import Searching, days_since
from search.engines.tantivy.translate import one_of, translated
from search.query.clauses import All, Any, Best, Clause, Prefix, Sequence, Silent, Term, Within, Without
from search.ranking import RANKED, lifts
from search.types import Hit, Reason

NAMES: Final = {
    fields.TITLE_WORDS: gettext_lazy("words of the title"),
    fields.TITLE_PAIRS: gettext_lazy("characters of the title"),
    fields.TITLE_SOUNDS: gettext_lazy("sounds of the title"),
    fields.TITLE_KEYS: gettext_lazy("typed title"),
    fields.PEOPLE_WORDS: gettext_lazy("names"),
    fields.PEOPLE_PAIRS: gettext_lazy("characters of names"),
    fields.PEOPLE_KEYS: gettext_lazy("typed name"),
    fields.UNIT_WORDS: gettext_lazy("words of the unit"),
    fields.UNIT_PAIRS: gettext_lazy("characters of the unit"),
    fields.TAG_WORDS: gettext_lazy("tags"),
    fields.TAG_PAIRS: gettext_lazy("characters of tags"),
    fields.AIMS_PAIRS: gettext_lazy("characters of the aims"),
    fields.BODY_WORDS: gettext_lazy("words of the text"),
    fields.BODY_PAIRS: gettext_lazy("characters of the text"),
    fields.BODY_SOUNDS: gettext_lazy("sounds of the text"),
}


def explained(look: Look, searching: Searching, clause: Clause | None, hit: Hit) -> Reason | None:
    """The score of a hit as a sum: what matches, then what lifts it among the first. None if it is not found."""
    query = searching.narrowed()
    found = look.searcher.search(asking.narrowed(query, [one_of(ID, [hit.id])]), limit=1).hits
    if not found or found[0][0] < searching.least_score():
        return None
    score, at = found[0]
    match = None if clause is None else _Explaining(look, at).of(clause)
    inner = match.inner if match and isinstance(clause, Any | All) else (match,) if match else ()
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


class _Explaining:
    def __init__(self, look: Look, at: DocAddress) -> None:
        self._searcher, self._at = look.searcher, at

    def of(self, clause: Clause) -> Reason | None:  # noqa: C901, PLR0911 - one return for each sort of clause
        """None for what does not hold, or adds nothing."""
        score = self._score(clause)
        if not score:
            return None
        match clause:
            case Term(field, token, _):
                return Reason(f"{NAMES[field]}: {token}", score)
            case Sequence(field, tokens, _):
                return Reason(f"{NAMES[field]}: «{' '.join(tokens)}»", score)
            case Prefix(field, start, _):
                return Reason(f"{NAMES[field]}: {start}…", score)
            case Within(first, last):
                return Reason(f"years: {first or ''}–{last or ''}", score)
            case Any(clauses):
                return Reason(_("any of"), score, self._all(clauses))
            case All(clauses):
                return Reason(_("all of"), score, self._all(clauses))
            case Best(clauses):
                return Reason(_("best of"), score, self._all(clauses)[:1])
            case Without(wanted, _):
                inner = None if wanted is None else self.of(wanted)
                return Reason(_("without what was excluded"), score, (inner,) if inner else ())
            case Silent():
                return None
            case _:
                assert_never(clause)

    def _all(self, clauses: Several[Clause]) -> tuple[Reason, ...]:
        """The weightiest first."""
        found = [reason for one in clauses if (reason := self.of(one)) is not None]
        return tuple(sorted(found, key=lambda reason: -reason.score))

    def _score(self, clause: Clause) -> float:
        try:
            said = translated(clause).explain(self._searcher, self._at)
        except ValueError:  # it does not match
            return 0.0
        return float(json.loads(said.to_json())["value"])
