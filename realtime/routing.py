"""WebSocket addresses: ``/ws/<kind>/<key>``, with or without a slash at the end."""

from typing import Any

from django.urls import re_path

from realtime.consumers import DocumentConsumer

# Channels' stubs know another class of patterns than Django's function makes.
websocket_urlpatterns: list[Any] = [
    re_path(r"^ws/(?P<kind>[a-z]{1,30})/(?P<key>[^/]{1,100})/?$", DocumentConsumer.as_asgi()),  # type: ignore[arg-type]
    # Other addresses get an answer too: 4404, not a broken handshake, which clients retry for ever.
    re_path(r"", DocumentConsumer.as_asgi()),  # type: ignore[arg-type]
]
