"""首次登录: from the slip of paper to an account with a password."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from research.errors import ResearchError
from research.forms.sign_in import EntryForm
from research.http import address_of, posted
from research.services import codes


@sensitive_post_parameters("code", "password1", "password2")
@never_cache
def entry(request: HttpRequest) -> HttpResponse:
    """Staff number, code, a password; then the person is in (through the second step, if they have one)."""
    if request.user.is_authenticated:
        return redirect("workbench")
    form = EntryForm(posted(request), address=address_of(request) or "")
    if not form.is_valid():
        return render(request, "research/entry.html", {"form": form}, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        codes.redeem(person=form.person, code=data["code"], password=data["password1"])
    except ResearchError as error:
        form.add_error(None, str(error))
        return render(request, "research/entry.html", {"form": form}, status=422)
    messages.success(request, _("Your password is set. Welcome!"))
    response: HttpResponse = perform_login(request, form.person)
    return response
