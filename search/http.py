"""Answers of the search's pages."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse
from typing_extensions import override

logger = logging.getLogger(__name__)


def person_of(request: HttpRequest) -> Any:
    """Who asks; for views behind ``login_required``. A floor knows no more of people than Django does."""
    return request.user


def is_part_of_a_page(request: HttpRequest) -> bool:
    """Whether htmx asks for something to put into the page that is shown; going back it asks for the whole of another."""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers


class AnswerThen(HttpResponse):
    """An answer after which something is written down: nobody waits for it, and its failure takes no answer away."""

    def __init__(self, *args: Any, then: Callable[[], object], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._then = then

    @override
    def close(self) -> None:
        try:
            self._then()
        except Error:
            logger.exception("a search could not be written down")
        super().close()
