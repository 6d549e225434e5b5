"""Pages that belong to the house as a whole."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def workbench(request: HttpRequest) -> HttpResponse:
    """工作台: what waits for me, and what I worked on last."""
    return render(request, "workbench.html")
