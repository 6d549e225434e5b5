"""我的账号: what the site knows of me, and how I sign in."""

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render

from research import queries
from research.http import PersonRequest


@login_required
def profile(request: PersonRequest) -> HttpResponse:
    """My data, roles and groups, password, second step, last sign-ins."""
    person = request.user
    context = {
        "person": person,
        "appointments": person.appointments.select_related("unit"),
        "groups": queries.groups_of(person),
        "has_second_step": is_mfa_enabled(person),
        "sign_ins": queries.recent_sign_ins(person),
    }
    return render(request, "research/profile.html", context)
