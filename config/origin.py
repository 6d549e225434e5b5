"""Whose pages may open live connections: our own alone (来源)."""

from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import AllowedHostsOriginValidator, WebsocketDenier
from django.conf import settings

_PORTS = {"http": 80, "https": 443}


def own_pages_only(application: Any) -> Any:
    """An application behind the rule that Django has for forms: the page's origin is the address that it calls.

    A browser sends the session's cookie to every port of a host and over http as over https, so a host's name alone
    says too little. ``TRUSTED_ORIGINS`` names others, where a proxy calls us by another address.
    """

    async def guarded(scope: Any, receive: Any, send: Any) -> Any:
        headers = dict(scope["headers"])
        origin, host = (headers.get(name, b"").decode("latin-1").lower() for name in (b"origin", b"host"))
        if is_own(origin, host):
            return await application(scope, receive, send)
        return await WebsocketDenier()(scope, receive, send)

    return AllowedHostsOriginValidator(guarded)


def is_own(origin: str, host: str) -> bool:
    """Whether an origin is this site's, called by that ``Host``."""
    if origin in (known.lower() for known in settings.CSRF_TRUSTED_ORIGINS):
        return True
    scheme, _, called = origin.partition("://")
    if scheme not in ({"https"} if settings.HTTPS else _PORTS):
        return False
    return _with_port(called, scheme) == _with_port(host, scheme)


def _with_port(address: str, scheme: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(f"//{address}")
        return (parts.hostname or "", parts.port or _PORTS[scheme])
    except ValueError:
        return None
