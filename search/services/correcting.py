"""«您是不是要找»: what sounds like the query and stands in a title that the person may see."""

from search.correct import proposal
from search.engines import engine
from search.models import EntryRow
from search.query.compiler import sounds_alike
from search.types import Found, Request

_TITLES = 10
ENOUGH_HITS = 3


def correction(query: str, request: Request, found: Found) -> str | None:
    """The query with what was probably meant, or None. Only titles that the request's principals may find are looked
    at, and only where the words as they were typed stand in few of the best hits.
    """
    clause = sounds_alike(query)
    if clause is None:
        return None
    hits = engine().matching(
        clause, principals=request.principals, excluded=request.excluded, kinds=(), limit=_TITLES
    )
    if not hits:
        return None
    rows = EntryRow.objects.filter(kind__in={hit.kind for hit in hits}, key__in={hit.key for hit in hits})
    titles = {f"{row.kind}:{row.key}": row.title for row in rows.only("kind", "key", "title")}
    return proposal(query, [titles[hit.id] for hit in hits if hit.id in titles])
