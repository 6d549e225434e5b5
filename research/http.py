"""What views and middleware read from a request."""

import ipaddress
from typing import TYPE_CHECKING

from django.http import HttpRequest, QueryDict

from research.models import Person

if TYPE_CHECKING:

    class PersonRequest(HttpRequest):
        """A request of somebody who is signed in; ``login_required`` stands before the view."""

        user: Person
else:
    PersonRequest = HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The network address that the request came from; the server has resolved trusted proxies."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the data of a POST, even where there is none; nothing for a page that is only shown."""
    return request.POST if request.method == "POST" else None
