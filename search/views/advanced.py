"""The advanced form."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from search.forms import AdvancedForm, address, has_question, pairs_of
from search.http import person_of
from search.services.offering import offered


@require_GET
@login_required
def advanced(request: HttpRequest) -> HttpResponse:
    """高级检索: lines become what one could have typed, and the results page answers it."""
    is_sent = "text0" in request.GET
    form = AdvancedForm(request.GET if is_sent else None)
    if is_sent and form.is_valid():
        wanted = form.wanted()
        if has_question(wanted):
            return redirect(f"{reverse('search:results')}?{address(pairs_of(wanted))}")
        form.add_error(None, _("Fill in a line, or choose something."))
    form.offer(offered(person_of(request), AdvancedForm.NARROWED))
    return render(request, "search/advanced.html", {"form": form})
