"""What each clause adds to the score of a hit, in words, for every engine (得分理由)."""

from collections.abc import Callable
from collections.abc import Sequence as Several
from typing import Final, assert_never

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search import fields
from search.query.clauses import (
    All,
    Any,
    Best,
    Clause,
    Prefix,
    Ranked,
    Sequence,
    Silent,
    Term,
    Within,
    Without,
)
from search.types import Reason

Scoring = Callable[[Clause], float]
"""The score that a hit has for a clause alone; 0 where it does not hold."""

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


def reason_of(clause: Clause, scoring: Scoring) -> Reason | None:  # noqa: C901, PLR0911 - one return for each sort of clause
    """None for what does not hold, or adds nothing."""
    score = scoring(clause)
    if not score:
        return None
    match clause:
        case Term(field, token, _boost):
            return Reason(f"{NAMES[field]}: {token}", score)
        case Sequence(field, tokens, _boost):
            return Reason(f"{NAMES[field]}: «{' '.join(tokens)}»", score)
        case Prefix(field, start, _boost):
            return Reason(f"{NAMES[field]}: {start}…", score)
        case Within(first, last):
            return Reason(_("years: %(years)s") % {"years": f"{first or ''}–{last or ''}"}, score)
        case Any(clauses):
            return Reason(_("any of"), score, _all(clauses, scoring))
        case All(clauses):
            return Reason(_("all of"), score, _all(clauses, scoring))
        case Best(clauses):
            return Reason(_("best of"), score, _all(clauses, scoring)[:1])
        case Without(wanted, _unwanted):
            inner = None if wanted is None else reason_of(wanted, scoring)
            return Reason(_("without what was excluded"), score, (inner,) if inner else ())
        case Ranked(_must, by):
            return reason_of(by, scoring)
        case Silent():
            return None
        case _:
            assert_never(clause)


def parts_of(clause: Clause, scoring: Scoring) -> tuple[Reason, ...]:
    """What a whole query consists of."""
    found = reason_of(clause, scoring)
    if found is None:
        return ()
    return found.inner if isinstance(clause, Any | All) else (found,)


def _all(clauses: Several[Clause], scoring: Scoring) -> tuple[Reason, ...]:
    """The weightiest first."""
    found = [reason for one in clauses if (reason := reason_of(one, scoring)) is not None]
    return tuple(sorted(found, key=lambda reason: -reason.score))
