"""WebSocket addresses: ``/ws/<kind>/<key>``, with or without a slash at the end."""

from django.urls import URLPattern, re_path

from realtime.consumers import DocumentConsumer

websocket_urlpatterns: list[URLPattern] = [
    re_path(r"^ws/(?P<kind>[a-z]{1,30})/(?P<key>[^/]{1,100})/?$", DocumentConsumer.as_asgi()),  # type: ignore[arg-type]
    # Every other address gets an answer too: 4404 instead of a broken handshake, which clients retry for ever.
    re_path(r"", DocumentConsumer.as_asgi()),  # type: ignore[arg-type]
]
