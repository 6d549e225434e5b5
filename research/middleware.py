"""What every request brings and leaves behind: its address for the record, and a line when it was refused."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from research.http import address_of
from research.models import Person
from research.services import audit, throttle

LINES_A_MINUTE = 60


class AuditMiddleware:
    """Every refused request becomes an audit line, here and nowhere else.

    Nobody signed in can fill the record: of an address's anonymous refusals so many a minute are written down.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = address_of(request)
        with audit.coming_from(address):
            response = self.get_response(request)
            if response.status_code == HTTPStatus.FORBIDDEN:
                self.record(request, address)
        return response

    def record(self, request: HttpRequest, address: str | None) -> None:
        person = request.user if isinstance(request.user, Person) else None
        if person is None and not throttle.allows("refused", address, limit=LINES_A_MINUTE, seconds=60):
            return
        match = request.resolver_match
        audit.record_refusal(
            "request.refused",
            by=person,
            target=request.path,
            method=request.method,
            route=match.view_name if match else "",
        )
