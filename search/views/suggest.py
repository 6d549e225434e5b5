"""What to suggest while somebody types."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from search.forms import LONGEST_VALUE, address, tidy
from search.services import hot, remembering, suggesting

FIRST = 8


@require_GET
@login_required
@never_cache
def suggest(request: HttpRequest) -> JsonResponse:
    """检索建议: for nothing typed, what this person asked last and what many ask."""
    text = tidy(request.GET.get("q"), LONGEST_VALUE)
    if text:
        found = [(one.text, str(one.label)) for one in suggesting.suggestions(request.user, text)]
    else:
        recent = remembering.recent(request.user)[:FIRST]
        others = [query for query in hot.shown() if query not in recent]
        found = [*((query, _("Recent")) for query in recent), *((query, _("Hot")) for query in others)][
            :FIRST
        ]
    page = reverse("search:results")
    items = [
        {"text": text, "label": label, "url": f"{page}?{address((('q', text),))}"} for text, label in found
    ]
    return JsonResponse({"items": items})
