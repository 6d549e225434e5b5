"""Only our own pages open live connections."""

from typing import Any

import pytest

from config.origin import is_own


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        ("http://localhost:8000", "localhost:8000", True),
        ("http://localhost", "localhost:80", True),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("http://localhost:8080", "localhost:8000", False),
        ("http://127.0.0.1:8000", "localhost:8000", False),
        ("null", "localhost:8000", False),
        ("", "localhost:8000", False),
        ("", "", False),
        ("file://localhost", "localhost", False),
        ("http://localhost:99999", "localhost", False),
        ("https://site.example:8443", "site.example", False),
        ("https://office.example", "site.example", True),
    ],
)
def test_origin_is_the_address_that_is_called(origin: str, host: str, settings: Any, *, own: bool) -> None:
    settings.HTTPS = False
    settings.CSRF_TRUSTED_ORIGINS = ["https://office.example"]

    assert is_own(origin, host) is own


def test_page_that_came_without_encryption_is_none_of_ours_where_there_is_some(settings: Any) -> None:
    settings.HTTPS = True

    assert is_own("https://site.example", "site.example")
    assert not is_own("http://site.example", "site.example")
