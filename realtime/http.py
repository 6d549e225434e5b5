"""What pages send as JSON (请求正文)."""

import json
from typing import Any

from django.http import HttpRequest
from django.http.request import RawPostDataException


def sent_json(request: HttpRequest) -> Any:
    """What the body says as JSON. Raises ValueError for everything else: a form, too, whose body was read for its token, and what is
    nested too deep.
    """
    try:
        return json.loads(request.body)
    except (RecursionError, RawPostDataException) as error:
        raise ValueError(str(error)) from error
