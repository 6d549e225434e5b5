"""The one entry for HTTP and WebSocket."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter

from config.origin import own_pages_only
from config.warming import warmed
from realtime.lifespan import lifespan
from realtime.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": http,
        "lifespan": warmed(lifespan),
        "websocket": own_pages_only(URLRouter(websocket_urlpatterns)),
    }
)
